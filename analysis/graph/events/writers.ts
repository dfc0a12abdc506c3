import { takesOnly } from '../../summaries/solver/lock-functions.js';
import type { FunctionRef } from '../../link/types.js';
import type { Site } from '../../summaries/state/types.js';
import type { LockKind } from '../../models/types.js';
import type { Collected } from './collect.js';

/** Kinds of lock that may have several readers at a time. */
const SHARED: ReadonlySet<LockKind> = new Set<LockKind>(['rwsem', 'rwlock', 'percpu_rwsem']);

/** Where reader-writer locks are acquired for writing: without a writer, readers never wait. */
export class Writers {
  constructor(private readonly collected: Collected) {}

  private isTaker(fn: FunctionRef): boolean {
    const summary = this.collected.summaries.get(fn);
    return summary !== undefined && takesOnly(summary);
  }

  /** Every visible acquisition of a class for writing. */
  of(key: string): readonly Site[] {
    const taken = this.collected.acquisitions(key).map(({ acquire }) => acquire);
    const writes = taken.filter(({ lock }) => lock.mode === 'write' && SHARED.has(lock.kind));
    const sites = writes.map(({ site }) => site);
    // A function that only takes the lock is there for its callers, which stand in the list themselves.
    const calling = sites.filter(({ fn }) => !this.isTaker(fn));
    return calling.length > 0 ? calling : sites;
  }
}
