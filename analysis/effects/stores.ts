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
 */
export function forgetStores(
  program: Program,
  targets: readonly FunctionRef[],
  args: readonly Term[],
  { memory }: State,
): void {
  for (const [key, value] of memory) {
    const at = key.lastIndexOf('.');
    const owner = key.slice(0, at);
    const isFlag = value.k === 'constant' && (owner.startsWith('(*') || owner.startsWith('$'));
    if (!isFlag || mayStore(program, targets, args, owner, key.slice(at + 1))) memory.delete(key);
  }
}

/** Whoever is waited for may store anything, but into a record of this function's that nobody was told of. */
export function forgetOthers(frame: Frame, wait: EventId, { memory }: State): void {
  const own = `$${frame.name('')}`;
  for (const key of memory.keys()) {
    const variable = key.startsWith(own) ? /^\w+/.exec(key.slice(own.length))?.[0] : undefined;
    if (variable === undefined || FlowGraph.of(frame.skeleton).isGiven(variable, wait)) memory.delete(key);
  }
}

function mayStore(
  program: Program,
  targets: readonly FunctionRef[],
  args: readonly Term[],
  owner: string,
  field: string,
): boolean {
  const isGiven = args.some((arg) => pointsTo(arg, owner));
  if (targets.length === 0) return isGiven;
  return targets.some((target) => {
    const skeleton = program.skeleton(target);
    return skeleton === undefined ? isGiven : FlowGraph.of(skeleton).assignedFields.has(field);
  });
}

/** An argument that leads to an object, or to one around it. */
function pointsTo(arg: Term, owner: string): boolean {
  const object = arg.k === 'address' ? arg.base.key : `(*${arg.key})`;
  return owner === object || owner.startsWith(`${object}.`);
}
