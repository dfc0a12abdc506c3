import type { FunctionRef } from '../../link/types.js';
import type { LockRef } from '../state/types.js';
import type { Surroundings } from '../surroundings.js';
import { inCaller, type Term } from './terms.js';

/** A callee's lock in the terms of its caller, which knows the class of what it passes. */
export function boundIn(
  { classes }: Surroundings,
  caller: FunctionRef,
  lock: LockRef,
  args: readonly Term[],
): LockRef {
  const term = inCaller(lock.term, args);
  if (lock.key !== undefined) return { ...lock, term };
  const found = classes.classOf(term, lock.kind, lock.subclass, caller.file);
  return 'key' in found ? { ...lock, term, key: found.key } : { ...lock, term };
}
