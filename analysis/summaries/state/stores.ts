import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { FlowGraph } from './flow-graph.js';
import { ANY } from '../facts/fact.js';
import { afterGiving } from '../facts/told.js';
import type { CallEvent, Event, EventId, Skeleton } from '../../skeleton/types.js';
import type { State } from './state.js';
import { unsharedObjects } from './unshared.js';
import { eventOf, isMadeIn } from '../locks/names.js';
import { arrayOf, bareName, constant, deref, field, isWithin, objectOf, type Term } from '../locks/terms.js';

/** The function being executed, as the evaluator sees it. */
interface ExecutedFunction {
  readonly skeleton: Skeleton;
  readonly fn: FunctionRef;
}

/**
 * Forgets the stores that a call may overwrite. A constant in a field survives (a flag set before a goto, an order
 * filled in on the stack), and so does what tells of a lock, unless the callee assigns such a field or receives the
 * object and has no visible body.
 * Returns whether the result depended on the callee's assignments.
 */
export function forgetStores(
  program: Program,
  targets: readonly FunctionRef[],
  args: readonly Term[],
  state: State,
): boolean {
  if (targets.length > 0 && targets.every((target) => storesNothing(program, target))) return true;
  let graphs: readonly (FlowGraph | undefined)[] | undefined;
  state.told = afterGiving(state.told, args);
  for (const [key, { place, value }] of state.memory) {
    const object = objectOf(place);
    const isFlag =
      value.k === 'constant' && (object.k === 'local' || (object.k === 'deref' && object !== place));
    const tells = !isFlag && isOfLock(program, value, state);
    if (!isFlag && !tells) {
      state.dropStored(key);
      continue;
    }
    // Only the body of the callee shows whether it replaces what tells of the lock, or a flag that the caller has set.
    const decides = tells || (state.held.length > 0 && isGivenTo(args, place));
    if (decides && targets.length === 1) for (const target of targets) askFor(program, target);
    graphs ??= targets.map((target) => graphOf(program.skeleton(target)));
    if (isPlaceOf(args, place) || mayStore(graphs, args, place)) state.dropStored(key);
  }
  return graphs !== undefined;
}

/**
 * Whether a function only takes or releases locks, itself or by functions that do nothing else, and stores nothing for
 * others, no interrupt state either.
 */
export function storesNothing(program: Program, fn: FunctionRef, levels = BOUNDS.wrapperLevels): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined || skeleton.gaps.length > 0 || levels === 0) return false;
  const isOfLocks = (callee: CallEvent['callee']): boolean => {
    const [target, another] = typeof callee === 'string' ? program.resolveCall(callee, fn.file) : [];
    return target !== undefined && another === undefined && storesNothing(program, target, levels - 1);
  };
  const isHarmless = (event: Event): boolean =>
    event.k === 'assign'
      ? skeleton.exprs[event.target]?.k === 'local'
      : event.args.length <= 1 && (event.k === 'call' ? isOfLocks(event.callee) : LOCK_ONLY.has(event.k));
  return skeleton.blocks.every(({ events }) => events.every(isHarmless));
}

const LOCK_ONLY: ReadonlySet<Event['k']> = new Set(['acquire', 'try', 'release', 'downgrade']);

/** Forgets stores to local records, or members of them, whose address an API receives. */
export function forgetGiven(args: readonly Term[], state: State): void {
  state.told = afterGiving(state.told, args);
  for (const [key, { place }] of state.memory) {
    if (isPlaceOf(args, place) || args.some((arg) => arg.k === 'address' && isWithin(place, arg.base)))
      state.dropStored(key);
  }
}

/**
 * Whether a value tells of a lock that is held or was tried: it points to it, or it is an answer that the path has asked
 * for. The function reads the place again for the release.
 */
function isOfLock({ models }: Program, value: Term, { held, facts }: State): boolean {
  if (value.k === 'result' && (held.length > 0 || models.lockApi(value.origin) !== undefined))
    return facts.of(value).signs !== ANY;
  return held.some(({ term }) => term.key === deref(value).key);
}

function isPlaceOf(args: readonly Term[], place: Term): boolean {
  return args.some((arg) => arg.k === 'address' && arg.base.key === place.key);
}

/**
 * Forgets all stores at a wait, except to local records whose address has not escaped and to objects that no other code
 * can reach yet: the awaited code may store anything.
 */
export function forgetOthers(frame: ExecutedFunction, wait: EventId, state: State): void {
  for (const [key, { place }] of state.memory) {
    const object = objectOf(place);
    const variable = object.k === 'local' && isMadeIn(object, frame.fn) ? bareName(object) : undefined;
    if (variable === undefined && isUnshared(frame, object, wait)) continue;
    if (variable === undefined || FlowGraph.of(frame.skeleton).isGiven(variable, wait)) state.dropStored(key);
  }
}

/** Whether the function has made an object that no other code can reach before this event. */
function isUnshared(frame: ExecutedFunction, object: Term, event: EventId): boolean {
  const made = madeBy(frame, object);
  return made !== undefined && (unsharedObjects(frame.skeleton).get(made)?.until ?? 0) > event;
}

/** The event of the function that made an object; `undefined` for an object from elsewhere. */
function madeBy({ fn }: ExecutedFunction, object: Term): EventId | undefined {
  const pointer = object.k === 'deref' ? object.base : undefined;
  return pointer?.k === 'result' && isMadeIn(pointer, fn) ? eventOf(pointer) : undefined;
}

/** Notes that the members of an object that an event has made are zero, as far as conditions of the function ask. */
export function fillWithZeros(frame: ExecutedFunction, event: EventId, object: Term, state: State): void {
  for (const name of unsharedObjects(frame.skeleton).get(event)?.asked ?? [])
    state.store(field(deref(object), name, ''), constant(0));
}

/** Forgets that members of objects are zero that this event hands on: others may fill them. */
export function forgetShared(frame: ExecutedFunction, event: EventId, state: State): void {
  for (const [made, { until }] of unsharedObjects(frame.skeleton)) {
    if (until !== event) continue;
    for (const [key, { place, value }] of state.memory) {
      if (value.k === 'constant' && value.value === 0 && madeBy(frame, objectOf(place)) === made)
        state.dropStored(key);
    }
  }
}

function askFor(program: Program, target: FunctionRef): void {
  if (target.item !== undefined && !program.hasSkeleton(target)) program.demand(target, 'wrapper');
}

function graphOf(skeleton: Skeleton | undefined): FlowGraph | undefined {
  return skeleton && FlowGraph.of(skeleton);
}

/** Whether a call receives a pointer to a place, or to an object around it. */
function isGivenTo(args: readonly Term[], place: Term): boolean {
  return args.some((arg) => isWithin(place, deref(arg)));
}

/** @param targets the flow graph of each possible callee, where known */
function mayStore(targets: readonly (FlowGraph | undefined)[], args: readonly Term[], place: Term): boolean {
  const member = arrayOf(place);
  if (member.k !== 'field') return false;
  const given = args.flatMap((arg, i) => (isWithin(place, deref(arg)) ? [i] : []));
  const isGiven = given.length > 0;
  if (targets.length === 0) return isGiven;
  const isOwn = objectOf(place).k === 'local';
  return targets.some((target) => {
    if (target === undefined) return isGiven;
    const { assignedFields, passedOn } = target;
    return assignedFields.has(member.name) || (isOwn && given.some((i) => passedOn.has(i)));
  });
}
