import type { FunctionRef } from '../../../link/types.js';
import type { SwitchedCall } from '../../../graph/interrupts/sections.js';
import { text } from '../../text/calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';

interface Unseen {
  readonly name: string;
  readonly node: CodeNode;
  readonly given: ReadonlySet<string>;
}

/**
 * Two callees whose source is not available, one before a section and its counterpart behind it (`conf_prep()`,
 * `conf_unprep()`): the first may have disabled interrupts, which the end of the section would then enable.
 */
export function withinUnseenPair(input: FixInput, { fn, at }: SwitchedCall): string | undefined {
  const code = fn.item && openFunction(input, fn.file, { file: fn.file, ...fn.item.nameSpan });
  if (!code || typeof code === 'string') return undefined;
  const place = code.lines.offsetOf(at.line, at.column);
  const unseen = all(code.body, 'call_expression').flatMap((node) => unseenCall(input, code, fn, node) ?? []);
  for (const before of unseen.filter(({ node }) => node.end <= place)) {
    const counterpart = unseen.find(
      ({ name, node, given }) =>
        node.start > place &&
        name !== before.name &&
        stem(name) === stem(before.name) &&
        [...given].some((one) => before.given.has(one)),
    );
    if (counterpart)
      return `${before.name}(), whose source is not available, may return to ${fn.name}() with interrupts disabled until ${counterpart.name}()`;
  }
  return undefined;
}

/** A call of a function that neither the program nor the models know. */
function unseenCall(
  { program, models }: FixInput,
  code: FunctionCode,
  fn: FunctionRef,
  node: CodeNode,
): Unseen | undefined {
  const [callee, list] = parts(node);
  const name = callee?.kind === 'identifier' ? text(code, callee) : '';
  const isKnown =
    name === '' ||
    models.api(name) !== undefined ||
    models.lockApi(name) !== undefined ||
    models.isInert(name) ||
    models.accessesDevice(name) ||
    models.transparent(name) !== undefined;
  if (isKnown || !list || program.resolveCall(name, fn.file).length > 0) return undefined;
  const words = parts(list).map((argument) => plainText(code, argument));
  return { name, node, given: new Set(words.filter((word) => /[A-Za-z_]/.test(word))) };
}

/** A name without its last word: `blkg_conf` of `blkg_conf_prep`. */
function stem(name: string): string {
  return name.replace(/_[^_]+$/, '');
}
