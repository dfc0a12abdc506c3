import { BOUNDS } from '../../../base/bounds.js';
import { deref, rootOf, someTerm, type Term } from '../../../summaries/locks/terms.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import { isInLoop } from '../../../graph/events/rounds.js';
import { partsOf } from '../../../skeleton/expressions/parts.js';
import { namesIn } from '../../../skeleton/expressions/root.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { ExprId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';
import { lookupsOn } from './lookups.js';
import { comparesAlike, comparesArguments, isRequest, picksOf, type Picks } from './pair-order.js';

/**
 * Whether every visible call passes two values that the source does not distinguish: numbers from outside, or two numbers
 * of one request.
 */
export function passesKeys(callers: KnownCallers, side: Dependency, { pairs, isLookup }: Picks): boolean {
  const [x, y] = pairs[0] ?? [];
  const calls = callers.of(side.root) ?? [];
  if (calls.length === 0 || x?.k !== 'parameter' || y?.k !== 'parameter') return false;
  return calls.every(({ args }) => {
    const [one, other] = [args?.[x.index], args?.[y.index]];
    if (one === undefined || other === undefined) return false;
    return [one, other].every((key) => isRead(key, isLookup)) || (isLookup && isRequest(one, other));
  });
}

/** Whether a value is one that the caller reads when it runs, or made from one; with `orPassed`, also a number passed to it. */
function isRead(term: Term, orPassed: boolean): boolean {
  return term.k === 'operation'
    ? term.operands.some((one) => isRead(one, orPassed)) &&
        term.operands.every((one) => one.k === 'constant' || isRead(one, orPassed))
    : term.k === 'local' || term.k === 'opaque' || (orPassed && isNumber(term));
}

/** Whether a value is a number that a caller passes or reads, not a constant. */
function isNumber({ k, type }: Term): boolean {
  return k === 'parameter' && type !== '' && !type.endsWith('*');
}

/** A function that selects two objects by a pair of its parameters. */
export interface Choice {
  readonly fn: FunctionRef;
  readonly pairs: Picks['pairs'];
  /** Whether the two are elements of one per-CPU variable. */
  readonly areCpus: boolean;
}

/**
 * Who selects the two objects: the callers of a helper, if each visible call passes it two elements of one array, or of
 * one per-CPU variable, by two numbers that the caller is given; otherwise the function that locks them.
 */
export function choicesOf(
  { around }: CheckContext,
  callers: KnownCallers,
  side: Dependency,
  { pairs, areNumbers }: Picks,
): readonly Choice[] {
  const own: Choice = { fn: side.root, pairs, areCpus: areNumbers === true };
  const [x, y] = pairs[0] ?? [];
  const calls = areNumbers === true ? [] : callers.seen(side.root);
  if (pairs.length !== 1 || x?.k !== 'parameter' || y?.k !== 'parameter') return [own];
  const choices = calls.flatMap((call): readonly Choice[] => {
    const [one, other] = [call.args?.[x.index], call.args?.[y.index]];
    if (one === undefined || other === undefined) return [];
    if (comparesArguments(around.program, call, pairs)) return [];
    const found = picksOf(deref(one), deref(other), lookupsOn(around, call.caller), around.models);
    const [pair, another] = found?.pairs ?? [];
    if (found === undefined || pair === undefined || another !== undefined || !pair.every(isNumber))
      return [];
    if (comparesAlike(around.program.skeleton(call.caller), found.pairs)) return [];
    return [{ fn: call.caller, pairs: found.pairs, areCpus: found.areNumbers === true }];
  });
  return choices.length > 0 && choices.length === calls.length ? choices : [own];
}

/**
 * Whether every visible call passes two numbers that are only known when it runs, neither made from the other, without
 * comparing them. Either may then be the greater one.
 */
export function passesAnyNumbers(
  { around }: CheckContext,
  callers: KnownCallers,
  { fn, pairs }: Choice,
): boolean {
  const [x, y] = pairs[0] ?? [];
  const calls = callers.seen(fn);
  if (calls.length === 0 || x?.k !== 'parameter' || y?.k !== 'parameter') return false;
  return calls.every((call) => {
    const [one, other] = [call.args?.[x.index], call.args?.[y.index]];
    if (one === undefined || other === undefined || comparesArguments(around.program, call, pairs))
      return false;
    if (one.k === 'constant' || other.k === 'constant') return false;
    return !isMadeFrom(one, other) && !isMadeFrom(other, one);
  });
}

function isMadeFrom(value: Term, from: Term): boolean {
  return someTerm(value, ({ key }) => key === from.key);
}

