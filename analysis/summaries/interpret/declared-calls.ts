import type { LockApi, Models } from '../../models/types.js';
import { withoutSubclass } from '../../base/subclass.js';
import { NEEDED } from '../../models/asserted.js';
import { plainCall } from '../../models/plain-calls.js';
import { declaredOf, type Declared } from './declared.js';
import type { NamedCallees } from './callees.js';
import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef } from '../../link/types.js';
import type { PrototypeItem } from '../../outline/types.js';
import { eventAt } from '../../skeleton/lowering/events.js';
import type { ExprId } from '../../skeleton/types.js';
import { everyExit } from '../solver/exits.js';
import { dropLock } from '../state/held.js';
import type { State } from '../state/state.js';
import type { Invocation } from '../state/listener.js';
import type { Executor } from '../executor.js';
import type { Surroundings } from '../surroundings.js';
import { someTerm, type Term } from '../locks/terms.js';
import type { HeldLock, LockRef } from '../state/types.js';

const NOTHING: readonly Declared[] = [];
/** The kind of lock that is acquired in an acquire context. */
const IN_CONTEXT = 'ww_mutex';

/** What a callee's prototype declares about locks and its definition omits. */
export function declaredFor(
  { evaluator }: Executor,
  { prototype, targets }: NamedCallees,
  args: readonly Term[],
): readonly Declared[] {
  if (prototype === undefined || prototype.annotations.length === 0) return NOTHING;
  const [target] = targets;
  if (target !== undefined && (target.item?.annotations.length ?? 1) > 0) return NOTHING;
  return declaredOf(prototype, args, evaluator);
}

/** Whether the callee is declared never to return. */
export function neverReturns({ models }: Surroundings, { prototype, targets }: NamedCallees): boolean {
  const [target, another] = targets;
  const says = (item: Pick<PrototypeItem, 'annotations'> | undefined): boolean =>
    item?.annotations.some(({ name }) => models.isNoReturn(name)) === true;
  return another === undefined && (says(target?.item) || says(prototype));
}

/** Records that the caller must hold the locks required by the prototype. */
export function assertDeclared(
  stepper: Executor,
  event: Invocation,
  declared: readonly Declared[],
  state: State,
): void {
  const api = stepper.around.models.lockApi(NEEDED);
  for (const one of declared) {
    if (one.promise !== 'holds' && one.promise !== 'releases') continue;
    const lock = lockOf(stepper, one);
    if (api !== undefined && lock !== undefined)
      stepper.listener.use?.({ ...event, k: 'assert-held' }, lock, api, state, undefined);
  }
}

/** Applies the prototype's declarations for a callee whose body is not available. */
export function doDeclared(
  stepper: Executor,
  event: Invocation,
  declared: readonly Declared[],
  result: Term,
  state: State,
): readonly State[] {
  let states: readonly State[] = [state];
  for (const one of declared) {
    const lock = lockOf(stepper, one);
    if (lock !== undefined) states = states.flatMap((each) => doOne(stepper, event, one, lock, result, each));
  }
  return states;
}

/**
 * An invisible callee that the models know to release locks, or whose name suggests it, may release those in the objects
 * it receives: they are no longer certain to be held.
 */
export function doubtReleased({ around }: Executor, name: string, args: readonly Term[], state: State): void {
  const { models } = around;
  if (state.held.length === 0 || !(models.endsGiven(name) || models.soundsLikeRelease(name))) return;
  const given = new Set(args.map((arg) => (arg.k === 'address' ? arg.base : arg).key));
  const isGiven = ({ term }: HeldLock): boolean => someTerm(term, ({ key }) => given.has(key));
  state.held = state.held.map((lock) => (isGiven(lock) ? { ...lock, certain: false } : lock));
}

/**
 * Doubts locks whose object a call gets together with the word that chose them: `lock(ip, EXCL); join(tp, ip, EXCL);`.
 * It may keep both, and the lock is released when what it joined ends.
 */
export function doubtJoined({ fn, skeleton }: Executor, given: readonly ExprId[], state: State): void {
  const isWord = (arg: ExprId): boolean => {
    const expr = skeleton.exprs[arg];
    if (expr?.k !== 'local' && expr?.k !== 'parameter')
      return expr?.k === 'constant' || expr?.k === 'binary' || expr?.k === 'global';
    const { type } = (expr.k === 'local' ? skeleton.locals : skeleton.parameters)[expr.index] ?? { type: '' };
    return type !== '' && !type.endsWith('*');
  };
  const isJoined = ({ site }: HeldLock): boolean => {
    const taker = site.via !== undefined && site.fn === fn ? eventAt(skeleton, site.event) : undefined;
    if (taker === undefined || !('args' in taker)) return false;
    const { args } = taker;
    return args.some(isWord) && args.length < given.length && args.every((arg) => given.includes(arg));
  };
  if (state.held.some(isJoined))
    state.held = state.held.map((lock) => (isJoined(lock) ? { ...lock, certain: false } : lock));
}

/**
 * Forgets locks acquired in an acquire context of the function, once a callee gets that context, releases locks of the
 * kind and ends it: it walks the list of the context's locks, whose objects have other names, and a context ends without
 * locks. If the callee only releases some, or is not visible, the locks are no longer certain to be held.
 */
