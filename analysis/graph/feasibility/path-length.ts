import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { rootOf, type Term } from '../../summaries/locks/terms.js';
import { targetsBeside } from '../events/bounded.js';
import type { Dependency } from '../edges/dependency.js';
import { callsToBelieve } from '../edges/length.js';
import { meetForSure, targetsOf } from './same-object.js';
import type { Reason } from './verdicts.js';

/** Whether a lock is a global variable or part of one. */
export function isInVariable(lock: Term): boolean {
  return rootOf(lock).k === 'global';
}

/** Whether both locks of a side are global variables or parts of them. */
export function isBetweenVariables({ holds, lock }: Dependency): boolean {
  return isInVariable(holds.term) && isInVariable(lock.term);
}

/**
 * Whether everything a cycle needs is visible: its code is in one file, with all callers unless the locks are
 * variables, each step calls one function, and it depends on few conditions.
 */
export function areInSight(around: Surroundings, sides: readonly Dependency[]): boolean {
  const steps = sides.flatMap((side) => side.steps);
  return (
    (sides.every(({ root }) => root.item?.isStatic === true) || sides.every(isBetweenVariables)) &&
    new Set([...steps, ...sides.flatMap(({ holdSteps }) => holdSteps)].map(({ fn }) => fn.file)).size <= 1 &&
    sumOf(sides, ({ learned }) => learned) < BOUNDS.conditionsOnPath &&
    sides.every((side) => side.steps.slice(0, -1).every((step) => targetsOf(around, step) <= 1))
  );
}

/**
 * Whether everything that a cycle needs is visible in one folder, a module of its own: its code, the declarations of its
 * locks unless they are variables, one function for each call, and few conditions. One call may choose among the module's
 * variants of a function: objects of the chosen one exist.
 */
export function areOfOneModule(around: Surroundings, sides: readonly Dependency[]): boolean {
  const [first] = sides;
  if (first === undefined) return false;
  const folder = folderOf(first.root.file);
  const isHere = (file: string | undefined): boolean => file !== undefined && folderOf(file) === folder;
  // There is one of a variable, whoever declares it.
  const isKnown = ({ from }: Dependency): boolean => {
    const info = around.classes.info(from);
    return info?.record === '' || isHere(info?.declaredAt?.file);
  };
  return (
    sides.every(({ steps, holdSteps }) => [...steps, ...holdSteps].every(({ fn }) => isHere(fn.file))) &&
    sides.every(isKnown) &&
    sumOf(sides, ({ learned }) => learned) < BOUNDS.conditionsOnPath &&
    areVariants(around, sides)
  );
}

function areVariants(around: Surroundings, sides: readonly Dependency[]): boolean {
  const choices = sides
    .flatMap(({ steps }) => steps.slice(0, -1))
    .flatMap(({ fn, event }) => around.summaryOf(fn)?.calls.find(({ site }) => site.event === event) ?? [])
    .filter(({ targets }) => targets.length > 1);
  return (
    choices.length === 0 || (choices.length === 1 && choices.every((call) => targetsBeside(call).length > 0))
  );
}

/**
 * The reason, if any, that the number of calls on the sides of a cycle gives against it. `hasReason`: a condition is
 * already a reason. `isOneModule`: see {@link areOfOneModule}.
 */
export function reasonOfLength(
  around: Surroundings,
  sides: readonly Dependency[],
  hasReason: boolean,
  isOneModule: boolean,
): Reason | undefined {
  const [first, second] = sides;
  const all = sumOf(sides, (side) => side.calls);
  const calls = callsToBelieve(sides);
  if (all <= BOUNDS.callsHigh) {
    if (!hasReason) return undefined;
    // On a short path the condition is right before the lock, and guards it.
    const text = 'the condition of the acquisition is true when both sides run';
    return { reason: 'path', text, limit: 'low' };
  }
  const isPlain = sumOf(sides, (side) => side.learned) < BOUNDS.conditionsOnPath;
  const most = sides.some((side) => side.learned >= BOUNDS.conditionsOnPath)
    ? BOUNDS.callsHigh
    : isPlain
      ? BOUNDS.callsPlain
      : BOUNDS.callsMedium;
  const text = `all calls on a path of ${all} calls reach the functions described`;
  const isShort = calls <= BOUNDS.callsSameObject && isPlain;
  const areTwo = sides.length === 2 && first !== undefined && second !== undefined;
  // For global variables, the open question is whether it sleeps in atomic context, which the source does not settle.
  if (isShort && areTwo && meetForSure(around, first, second, calls))
    return { reason: 'path', text, limit: hasReason && sides.every(isBetweenVariables) ? 'low' : 'high' };
  const isClear = areTwo && all <= BOUNDS.callsHighTwo;
  // One module knows its objects, however long the way between them is.
  const isHere = isOneModule && (sides.length > 2 || (areTwo && meetForSure(around, first, second, 0)));
  if (isShort && !hasReason && (isClear || areInSight(around, sides) || isHere))
    return { reason: 'path', text, limit: 'high' };
  // The need for more than two threads is a separate reason.
  if (sides.length > 2 && calls <= BOUNDS.callsHigh && !hasReason && isPlain)
    return { reason: 'path', text, limit: 'high' };
  return { reason: 'path', text, limit: calls <= most && all <= BOUNDS.callsSameObject ? 'medium' : 'low' };
}

function sumOf(sides: readonly Dependency[], of: (side: Dependency) => number): number {
  return sides.reduce((all, side) => all + of(side), 0);
}