/**
 * Whether every visible call passes two objects that it has found by two keys, in the order of the keys, or that its own
 * callers have found so: by a search, or as elements of an array by two numbers that come from outside.
 */
export function passesFound(
  context: CheckContext,
  callers: KnownCallers,
  side: Dependency,
  { pairs }: Picks,
): boolean {
  const { around } = context;
  const search: OutsideSearch = { program: around.program, callers, isOutside: areRead };
  const isFound = (fn: FunctionRef, x: Term | undefined, y: Term | undefined, levels: number): boolean => {
    const calls = levels === 0 ? [] : callers.seen(fn);
    if (calls.length === 0 || x?.k !== 'parameter' || y?.k !== 'parameter') return false;
    return calls.every((call) => {
      const [one, other] = [call.args?.[x.index], call.args?.[y.index]];
      if (one === undefined || other === undefined) return false;
      if (comparesArguments(around.program, call, [[x, y]])) return false;
      const found = picksOf(one, other, lookupsOn(around, call.caller), around.models);
      const isIndexed =
        found?.pairs.length === 1 && found.pairs[0]?.every((one) => isRead(one, true)) === true;
      if (found === undefined || !(found.isLookup || isIndexed))
        return isFound(call.caller, one, other, levels - 1);
      if (comparesAlike(around.program.skeleton(call.caller), found.pairs)) return false;
      return found.isLookup || areOutside(search, call.caller, found.pairs[0], levels - 1);
    });
  };
  const [x, y] = pairs[0] ?? [];
  return isFound(side.root, x, y, BOUNDS.callersForEntry);
}

/** Whether every visible call passes the numbers of two elements that one request names, and none of them compares the two. */
export function passesRequest(
  context: CheckContext,
  callers: KnownCallers,
  side: Dependency,
  { pairs }: Picks,
): boolean {
  const [pair, another] = pairs;
  if (pair === undefined || another !== undefined || !pair.every(isNumber)) return false;
  const { program } = context.around;
  return areOutside({ program, callers, isOutside: isRequest }, side.root, pair, BOUNDS.callersForEntry);
}

/** Whether a function reads two values when it runs. */
function areRead(one: Term, other: Term): boolean {
  return isRead(one, false) && isRead(other, false);
}

/** Which numbers come from outside, and who may pass them. */
interface OutsideSearch {
  readonly program: Program;
  readonly callers: KnownCallers;
  readonly isOutside: (one: Term, other: Term) => boolean;
}

/** Whether two numbers come from outside, in the function or in all of its callers, up to `levels` above. */
function areOutside(
  search: OutsideSearch,
  fn: FunctionRef,
  [one, other]: Picks['pairs'][number] | readonly [undefined?, undefined?] = [],
  levels: number,
): boolean {
  if (one === undefined || other === undefined) return false;
  if (search.isOutside(one, other)) return true;
  if (one.k !== 'parameter' || other.k !== 'parameter' || one.index === other.index) return false;
  const calls = levels <= 0 ? [] : search.callers.seen(fn);
  return (
    calls.length > 0 &&
    calls.every((call) => {
      const [x, y] = [call.args?.[one.index], call.args?.[other.index]];
      if (x === undefined || y === undefined) return false;
      if (comparesArguments(search.program, call, [[one, other]])) return false;
      return areOutside(search, call.caller, [x, y], levels - 1);
    })
  );
}

/**
 * Whether two calls pass the same two objects in opposite order, or one call passes the processor that runs it and another
 * one, as that one does in turn; `undefined` if no visible calls do, but others may exist.
 */
export function exchanged(
  context: CheckContext,
  callers: KnownCallers,
  side: Dependency,
  { pairs }: Picks,
  choices: readonly Choice[],
): boolean | undefined {
  if (pairs.length !== 1 || pairs[0]?.every(({ k }) => k === 'parameter') !== true) return undefined;
  if (choices.some((choice) => areExchanged(context, callers, choice))) return true;
  if (areExchanged(context, callers, { fn: side.root, pairs })) return true;
  return callers.of(side.root) === undefined ? undefined : false;
}

function areExchanged(
  context: CheckContext,
  callers: KnownCallers,
  { fn, pairs }: Pick<Choice, 'fn' | 'pairs'>,
): boolean {
  const { around } = context;
  const [x, y] = pairs[0] ?? [];
  if (x?.k !== 'parameter' || y?.k !== 'parameter') return false;
  const passed = new Set<string>();
  for (const call of callers.seen(fn)) {
    const { caller, args } = call;
    const [first, second] = [args?.[x.index], args?.[y.index]];
    if (first === undefined || second === undefined || first.key === second.key) continue;
    if (comparesArguments(around.program, call, pairs)) continue;
    if (namesRunner(context, first) !== namesRunner(context, second)) return true;
    if (isSought(first, second) && isOfOwnThread(around, caller, first)) return true;
    if (isSought(second, first) && isOfOwnThread(around, caller, second)) return true;
    // The parameters of one caller are not those of another, unlike an object and what its member points to.
    const where = isRelated(first, second) ? rootOf(first).type : `${caller.file}:${caller.name}`;
    if (passed.has(`${where},${second.key},${first.key}`)) return true;
    passed.add(`${where},${first.key},${second.key}`);
  }
  return false;
}

