import { BOUNDS } from '../../base/bounds.js';
import { baseOf, showTag, tagOf, type CType } from '../../base/ctype.js';
import type { Program } from '../../link/types.js';
import { isLockWrapper } from './lock-wrappers.js';
import type { Models } from '../../models/types.js';

/**
 * Whether a member is known by its own type, whatever object it is a part of: its record contains locks. A work item, a
 * timer or another record without locks is known by the member that it is, and so is a generic container, whose locks have
 * their class by the object around it.
 * @param type of the member, as seen from `file`
 */
export function isKnownByType(program: Program, models: Models, type: CType, file: string): boolean {
  const tag = tagOf(baseOf(program.expand(type, file)));
  const record = program.resolveRecord(tag, file);
  const isWrapper =
    record === undefined ? models.isGenericContainer(showTag(tag)) : isLockWrapper(record, program, models);
  return !isWrapper && holdsLock(program, models, type, file, BOUNDS.recordsWithLocks);
}

function holdsLock(program: Program, models: Models, type: CType, file: string, depth: number): boolean {
  const expanded = program.expand(type, file);
  if (depth === 0 || expanded.endsWith('*')) return false;
  const tag = tagOf(baseOf(expanded));
  const record = program.resolveRecord(tag, file);
  if (record === undefined) return models.hasKnownLock(showTag(tag));
  return record.item.fields.some((field) => {
    const inner = program.expand(field.type, record.file);
    if (models.lockType(baseOf(inner)) !== undefined && !inner.endsWith('*')) return true;
    return baseOf(inner).startsWith('struct ') && holdsLock(program, models, inner, record.file, depth - 1);
  });
}
