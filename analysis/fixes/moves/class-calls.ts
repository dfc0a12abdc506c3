import { withoutSubclass } from '../../base/subclass.js';
import { absolute } from '../../base/span.js';
import type { ShownSummary, ShownLock } from '../../checks/engine/engine.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import { functionOf } from '../text/callers.js';
import { lockCall, text, type LockCall } from '../text/calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from '../text/code.js';
import { declaredName } from '../text/path.js';
import type { CallEffect, HeldState, States } from '../text/states.js';
import { FREE, HELD } from '../text/states.js';
import type { FixInput } from '../types.js';

/** A call of a function that takes or releases a lock of one class: of the locking API, or of a function around it. */
export interface ClassCall extends CallEffect {
  readonly node: CodeNode;
  /** Present for the locking API and for functions that do nothing else. */
  readonly lock: LockCall | undefined;
  /** The argument of the call, and for a `take` the variable that receives its result. */
  readonly given: ReadonlySet<string>;
}

/**
 * Whether a call concerns the lock that another one takes, judged by the expressions for the lock or its container: the
 * lock of an object that the other call is given counts as its lock.
 */
export function isSameLock(call: ClassCall, take: ClassCall): boolean {
  if (call.lock && take.lock) return call.lock.name === take.lock.name;
  const isGiven = (word: string): boolean =>
    take.given.has(word) || (call.lock !== undefined && take.given.has(word.replace(LAST_MEMBER, '')));
  return [...call.given].every(isGiven);
}

const LAST_MEMBER = /(?:->|\.)\w+$/;

/** The class of a lock that the analysis shows. */
export type ShownClass = Pick<ShownLock, 'id' | 'key'>;

/** {@link classCalls} of the class that is shown as `id`; none if the analysis knows no such class. */
export function callsOfLock(input: FixInput, code: FunctionCode, id: string): readonly ClassCall[] {
  const [key] = [...input.analysis.graph.classes].find(([, one]) => one.id === id) ?? [];
  return key === undefined ? [] : classCalls(input, code, { id, key });
}

/** All calls of a function that take or release a lock of a class. */
export function classCalls(
  input: FixInput,
  code: FunctionCode,
  { id, key }: ShownClass,
): readonly ClassCall[] {
  const found: ClassCall[] = [];
  const keys = lockKeys(input, code);
  for (const node of all(code.body, 'call_expression')) {
    const call = lockCall(code, input.models, node);
    if (call !== undefined && call.form === 'call') {
      if (withoutSubclass(keys.get(node.start) ?? '') !== withoutSubclass(key)) continue;
      const { op } = call.api;
      if (op !== 'acquire' && op !== 'try' && op !== 'release') continue;
      const isHeldUnchecked = call.api.uncheckedHolds === true;
      const effect: CallEffect =
        op === 'release'
          ? { op: 'give', mayFail: false }
          : {
              op: 'take',
              mayFail: op === 'try' && !isHeldUnchecked,
              ...(op === 'try' && isHeldUnchecked && { mayFailTested: true }),
            };
      found.push({ ...effect, node, lock: call, given: wordsOf(code, node, effect) });
      continue;
    }
    const effect = effectOfCallee(input, code, node, id);
    if (effect !== undefined) found.push({ ...effect, node, lock: call, given: wordsOf(code, node, effect) });
  }
  return found;
}

function wordsOf(code: FunctionCode, node: CodeNode, { op }: CallEffect): ReadonlySet<string> {
  const list = parts(node)[1];
  const given = list ? parts(list).map((argument) => plainText(code, argument).replace(/^&/, '')) : [];
  const result = op === 'take' ? resultOf(code, node) : undefined;
  return new Set(result === undefined ? given : [...given, result]);
}

/** The variable that receives the result of a call: `state` of `state = lock_and_get_state(device)`. */
function resultOf(code: FunctionCode, { parent }: CodeNode): string | undefined {
  if (parent?.kind !== 'assignment_expression' && parent?.kind !== 'init_declarator') return undefined;
  const [target] = parts(parent);
  const name = target && declaredName(target);
  return name && text(code, name);
}

/** Class keys of the locking calls of a function, by offset. */
export function lockKeys(input: FixInput, code: FunctionCode): ReadonlyMap<number, string> {
  const fn = functionOf(input, code);
  const summary = fn && input.analysis.summary(fn);
  const keys = new Map<number, string>();
  for (const event of fn && summary ? eventsOf(input.program.skeleton(fn)) : []) {
    const key = summary?.lockOf.get(event.id);
    const { line, column } = absolute(event.at, fn?.line ?? 0);
    if (key !== undefined) keys.set(code.lines.offsetOf(line, column), key);
  }
  return keys;
}

function effectOfCallee(
  input: FixInput,
  code: FunctionCode,
  node: CodeNode,
  id: string,
): CallEffect | undefined {
  const [callee] = parts(node);
  const [target, ...others] =
    callee?.kind === 'identifier' ? input.program.resolveCall(text(code, callee), code.file) : [];
  const summary = target && others.length === 0 ? input.analysis.summary(target) : undefined;
  if (summary === undefined) return undefined;
  const holding = summary.exits.filter(({ held }) => held.some((lock) => lock.id === id));
  if (holding.length > 0) return { op: 'take', mayFail: holding.length < summary.exits.length };
  const giving = summary.exits.filter(({ released }) => released.some((lock) => lock.id === id));
  return giving.length > 0 ? { op: 'give', mayFail: giving.length < summary.exits.length } : undefined;
}

/** Whether the states by the text contain those that the analysis found at each return. */
export function agrees(input: FixInput, code: FunctionCode, states: States, id: string): boolean {
  const fn = functionOf(input, code);
  const summary: ShownSummary | undefined = fn && input.analysis.summary(fn);
  if (summary === undefined) return false;
  const known = new Map<number, HeldState>();
  for (const { held, at } of summary.exits) {
    const state = held.some((lock) => lock.id === id) ? HELD : FREE;
    for (const { line, column } of at) {
      const offset = code.lines.offsetOf(line, column);
      known.set(offset, (known.get(offset) ?? 0) | state);
    }
  }
  return all(code.body, 'return_statement').every((node) => {
    const state = known.get(node.start) ?? 0;
    return ((states.before.get(node) ?? 0) | state) === (states.before.get(node) ?? 0);
  });
}
