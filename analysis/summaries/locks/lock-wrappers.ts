import { baseOf, showTag, tagOf } from '../../base/ctype.js';
import type { Program, RecordRef } from '../../link/types.js';
import type { Models } from '../../models/types.js';

/** What a struct is called that is a lock to its users: `mrlock_t`, `kmutex_t`, `uvm_rw_semaphore_t`; no clock or block. */
const NAMED_AS_LOCK = /(?<![bcf])lock|mutex|mtx|sem(?:a|$|_|aphore)/iu;

/**
 * Whether a struct is a kernel's lock under another name, as layers that hide the system declare it: a lock, and what
 * tells who holds it. Its locks have their class by the member that it is.
 */
export function isLockWrapper(record: RecordRef, program: Program, models: Models): boolean {
  const { tag, fields } = record.item;
  if (models.isGenericContainer(showTag(tag))) return true;
  if (!NAMED_AS_LOCK.test(tag)) return false;
  const held = fields
    .map(({ type }) => program.expand(type, record.file))
    .filter((type) => !type.endsWith('*'));
  const isLock = (type: string): boolean => models.lockType(baseOf(type)) !== undefined;
  // A key for the lock checker is a part of the lock; any other struct is what the lock protects.
  const isData = (type: string): boolean =>
    /^(?:struct|union) /u.test(type) && !isLock(type) && !models.isGenericContainer(tagOf(type));
  return held.some(isLock) && !held.some(isData);
}
