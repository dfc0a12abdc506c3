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
  let locks = 0;
  for (const { type } of fields) {
    const expanded = program.expand(type, record.file);
    if (expanded.endsWith('*')) continue;
    if (models.lockType(baseOf(expanded)) !== undefined) locks++;
    else if (/^(?:struct|union) /u.test(expanded) && !isWrapperTag(tagOf(expanded), record, program, models))
      return false;
  }
  return locks > 0;
}

/** A wrapper may hold the parts of another, as a key for the lock checker. */
function isWrapperTag(tag: string, { file }: RecordRef, program: Program, models: Models): boolean {
  if (models.isGenericContainer(tag)) return true;
  const inner = program.resolveRecord(tag, file);
  return inner !== undefined && inner.item.tag !== tag && isLockWrapper(inner, program, models);
}
