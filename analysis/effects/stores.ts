import type { FunctionRef, Program } from '../link/types.js';
import { FlowGraph } from './flow-graph.js';
import type { EventId, Skeleton } from '../summary/types.js';
import type { State } from './state.js';
import type { Term } from './terms.js';

/** The function that is executed: what the evaluator knows of it. */
interface Frame {
  readonly skeleton: Skeleton;
  name(what: string): string;
}

/**
 * What was stored may be different after a call; a constant in a field stays (a flag set before a goto, an order
 * filled in on the stack) unless the callee is seen to assign such a field, or gets the object and is not seen.
 * Returns whether it depended on what callees assign.
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
    if (!isFlag) {
      state.dropStored(key);
      continue;
    }
    graphs ??= targets.map((target) => graphOf(program.skeleton(target)));
    if (isPlaceOf(args, key) || mayStore(graphs, args, owner, key.slice(at + 1))) state.dropStored(key);
  }
  return graphs !== undefined;
}

/** What an API gets the address of, a record of this function's or a member of it, it may store to. */
export function forgetGiven(args: readonly Term[], state: State): void {
  for (const key of state.memory.keys()) {
    const owner = key.slice(0, key.lastIndexOf('.'));
    if (isPlaceOf(args, key) || args.some((arg) => arg.k === 'address' && pointsTo(arg, owner)))
      state.dropStored(key);
  }
}

function isPlaceOf(args: readonly Term[], key: string): boolean {
  return args.some((arg) => arg.k === 'address' && arg.base.key === key);
}

/** Whoever is waited for may store anything, but into a record of this function's that nobody was told of. */
export function forgetOthers(frame: Frame, wait: EventId, state: State): void {
  const own = `$${frame.name('')}`;
  for (const key of state.memory.keys()) {
    const variable = key.startsWith(own) ? /^\w+/.exec(key.slice(own.length))?.[0] : undefined;
    if (variable === undefined || FlowGraph.of(frame.skeleton).isGiven(variable, wait)) state.dropStored(key);
  }
}

function graphOf(skeleton: Skeleton | undefined): FlowGraph | undefined {
  return skeleton && FlowGraph.of(skeleton);
}

/** @param targets what is known of each function that may be called */
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

/** An argument that leads to an object, or to one around it. */
function pointsTo(arg: Term, owner: string): boolean {
  const object = arg.k === 'address' ? arg.base.key : `(*${arg.key})`;
  return owner === object || owner.startsWith(`${object}.`);
}
