import type { FunctionRef, Program } from '../../link/types.js';
import { FlowGraph } from './flow-graph.js';
import { ANY } from '../facts/fact.js';
import type { EventId, Skeleton } from '../../skeleton/types.js';
import type { State } from './state.js';
import { unsharedObjects } from './unshared.js';
import { constant, deref, field, type Term } from '../locks/terms.js';

/** The function being executed, as the evaluator sees it. */
interface ExecutedFunction {
  readonly skeleton: Skeleton;
  name(what: string): string;
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
  let graphs: readonly (FlowGraph | undefined)[] | undefined;
  for (const [key, value] of state.memory) {
    const at = key.lastIndexOf('.');
    const owner = key.slice(0, at);
    const isFlag = value.k === 'constant' && (owner.startsWith('(*') || owner.startsWith('$'));
    const tells = !isFlag && isOfLock(program, value, state);
    if (!isFlag && !tells) {
      state.dropStored(key);
      continue;
    }
    // Only the body of the callee shows whether it replaces what tells of the lock.
    if (tells && targets.length === 1) for (const target of targets) askFor(program, target);
    graphs ??= targets.map((target) => graphOf(program.skeleton(target)));
    if (isPlaceOf(args, key) || mayStore(graphs, args, owner, key.slice(at + 1))) state.dropStored(key);
  }
  return graphs !== undefined;
}

/** Forgets stores to local records, or members of them, whose address an API receives. */
export function forgetGiven(args: readonly Term[], state: State): void {
  for (const key of state.memory.keys()) {
    const owner = key.slice(0, key.lastIndexOf('.'));
    if (isPlaceOf(args, key) || args.some((arg) => arg.k === 'address' && pointsTo(arg, owner)))
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

function isPlaceOf(args: readonly Term[], key: string): boolean {
  return args.some((arg) => arg.k === 'address' && arg.base.key === key);
}

/**
 * Forgets all stores at a wait, except to local records whose address has not escaped and to objects that no other code
 * can reach yet: the awaited code may store anything.
 */
export function forgetOthers(frame: ExecutedFunction, wait: EventId, state: State): void {
  const own = `$${frame.name('')}`;
  for (const key of state.memory.keys()) {
    const variable = key.startsWith(own) ? /^\w+/.exec(key.slice(own.length))?.[0] : undefined;
    if (variable === undefined && isUnshared(frame, key, wait)) continue;
    if (variable === undefined || FlowGraph.of(frame.skeleton).isGiven(variable, wait)) state.dropStored(key);
  }
}

/** Whether a place lies in an object that the function has made and that no other code can reach before this event. */
function isUnshared(frame: ExecutedFunction, key: string, event: EventId): boolean {
  const own = `(*!${frame.name('e')}`;
  const made = key.startsWith(own) ? /^\d+(?=\))/.exec(key.slice(own.length))?.[0] : undefined;
  return made !== undefined && (unsharedObjects(frame.skeleton).get(Number(made))?.until ?? 0) > event;
}

/** Notes that the members of an object that an event has made are zero, as far as conditions of the function ask. */
export function fillWithZeros(frame: ExecutedFunction, event: EventId, object: Term, state: State): void {
  for (const name of unsharedObjects(frame.skeleton).get(event)?.asked ?? [])
    state.store(field(deref(object), name, '').key, constant(0));
}

/** Forgets that members of objects are zero that this event hands on: others may fill them. */
export function forgetShared(frame: ExecutedFunction, event: EventId, state: State): void {
  for (const [made, { until }] of unsharedObjects(frame.skeleton)) {
    if (until !== event) continue;
    const own = `(*!${frame.name(`e${made}`)}).`;
    for (const [key, value] of state.memory)
      if (key.startsWith(own) && value.k === 'constant' && value.value === 0) state.dropStored(key);
  }
}

function askFor(program: Program, target: FunctionRef): void {
  if (target.item !== undefined && !program.hasSkeleton(target)) program.demand(target, 'wrapper');
}

function graphOf(skeleton: Skeleton | undefined): FlowGraph | undefined {
  return skeleton && FlowGraph.of(skeleton);
}

/** @param targets the flow graph of each possible callee, where known */
function mayStore(
  targets: readonly (FlowGraph | undefined)[],
  args: readonly Term[],
  owner: string,
  field: string,
): boolean {
  const given = args.flatMap((arg, i) => (pointsTo(arg, owner) ? [i] : []));
  const isGiven = given.length > 0;
  if (targets.length === 0) return isGiven;
  const isOwn = owner.startsWith('$');
  return targets.some((target) => {
    if (target === undefined) return isGiven;
    const { assignedFields, passedOn } = target;
    return assignedFields.has(field) || (isOwn && given.some((i) => passedOn.has(i)));
  });
}

/** Whether an argument points to an object or to one that contains it. */
function pointsTo(arg: Term, owner: string): boolean {
  const object = arg.k === 'address' ? arg.base.key : `(*${arg.key})`;
  return owner === object || owner.startsWith(`${object}.`);
}