/** Whether a value is the number of the processor that runs the code. */
function namesRunner({ around }: CheckContext, value: Term): boolean {
  return value.k === 'result' && around.models.namesWhoRuns(value.origin);
}

/** Whether a value is found by a search or a loop, and not made from the other one: neither the same for all, nor the next one. */
function isSought(own: Term, value: Term): boolean {
  return (value.k === 'result' || value.k === 'opaque') && !isMadeFrom(value, own);
}

/** Whether a value is what its thread was given, or a member of it, and a loop gives each of its threads another one. */
function isOfOwnThread(
  { program, models }: CheckContext['around'],
  thread: FunctionRef,
  value: Term,
): boolean {
  const given = rootOf(value);
  if (given.k !== 'parameter' || given.index !== 0) return false;
  const { functions = [] } = program.outline(thread.file) ?? {};
  return functions.some(({ references }, index) => {
    const fn = references.includes(thread.name) ? program.functionAt(thread.file, index) : undefined;
    if (fn === undefined) return false;
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) program.demand(fn, 'path');
    return eventsOf(skeleton).some((event) => {
      if (skeleton === undefined || event.k !== 'register') return false;
      const { handlerArg, runsIn } = models.api(event.api) ?? {};
      const handler = event.args[handlerArg ?? -1];
      if (runsIn !== 'kthread' || handler === undefined || !isInLoop(program, { fn, event: event.id }))
        return false;
      return (
        namesIn(skeleton, handler).includes(thread.name) &&
        event.args.some((arg) => arg !== handler && isOfRound(program, fn, skeleton, arg))
      );
    });
  });
}

/** Whether each round of a loop computes a value from another number or object. */
function isOfRound(program: Program, fn: FunctionRef, skeleton: Skeleton, value: ExprId): boolean {
  const parts = new Set(partsOf(skeleton.exprs, value).filter((part) => skeleton.exprs[part]?.k === 'local'));
  return eventsOf(skeleton).some(
    (event) => event.k === 'assign' && parts.has(event.target) && isInLoop(program, { fn, event: event.id }),
  );
}

/** Whether two pointers are to two variables, or lead from one object. */
function isRelated(one: Term, other: Term): boolean {
  const [a, b] = [rootOf(one), rootOf(other)];
  if (a.k === 'global' && b.k === 'global') return true;
  return a.k === 'parameter' && a.key === b.key;
}

/**
 * Whether all visible calls pass a named member first and no chain of calls leads from a second argument back to its
 * first. Example: the queue being drained always comes before the one being filled.
 */
export function passedInOrder(callers: KnownCallers, side: Dependency, { pairs }: Picks): boolean {
  const [x, y] = pairs[0] ?? [];
  if (x?.k !== 'parameter' || y?.k !== 'parameter') return false;
  const after = new Map<string, Set<string>>();
  for (const { caller, args } of callers.seen(side.root)) {
    const [first, second] = [args?.[x.index], args?.[y.index]];
    const from = first && memberName(first);
    if (from === undefined || second === undefined) return false;
    const to = memberName(second) ?? `${caller.file}:${caller.name}:${second.key}`;
    after.set(from, (after.get(from) ?? new Set()).add(to));
  }
  return after.size > 0 && [...after.keys()].every((name) => !leadsBack(after, name));
}

/** Struct and member path of the memory a pointer points to; `undefined` for a pointer that is stored somewhere. */
function memberName(pointer: Term): string | undefined {
  if (pointer.k !== 'address' || pointer.base.k !== 'field') return undefined;
  const names: string[] = [];
  let at: Term = pointer.base;
  while (at.k === 'field') {
    names.unshift(at.name);
    at = at.base;
  }
  return `${at.type}.${names.join('.')}`;
}

function leadsBack(after: ReadonlyMap<string, ReadonlySet<string>>, start: string): boolean {
  const seen = new Set<string>();
  const rim = [...(after.get(start) ?? [])];
  for (let name = rim.pop(); name !== undefined; name = rim.pop()) {
    if (name === start) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    rim.push(...(after.get(name) ?? []));
  }
  return false;
}
