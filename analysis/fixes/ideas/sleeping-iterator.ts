import { tagOf } from '../../base/ctype.js';
import type { SleepingIterator } from '../../models/types.js';
import { isDeclared } from '../../link/names/declared.js';
import type { FunctionRef } from '../../link/types.js';
import { usesOf } from '../moves/stored-member.js';
import { functionAt, functionOf, isHeldAround } from '../text/callers.js';
import { calledName } from '../text/calls.js';
import { all, isAsWritten, parts, type CodeNode, type FunctionCode } from '../text/code.js';
import { toFileEdits } from '../text/edits.js';
import { callWith } from '../text/head.js';
import { withoutWords } from '../text/layout.js';
import { openFunction } from '../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../types.js';

export const SLEEPING_ITERATOR = 'sleeping-iterator';

/**
 * Proposes to replace an iterator that calls a function in atomic context by one that lets the function sleep, in all
 * places that pass the function. The caller of that iterator must hold a lock: visibly, or because the kernel holds
 * it when it calls the member of a table in which the caller is stored. Refuses if the function has any other use.
 */
export function proposeSleepingIterator(input: FixInput): FixOutcome {
  const [first, second] = input.finding.story;
  const fn = second && functionAt(input, second);
  const code = first && openFunction(input, first.file, first);
  if (fn?.item === undefined || !first || typeof code !== 'object') return { fixes: [], refusals: [] };
  const start = code.lines.offsetOf(first.line, first.column);
  const told = all(code.body, 'call_expression').find((call) => call.start === start);
  if (!told || input.models.sleepingIterator(calledName(code, told)) === undefined)
    return { fixes: [], refusals: [] };
  const places = placesOf(input, fn);
  if (typeof places === 'string')
    return { fixes: [], refusals: [{ kind: SLEEPING_ITERATOR, reason: places }] };
  const edits = places.map(({ from, call, to }) => ({
    start: call.start,
    end: call.end,
    text: callWith(from, call, to.name),
  }));
  const names = [...new Set(places.map(({ to }) => `${to.name}()`))].join(' and ');
  const fix: ProposedFix = {
    title: `Call ${fn.name}() by ${names}, where it may sleep`,
    kind: SLEEPING_ITERATOR,
    verified: false,
    edits: toFileEdits(fn.file, code.text, edits),
    regions: edits.map(({ start: from, end }) => ({ file: fn.file, start: from, end })),
  };
  return { fixes: [fix], refusals: [] };
}

/** A call that passes the function to an iterator. */
interface Place {
  readonly from: FunctionCode;
  readonly call: CodeNode;
  readonly to: SleepingIterator;
}

/** All places that pass the function to an iterator; a reason if one has to stay, or if it is used in another way. */
function placesOf(input: FixInput, { file, name, item }: FunctionRef): readonly Place[] | string {
  const { program, models } = input;
  if (item?.isStatic !== true || program.includedBy(file).length > 0) return `${name}() may have other uses`;
  const found: Place[] = [];
  for (const use of usesOf(withoutWords(input.textOf(file) ?? ''), name, item)) {
    const around = program.outline(file)?.functions.find(({ start, end }) => start <= use && use < end);
    const from = around && openFunction(input, file, { file, ...around.nameSpan });
    if (typeof from !== 'object') return from ?? `${name}() is also used elsewhere`;
    const call = all(from.body, 'call_expression').find((each) => givenTo(input, from, each)?.start === use);
    const to = call && models.sleepingIterator(calledName(from, call));
    if (!call || !to) return `${name}() is also used elsewhere`;
    if (!isAsWritten(from, call.start, call.end)) return 'a macro changes the call';
    if (!isDeclared(program, to.name, file)) return `there is no ${to.name}() in sight`;
    if (!isHeld(input, from, call, to)) return `${from.item.name}() may be called without ${to.lock}`;
    found.push({ from, call, to });
  }
  return found.length > 0 ? found : `where ${name}() is passed on was not found`;
}

/** The argument of a call that is the function to call. */
function givenTo({ models }: FixInput, code: FunctionCode, call: CodeNode): CodeNode | undefined {
  const at = models.api(calledName(code, call))?.handlerArg;
  const [, list] = parts(call);
  return at === undefined || !list ? undefined : parts(list)[at];
}

/**
 * Whether the lock that the iterator needs is held at a call: acquired by the function itself, demanded of its
 * callers, or held by the kernel around the whole function.
 */
function isHeld(
  input: FixInput,
  from: FunctionCode,
  call: CodeNode,
  { lock, heldIn = [] }: SleepingIterator,
): boolean {
  const { file, item } = from;
  const at = { file, ...from.lines.span(call.start, call.end) };
  if (isHeldAround(input, at, { id: lock, mode: 'write' })) return true;
  const fn = functionOf(input, from);
  // The function asserts it, or releases it for a while.
  if (fn && input.analysis.summary(fn)?.needs.some(({ id }) => id === lock)) return true;
  if (fn === undefined || !item.isStatic || input.program.callers(fn).length > 0) return false;
  const outline = input.program.outline(file);
  const stores = (outline?.variables ?? []).flatMap(({ type, members }) =>
    members.flatMap(({ field, value }) => (value === item.name ? [`${tagOf(type)}.${field}`] : [])),
  );
  const isPassed = outline?.functions.some(({ references }) => references.includes(item.name));
  return stores.length > 0 && isPassed !== true && stores.every((stored) => heldIn.includes(stored));
}
