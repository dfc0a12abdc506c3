import { shortName } from '../../../graph/orders/side.js';
import { functionsBelow } from '../../moves/below.js';
import { callAt, lockCall, text } from '../../text/calls.js';
import { identifiers, isAsWritten, parts, type CodeNode, type FunctionCode } from '../../text/code.js';
import { toFileEdits } from '../../text/edits.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome } from '../../types.js';
import { planOutside } from '../sleeps/outside.js';
import { awaitedBy } from './awaited.js';
import { callsIn, codeOf } from './handlers.js';
import { waitInOwnSection } from './own-wait.js';

export const LEAVE_BEFORE = 'leave-before';

/**
 * Proposes to leave a notifier chain before the section that begins with that, itself or in a function that does nothing
 * else: whoever runs in between calls one function less. What leaves has to be given by the caller, or belong to a module
 * that ends, so that nobody joins again. `undefined` for other waits.
 */
export function proposeLeaveBefore(input: FixInput): FixOutcome | undefined {
  const wait = waitInOwnSection(input);
  if (wait === undefined) return undefined;
  const { lock, holds, code, call } = wait;
  const left = leftBy(input, code, call);
  const taken = callAt(code, holds);
  if (left === undefined || !taken || !lockCall(code, input.models, taken)) return undefined;
  const refused = (reason: string): FixOutcome => ({
    fixes: [],
    refusals: [{ kind: LEAVE_BEFORE, reason }],
  });
  const [callee] = parts(call);
  const name = callee ? text(code, callee) : '';
  if (!isEnding(code) && !left.every((item) => isGiven(code, call, item)))
    return refused(`what ${name}() removes may be added again before ${lock} is taken`);
  const again = callsAgain(input, code, call);
  if (again !== undefined)
    return refused(`${again}() calls the chain from one of its functions, and waits for ${name}() as well`);
  const plan = planOutside(
    { input, code, call, lock, to: 'before', isAtEdge: true, mayEndWithBlock: true, mayEndAnywhere: true },
    holds,
  );
  if (typeof plan === 'string') return refused(plan);
  const fix = {
    title: `Call ${name}() before ${shortName(lock)} is taken`,
    kind: LEAVE_BEFORE,
    verified: false,
    edits: toFileEdits(code.file, code.text, plan.edits),
    regions: [{ file: code.file, start: plan.start, end: plan.end }],
  } as const;
  return { fixes: [fix], refusals: [] };
}

/** What a call removes from chains, in words; `undefined` if it, or the function of this file that it calls, does more. */
function leftBy(input: FixInput, code: FunctionCode, call: CodeNode): readonly string[] | undefined {
  const direct = itemOf(input, code, call);
  if (direct !== undefined) return [direct];
  const [callee] = parts(call);
  const name = callee?.kind === 'identifier' ? text(code, callee) : '';
  const [item, ...others] = (input.program.outline(code.file)?.functions ?? []).filter(
    (one) => one.name === name,
  );
  const own =
    item && others.length === 0 && openFunction(input, code.file, { file: code.file, ...item.nameSpan });
  if (typeof own !== 'object' || !isAsWritten(own, own.body.start, own.body.end)) return undefined;
  const items: string[] = [];
  for (const statement of parts(own.body).filter(({ kind }) => kind !== 'comment')) {
    const [inner] = statement.kind === 'expression_statement' ? parts(statement) : [];
    const left = inner?.kind === 'call_expression' ? itemOf(input, own, inner) : undefined;
    if (left === undefined) return undefined;
    items.push(left);
  }
  return items.length > 0 ? items : undefined;
}

/** What a call that needs no lock removes from a chain: its last argument. */
function itemOf({ models }: FixInput, code: FunctionCode, call: CodeNode): string | undefined {
  const [callee, list] = parts(call);
  const isFree = callee?.kind === 'identifier' && models.unlocked(text(code, callee)) === 'before';
  const item = isFree && list ? parts(list).at(-1) : undefined;
  return item && text(code, item);
}

/**
 * The function that calls a chain again, below one that the chain calls: a reader that reads again waits behind the task
 * that leaves, which waits for the reader. Without any lock of the driver, that is a deadlock still.
 */
function callsAgain(input: FixInput, code: FunctionCode, call: CodeNode): string | undefined {
  const [callee, list] = parts(call);
  const at = callee && input.models.api(text(code, callee))?.arg;
  const chain = at === undefined ? undefined : list && parts(list)[at];
  if (chain === undefined) return undefined;
  const name = text(code, chain);
  for (const fn of functionsBelow(input.program, [...awaitedBy(input, code, chain)])) {
    const own = codeOf(input, fn);
    const calls = own === undefined ? [] : callsIn(own);
    const isAgain = calls.some(([called, given]) => {
      const api = input.models.api(called);
      const onto = api?.callsBack === true && api.arg !== undefined ? given[api.arg] : undefined;
      return own !== undefined && onto !== undefined && text(own, onto) === name;
    });
    if (isAgain) return fn.name;
  }
  return undefined;
}

/** Whether a function is given what a call names, and uses it nowhere else. */
function isGiven(code: FunctionCode, call: CodeNode, item: string): boolean {
  const elsewhere = parts(code.body).filter(({ start, end }) => call.start < start || end < call.end);
  return (
    code.item.parameters.some(({ name }) => name === item) &&
    elsewhere.every((statement) => !identifiers(code, statement).has(item))
  );
}

/** Whether a function runs when a module ends. */
function isEnding({ text: whole, item }: FunctionCode): boolean {
  return item.isStatic && /\b__exit\b/.test(whole.slice(item.start, item.bodyStart));
}
