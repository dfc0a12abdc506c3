import type { FunctionRef } from '../../../link/types.js';
import type { SwitchedCall } from '../../../graph/interrupts/sections.js';
import { MOST_UP } from '../../text/callers.js';
import { text } from '../../text/calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';

interface Unseen {
  readonly name: string;
  readonly node: CodeNode;
  /** Its arguments, and what its result is assigned to. */
  readonly given: ReadonlySet<string>;
}

/**
 * Two callees whose source is not available, one before a section and its counterpart behind it (`conf_prep()`,
 * `conf_unprep()`), in the function of the section or around its call in a caller: the first may have disabled
 * interrupts, which the end of the section would then enable.
 */
export function withinUnseenPair(input: FixInput, { fn, at }: SwitchedCall): string | undefined {
  const code = codeOf(input, fn);
  if (code === undefined) return undefined;
  const own = pairAround(input, code, fn, code.lines.offsetOf(at.line, at.column));
  if (own !== undefined) return own;
  const seen = new Set([fn]);
  let level = [fn];
  for (let up = 0; up < MOST_UP; up++) {
    const next: FunctionRef[] = [];
    for (const callee of level)
      for (const caller of input.program.callers(callee)) {
        if (seen.has(caller)) continue;
        seen.add(caller);
        next.push(caller);
        const above = codeOf(input, caller);
        if (above === undefined) continue;
        for (const node of all(above.body, 'call_expression')) {
          const [called] = parts(node);
          if (!called || text(above, called) !== callee.name) continue;
          const around = pairAround(input, above, caller, node.start);
          if (around !== undefined) return around;
        }
      }
    level = next;
  }
  return undefined;
}

function codeOf(input: FixInput, { file, item }: FunctionRef): FunctionCode | undefined {
  const code = item && openFunction(input, file, { file, ...item.nameSpan });
  return typeof code === 'string' ? undefined : code;
}

function pairAround(input: FixInput, code: FunctionCode, fn: FunctionRef, place: number): string | undefined {
  const unseen = all(code.body, 'call_expression').flatMap((node) => unseenCall(input, code, fn, node) ?? []);
  for (const before of unseen.filter(({ node }) => node.end <= place)) {
    const counterpart = unseen.find((after) => after.node.start > place && isCounterpart(before, after));
    if (counterpart)
      return `${before.name}(), whose source is not available, may return to ${fn.name}() with interrupts disabled until ${counterpart.name}()`;
  }
  return undefined;
}

/** Whether the second call may undo the first: they share an object, if they have one, and a word of their names. */
function isCounterpart(before: Unseen, after: Unseen): boolean {
  if (before.name === after.name) return false;
  const words = new Set(wordsOf(before.name));
  if (!wordsOf(after.name).some((word) => words.has(word))) return false;
  if (before.given.size === 0 && after.given.size === 0) return true;
  return [...after.given].some((one) => before.given.has(one));
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
  const assigned = node.parent?.kind === 'assignment_expression' ? parts(node.parent)[0] : undefined;
  const given = [...parts(list), ...(assigned && assigned !== node ? [assigned] : [])].flatMap((argument) =>
    /[a-z_]/.test(plainText(code, argument)) ? plainText(code, argument).replace(/^[&*\s]+/, '') : [],
  );
  return { name, node, given: new Set(given) };
}

/** `blkg` and `conf` of `blkg_conf_up`: short words say little. */
function wordsOf(name: string): string[] {
  return name.split('_').filter((word) => word.length > 2);
}