export function endContext(
  { around, fn, skeleton }: Executor,
  targets: readonly FunctionRef[],
  given: readonly ExprId[],
  state: State,
): void {
  if (!state.held.some(({ kind }) => kind === IN_CONTEXT)) return;
  const isContext = (arg: ExprId): boolean => {
    const expr = skeleton.exprs[arg];
    return expr?.k === 'address' && skeleton.exprs[expr.base]?.k === 'local';
  };
  const contexts = given.filter(isContext);
  const isOfContext = ({ kind, site }: HeldLock): boolean => {
    const taker = kind === IN_CONTEXT && site.fn === fn ? eventAt(skeleton, site.event) : undefined;
    return taker !== undefined && 'args' in taker && taker.args.some((arg) => contexts.includes(arg));
  };
  const inContext = state.held.filter(isOfContext);
  // The callee may end the context: the function has to end it before its own variable goes out of scope.
  const isUnseen = targets.every(({ item, macro }) => item === undefined && macro === undefined);
  const isReleasing = isUnseen || targets.some((target) => does(around, target, releasesInContext));
  if (inContext.length === 0 || !isReleasing) return;
  const isEnded =
    !isUnseen && targets.every((target) => does(around, target, ({ models }, fn) => endsContext(fn, models)));
  state.held = state.held.flatMap((lock) => {
    if (!inContext.includes(lock)) return [lock];
    return isEnded ? [] : [{ ...lock, certain: false }];
  });
  if (isEnded) state.ended = new Set([...state.ended, ...inContext.map(({ term }) => term.key)]);
}

type Deed = (around: Surroundings, target: FunctionRef) => boolean;

const releasesInContext: Deed = (around, target) =>
  everyExit(around.summaryOf(target)).some(({ released }) =>
    released.some(({ kind }) => kind === IN_CONTEXT),
  );

/** Whether a function itself ends an acquire context. */
export function endsContext({ item }: FunctionRef, models: Models): boolean {
  return item?.calls.some((name) => models.api(name)?.acquireContext === 'end') === true;
}

/** Whether a function does something, itself or in a helper. */
function does(
  around: Surroundings,
  target: FunctionRef,
  deed: Deed,
  levels: number = BOUNDS.wrapperLevels,
): boolean {
  if (deed(around, target)) return true;
  const { calls = [] } = around.summaryOf(target) ?? {};
  return (
    levels > 0 && calls.some(({ targets }) => targets.some((next) => does(around, next, deed, levels - 1)))
  );
}

function doOne(
  stepper: Executor,
  event: Invocation,
  { promise, kind, mode, success }: Declared,
  lock: LockRef,
  result: Term,
  state: State,
): readonly State[] {
  if (promise === 'releases')
    dropLock(state, lock, { event: event.id, isRoundsOpen: stepper.isRoundsOpen, depth: 0 });
  const name = plainCall(kind, mode, 'acquire');
  const api = name === undefined ? undefined : stepper.around.models.lockApi(name);
  if (api === undefined || (promise !== 'acquires' && promise !== 'may-acquire')) return [state];
  stepper.listener.acquire?.({ ...event, k: promise === 'acquires' ? 'acquire' : 'try' }, lock, api, state);
  const failed = promise === 'acquires' ? undefined : state.clone();
  const out = failed?.facts.assume(result, success === 'zero') === true ? [failed] : [];
  if (failed !== undefined && !state.facts.assume(result, success === 'nonzero')) return out;
  stepper.take(event, lock, api, state);
  return [...out, state];
}

function lockOf({ around, fn }: Executor, { lock, kind, mode }: Declared): LockRef | undefined {
  const found = around.classes.classOf(lock, kind, 0, fn.file);
  if (!('key' in found)) return undefined;
  return { term: lock, kind, mode, subclass: 0, key: found.key, fallback: undefined };
}

/**
 * Whether a call takes no lock of the class, although a model says so: in this kernel, its callers take the lock. The
 * body of the only target tells, with what it calls; where none is visible, a prototype of older kernels does.
 * @param file the file of the call
 */
export function isNeverTaken(
  around: Surroundings,
  targets: readonly FunctionRef[],
  {
    lock,
    api: { olderDeclare },
    file,
  }: { readonly lock: LockRef; readonly api: LockApi; readonly file: string },
): boolean {
  const [fn] = targets;
  if (fn === undefined)
    return olderDeclare !== undefined && around.program.resolvePrototype(olderDeclare, file) !== undefined;
  return targets.length === 1 && avoids(around, fn, lock, BOUNDS.callsOfModel);
}

function avoids(around: Surroundings, fn: FunctionRef, lock: LockRef, calls: number): boolean {
  const { program } = around;
  const avoidBelow = (callees: readonly FunctionRef[]): boolean =>
    calls === 0 || callees.every((callee) => callee === fn || avoids(around, callee, lock, calls - 1));
  // What has no skeleton takes no lock itself.
  if (!program.hasSkeleton(fn)) return avoidBelow(program.callees(fn));
  const summary = around.summaryOf(fn);
  // The interpreter sees no summary further down.
  if (summary === undefined || summary.gaps.length > 0) return false;
  return (
    summary.acquires.every((acquire) => isOther(acquire.lock, lock)) &&
    avoidBelow(summary.calls.flatMap(({ targets }) => targets))
  );
}

function isOther(one: LockRef, other: LockRef): boolean {
  const [a, b] = [one, other].map(({ key, fallback }) => key ?? fallback);
  return a !== undefined && b !== undefined && withoutSubclass(a) !== withoutSubclass(b);
}
