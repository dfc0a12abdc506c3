import type { Site } from '../../summaries/state/types.js';
import type { LockKind } from '../../models/types.js';
import type { Collected } from './collect.js';

/** Kinds of lock that may have several readers at a time. */
const SHARED: ReadonlySet<LockKind> = new Set<LockKind>(['rwsem', 'rwlock', 'percpu_rwsem']);

/** Where reader-writer locks are acquired for writing: without a writer, readers never wait. */
export class Writers {
  constructor(private readonly collected: Collected) {}

  /** Every visible acquisition of a class for writing. */
  of(key: string): readonly Site[] {
    const taken = this.collected.acquisitions(key).map(({ acquire }) => acquire);
    return taken.filter(({ lock }) => lock.mode === 'write' && SHARED.has(lock.kind)).map(({ site }) => site);
  }
}
