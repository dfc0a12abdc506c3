import { BOUNDS } from '../../base/bounds.js';
import { rootOf } from '../../summaries/locks/terms.js';
import type { LockMode } from '../../models/types.js';
import type { LockRef, Lockset } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { ByDistance } from '../events/by-distance.js';
import type { KnownCallers } from '../events/callers.js';
import { keyOf } from '../events/collect.js';

/** A lock that every caller holds. */
export interface EntryLock {
  readonly key: string;
  readonly mode: LockMode;
  /** A global variable: a single instance. */
  readonly isVariable: boolean;
}

const NONE: ReadonlyMap<string, EntryLock> = new Map();

/** Locks definitely held at a function's entry, because every caller holds them. Empty unless all callers are known. */
export class EntryLocks {
  private readonly known = new ByDistance<ReadonlyMap<string, EntryLock>>();

  constructor(private readonly callers: KnownCallers) {}

  of(fn: FunctionRef): ReadonlyMap<string, EntryLock> {
    return this.at(fn, BOUNDS.callersForEntry);
  }

  private at(fn: FunctionRef, levels: number): ReadonlyMap<string, EntryLock> {
    return this.known.of(fn, levels, () => (levels > 0 ? this.common(fn, levels) : NONE));
  }

  private common(fn: FunctionRef, levels: number): ReadonlyMap<string, EntryLock> {
    let common: ReadonlyMap<string, EntryLock> | undefined;
    for (const { caller, locksets } of this.callers.of(fn) ?? []) {
      const above = this.at(caller, levels - 1);
      for (const lockset of locksets) {
        const here = new Map([...without(above, lockset.released), ...certain(lockset)]);
        common = common === undefined ? here : intersect(common, here);
        if (common.size === 0) return NONE;
      }
    }
    return common ?? NONE;
  }
}

/** The entry locks that remain after some are released. */
export function without(
  locks: ReadonlyMap<string, EntryLock>,
  released: readonly LockRef[],
): ReadonlyMap<string, EntryLock> {
  if (released.length === 0) return locks;
  const gone = new Set(released.map(keyOf));
  return new Map([...locks].filter(([key]) => !gone.has(key)));
}

function certain(lockset: Lockset): ReadonlyMap<string, EntryLock> {
  const held = new Map<string, EntryLock>();
  for (const lock of lockset.held) {
    const key = keyOf(lock);
    if (key === undefined || !lock.certain) continue;
    held.set(key, { key, mode: lock.mode, isVariable: rootOf(lock.term).k === 'global' });
  }
  return held;
}

function intersect(
  a: ReadonlyMap<string, EntryLock>,
  b: ReadonlyMap<string, EntryLock>,
): ReadonlyMap<string, EntryLock> {
  return new Map([...a].filter(([key]) => b.has(key)));
}
