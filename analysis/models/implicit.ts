import { FS_RECLAIM, MMAP_LOCK } from './classes.js';
import type { LockApi, Operation } from './types.js';

/** Classes that code acquires without naming them, wherever it may sleep. */
const IMPLICIT: readonly string[] = [MMAP_LOCK, FS_RECLAIM];
const NONE: readonly string[] = [];

export function isImplicitClass(lockClass: string): boolean {
  return IMPLICIT.includes(lockClass);
}

/** Those of these classes that the callers of a member hold. */
export function implicitSections(operation: Operation | undefined): readonly string[] {
  const held = operation?.locksHeld ?? NONE;
  if (held.length === 0) return NONE;
  return held.map((lock) => lock.replace(/\(\w+\)$/, '')).filter(isImplicitClass);
}

/** Whether the call acquires one of them by name. */
export function acquiresImplicitClass({ op, implicit, path, argType = '' }: LockApi): boolean {
  if (op !== 'acquire' && op !== 'try' && op !== 'transient') return false;
  const declared = path === undefined ? '' : `${argType.replace(/^struct /, '')}.${path.replace(/^->/, '')}`;
  return isImplicitClass(implicit ?? declared);
}

/** Members that only one record has, by name. */
export const UNIQUE_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['count_objects', 'shrinker'],
  ['scan_objects', 'shrinker'],
]);

/** The running task. */
export const CURRENT_TASK = 'current';

/** The bit that lets an allocation enter file systems. */
export const FILE_SYSTEM_BIT = '___GFP_FS';
