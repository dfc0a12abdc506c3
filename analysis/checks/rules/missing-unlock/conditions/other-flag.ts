import { areOpposite, compareAsRange, rangesOf } from './ranges.js';
import { isTakenForMore } from './weaker.js';
import { contradicts, signOf, ZERO, type Fact } from '../../../../summaries/facts/fact.js';
import type { KnownFact } from '../../../../summaries/facts/facts.js';
import { inCaller, type Term } from '../../../../summaries/locks/terms.js';
import { everyExit } from '../../../../summaries/solver/exits.js';
import type { ExitEffect, FunctionSummary, HeldLock, Lockset } from '../../../../summaries/state/types.js';
import { KnownCallers } from '../../../../graph/sight/callers.js';
import { OWNED_KINDS } from '../../../../models/records/kinds.js';
import { memberStores } from '../../../../skeleton/lowering/events.js';
import { bodiesOfDriver } from '../../../../link/bodies.js';
import type { ExprId, Skeleton } from '../../../../skeleton/types.js';
import type { CheckContext } from '../../../engine/check.js';
import { isKeptAlone, isWithoutCounterpart } from '../kept-alone.js';

/**
 * How sure it is that the lock, which an exit keeps, is acquired under one condition and released under another: `medium`
 * if the two may change together, `high` if code in sight gives them such values. `undefined` if the conditions are one.
 */
export function byOtherFlag(
  context: CheckContext,
  summary: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): 'high' | 'medium' | undefined {
  const { key } = lock.term;
  const isAlone = (): boolean =>
    summary.gaps.length === 0 &&
    OWNED_KINDS.includes(lock.kind) &&
    isKeptAlone(context, summary, lock, false);
  const ranges = rangesOf(context, summary, lock);
  if (ranges !== undefined) return compareAsRange(ranges).isKept && isAlone() ? 'high' : undefined;
  const isMeant = releasesHeld(context, summary, key);
  for (const other of summary.rawExits) {
    const isReleased =
      other.released.some(({ term }) => term.key === key) &&
      !other.acquired.some(({ term }) => term.key === key);
    const flags = isReleased ? otherWayRound(exit, other) : [];
    const [flag] = flags;
    if (flag === undefined) continue;
    if (isMeant && flags.length > 1)
      return isAlone() && areSetSo(context, summary, flags) ? 'high' : 'medium';
    if (isMeant && (exit.signs & other.signs) === 0) return 'medium';
    // A parameter may tell the function to take the lock, and to give it back.
    if (isMeant || flag.term.k !== 'field' || !areOpposite(context, summary, lock)) continue;
    return isAlone() && isSetOnce(context, summary, flag) ? 'high' : 'medium';
  }
  if (!isTakenForMore(context, summary, lock, lock.site.event)) return undefined;
  // The caller may know what the other condition says, if any code could release the lock for it.
  return isAlone() && isWithoutCounterpart(context, summary, lock, false) ? 'high' : 'medium';
}

/** Whether the function, or a callee, has a release that some path reaches with the lock held. */
function releasesHeld({ around }: CheckContext, { uses, calls }: FunctionSummary, key: string): boolean {
  const isHeldIn = (locksets: readonly Lockset[]): boolean =>
    locksets.some(({ held }) => held.some(({ term }) => term.key === key));
  return (
    uses.some(({ k, lock, locksets }) => k === 'release' && lock.term.key === key && isHeldIn(locksets)) ||
    calls.some(
      ({ targets, args, locksets }) =>
        isHeldIn(locksets) &&
        targets
          .flatMap((target) => everyExit(around.summaryOf(target)))
          .some(({ released }) => released.some(({ term }) => inCaller(term, args).key === key)),
    )
  );
}

/** What an exit knows of flags of which another exit knows the opposite. */
function otherWayRound(a: ExitEffect, b: ExitEffect): readonly KnownFact[] {
  return a.facts.filter(({ term, fact }) => {
    const known = b.facts.find((other) => other.term.key === term.key)?.fact;
    return known !== undefined && !term.type.endsWith('*') && isOpposite(fact, known);
  });
}

function isOpposite(a: Fact, b: Fact): boolean {
  return a.signs === ZERO ? (b.signs & ZERO) === 0 : b.signs === ZERO && (a.signs & ZERO) === 0;
}

/** Whether code in sight gives the flags these values: a caller passes such constants, or a function stores them. */
function areSetSo(context: CheckContext, { fn }: FunctionSummary, flags: readonly KnownFact[]): boolean {
  const { collected } = context;
  const calls = new KnownCallers(collected).seen(fn);
  if (calls.some(({ args }) => args !== undefined && flags.every((flag) => isPassed(flag, args))))
    return true;
  return areStored(context, fn.file, flags);
}

/** Whether the functions of the driver store in this member at one place only, so that its value is set once. */
function isSetOnce({ around }: CheckContext, { fn }: FunctionSummary, { term }: KnownFact): boolean {
  if (term.k !== 'field') return false;
  let stores = 0;
  let isMissing = false;
  for (const { skeleton } of bodiesOfDriver(around.program, fn.file)) {
    isMissing ||= skeleton === undefined;
    for (const { target } of memberStores(skeleton)) if (target.name === term.name) stores++;
  }
  return stores === 1 && !isMissing;
}

/** Whether the arguments of a call make a fact true. */
function isPassed({ term, fact }: KnownFact, args: readonly Term[]): boolean {
  const value = constantOf(inCaller(term, args));
  return value !== undefined && isTrueFor(fact, value);
}

function isTrueFor(fact: Fact, value: number): boolean {
  return !contradicts(fact, { signs: signOf(value), equals: value });
}

function constantOf(term: Term): number | undefined {
  if (term.k === 'constant') return term.value;
  if (term.k !== 'operation' || term.op !== '&') return undefined;
  const [left, right] = term.operands.map(constantOf);
  return left === undefined || right === undefined ? undefined : left & right;
}

/**
 * Whether a function of the driver stores in the members of one object values that make the facts true: constants, or what
 * different calls returned, which then do not hang together.
 */
function areStored({ around }: CheckContext, file: string, flags: readonly KnownFact[]): boolean {
  const members = flags.flatMap(({ term, fact }) => (term.k === 'field' ? [{ name: term.name, fact }] : []));
  if (members.length < flags.length) return false;
  for (const { skeleton } of bodiesOfDriver(around.program, file))
    if (skeleton !== undefined && isStoredIn(skeleton, members)) return true;
  return false;
}

function isStoredIn(
  skeleton: Skeleton,
  members: readonly { readonly name: string; readonly fact: Fact }[],
): boolean {
  /** The last store in each member of a name. */
  const last = new Map([...memberStores(skeleton)].map((store) => [store.target.name, store]));
  const answers = new Set<ExprId>();
  const bases = new Set<ExprId>();
  const isStored = members.every(({ name, fact }) => {
    const store = last.get(name);
    if (store === undefined) return false;
    bases.add(store.target.base);
    const { value } = store.event;
    const expr = skeleton.exprs[value];
    if (expr?.k === 'constant') return isTrueFor(fact, expr.value);
    if (expr?.k !== 'result' || answers.has(value)) return false;
    answers.add(value);
    return true;
  });
  return isStored && bases.size === 1;
}
