import type { StoryStep } from '../../checks/types.js';
import { shortName } from '../../graph/orders/side.js';
import { callAt, lockCall, text, type LockCall } from '../text/calls.js';
import { isAsWritten, memberOf, type FunctionCode } from '../text/code.js';
import { toFileEdits } from '../text/edits.js';
import { hasDirective, linesOf } from '../text/layout.js';
import { nextMember } from '../text/pair.js';
import { openFunction } from '../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const NESTED = 'nested';

/** Two locks of one class that a function takes one after the other, given both objects as parameters. */
interface TwoLocks {
  readonly code: FunctionCode;
  readonly calls: readonly [LockCall, LockCall];
  /** Names of the parameters that point to the objects. */
  readonly objects: readonly [string, string];
}

/**
 * Proposes to take two instances of one class in order of their addresses, as the kernel's own helpers do, with the
 * second annotated as nested.
 */
export function proposeNested(input: FixInput): FixOutcome {
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: NESTED, reason }] });
  const [id = 'the lock'] = input.finding.locks;
  const found = twoLocks(input, id);
  if (typeof found === 'string') return refused(found);
  const { code, calls, objects } = found;
  const elsewhere = nestedElsewhere(input, code, id);
  if (elsewhere !== undefined)
    return refused(`${elsewhere}() also takes two instances of ${id}, perhaps in another order`);
  const [first, second] = calls;
  const nested = input.models.nestedVariant(first.api.name);
  if (nested === undefined) return refused(`${first.api.name}() has no nested variant`);
  const [from, to] = [first.node.parent, second.node.parent];
  const lines = from && to && linesOf(code, from, to);
  if (!lines || !isAsWritten(code, lines.start, lines.end) || hasDirective(code.text, lines.start, lines.end))
    return refused(`other code shares the lines of the two locks`);
  const own = code.text.slice(lines.start, lines.end);
  if (own.trim() !== `${text(code, from)}${code.text.slice(from.end, to.start)}${text(code, to)}`.trim())
    return refused('comments stand between the two locks');
  const indent = /^[ \t]*/.exec(own)?.[0] ?? '';
  const end = own.endsWith('\r\n') ? '\r\n' : '\n';
  const words = calls.map(({ lock }) => (lock ? text(code, lock) : ''));
  const take = (outer = '', inner = ''): string[] => [
    `\t${first.api.name}(${outer});`,
    `\t${nested.name}(${inner}, ${nested.subclass});`,
  ];
  const written = [
    `if (${objects[0]} < ${objects[1]}) {`,
    ...take(words[0], words[1]),
    '} else {',
    ...take(words[1], words[0]),
    '}',
  ];
  const newText = written.map((line) => indent + line + end).join('');
  const fix: ProposedFix = {
    title: `Take both ${shortName(id)} in address order`,
    kind: NESTED,
    verified: false,
    edits: toFileEdits(code.file, code.text, [{ start: lines.start, end: lines.end, text: newText }]),
    regions: [{ file: code.file, start: lines.start, end: lines.end }],
    nested: true,
  };
  return { fixes: [fix], refusals: [] };
}

/**
 * Another function that takes a second instance with the first held, itself or in a callee: its order, which may follow
 * a hierarchy, is not that of the addresses.
 */
function nestedElsewhere({ analysis }: FixInput, code: FunctionCode, id: string): string | undefined {
  const { classes, edges } = analysis.graph;
  const isOne = (key: string): boolean => classes.get(key)?.id.replace(/\/-?\d+$/, '') === id;
  const witnesses = edges
    .filter(({ from, to }) => isOne(from) && isOne(to))
    .flatMap((edge) => edge.witnesses);
  return witnesses
    .flatMap(({ holds }) => holds.slice(0, 1))
    .find((step) => step.at.file !== code.file || step.function !== code.item.name)?.function;
}

function twoLocks(input: FixInput, id: string): TwoLocks | string {
  const [holds, takes, ...more] = input.finding.story;
  if (!holds || !takes || more.length > 0 || holds.function !== takes.function || holds.file !== takes.file)
    return `the two instances of ${id} are not taken in one function`;
  const code = openFunction(input, holds.file, holds);
  if (typeof code === 'string') return code;
  const [first, second] = [statementCallAt(input, code, holds), statementCallAt(input, code, takes)];
  const [from, to] = [first?.node.parent, second?.node.parent];
  if (!first || !second || !from || !to || memberOf(from) !== from || nextMember(from) !== to)
    return `the two instances of ${id} are not taken one right after the other`;
  const isPlain = first.form === 'call' && second.form === 'call' && first.api === second.api;
  if (
    !isPlain ||
    first.api.op !== 'acquire' ||
    first.api.flagsArg !== undefined ||
    first.arguments.length !== 1
  )
    return `the two instances of ${id} are not taken by plain calls`;
  const [a, b] = [pathOf(code, first), pathOf(code, second)];
  const names = code.item.parameters.map(({ name }) => name);
  if (!a || !b || a.path !== b.path || !names.includes(a.object) || !names.includes(b.object))
    return `the objects with the two instances of ${id} cannot be compared`;
  return { code, calls: [first, second], objects: [a.object, b.object] };
}

/** `a` and `->lock` of `&a->lock`. */
function pathOf(
  code: FunctionCode,
  call: LockCall,
): { readonly object: string; readonly path: string } | undefined {
  const [, object, path] = /^&(\w+)(->[\w.]+)$/.exec(call.lock ? text(code, call.lock) : '') ?? [];
  return object === undefined || path === undefined ? undefined : { object, path };
}

function statementCallAt(input: FixInput, code: FunctionCode, at: StoryStep): LockCall | undefined {
  const node = callAt(code, at);
  return node?.parent?.kind === 'expression_statement' ? lockCall(code, input.models, node) : undefined;
}
