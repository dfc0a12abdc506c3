import { areOfOneDriver } from '../../../link/files/one-driver.js';
import type { Program } from '../../../link/types.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { rootOf } from '../../../summaries/locks/terms.js';

/**
 * Whether a callee, called without conditions, takes the lock of an object that it is passed. The names of the two locks
 * then surely mean one object, even where many unrelated objects have such a lock. Within one function, the name may
 * mean another object by then.
 */
export function isPassedOn({ calls, learned, open, lock }: Dependency): boolean {
  const { k } = rootOf(lock.term);
  const isNamed = k === 'parameter' || k === 'global';
  return calls === 1 && learned === 0 && open === 0 && isNamed && lock.kind !== 'bit_lock';
}

/** Whether functions of one driver pass the object with the lock on, and at most one condition decides. */
export function isPassedWithinDriver(
  program: Program,
  { root, steps, holdSteps, calls, learned, lock }: Dependency,
): boolean {
  const { k } = rootOf(lock.term);
  return (
    k === 'parameter' &&
    calls > 0 &&
    learned <= 1 &&
    lock.kind !== 'bit_lock' &&
    [...steps, ...holdSteps].every(({ fn }) => areOfOneDriver(program, fn.file, root.file))
  );
}

/** Whether the function calls itself with its lock held, and the inner call takes the lock for any arguments. */
export function callsItself({ root, steps, learned, open }: Dependency): boolean {
  return steps.length === 2 && learned === 0 && open === 0 && steps.every(({ fn }) => fn === root);
}

/** Whether the callee is of its caller's driver and takes the lock unconditionally. */
export function isInOneDriver(program: Program, { root, steps, learned, open }: Dependency): boolean {
  return learned === 0 && open === 0 && steps.every(({ fn }) => areOfOneDriver(program, fn.file, root.file));
}
