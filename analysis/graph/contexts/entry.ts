import { BOUNDS } from '../../base/bounds.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { rootOf } from '../../summaries/locks/terms.js';
import type { LockMode, Operation } from '../../models/types.js';
import type { LockRef, Lockset } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { ByDistance } from '../events/by-distance.js';
import type { KnownCall, KnownCallers } from '../sight/callers.js';
import { keyOf } from '../events/collect.js';
import { heldFor as locksHeldFor, modelledLock, operationsOf } from './operation-locks.js';

/** A lock that every caller holds. */
export interface EntryLock {
  readonly key: string;
  readonly mode: LockMode;
  /** A global variable: a single instance. */
  readonly isVariable: boolean;
}

const NONE: ReadonlyMap<string, EntryLock> = new Map();

/**
 * Locks definitely held at a function's entry, because every caller holds them: visible callers, and the kernel, which
 * calls members of op tables. Empty unless all callers are known.
 */
export class EntryLocks {
  private readonly known = new ByDistance<ReadonlyMap<string, EntryLock>>();

  constructor(
    private readonly around: Surroundings,
    private readonly callers: KnownCallers,
    /** The locks with which the kernel calls a member. */
    private readonly heldFor: (operation: Operation) => readonly string[] = locksHeldFor,
    /** Whether a lock counts that a caller holds for all that is known, and callers further away count. */
    private readonly isLikelyEnough = false,
  ) {}

  /** The locks that the callers usually hold: enough for doubt, not for proof. */
  static usual(around: Surroundings, callers: KnownCallers): EntryLocks {
    return new EntryLocks(around, callers, ({ locksHeld }) => locksHeld, true);
  }

  of(fn: FunctionRef): ReadonlyMap<string, EntryLock> {
    return this.at(fn, this.isLikelyEnough ? BOUNDS.callersUsual : BOUNDS.callersForEntry);
  }

  private at(fn: FunctionRef, levels: number): ReadonlyMap<string, EntryLock> {
    return this.known.of(fn, levels, () => (levels > 0 ? this.common(fn, levels) : NONE));
  }

  private common(fn: FunctionRef, levels: number): ReadonlyMap<string, EntryLock> {
    const operations = operationsOf(this.callers, fn);
    let common = operations && this.heldByTables(fn, operations);
    const calls = operations === undefined ? this.callersOf(fn) : this.callers.seen(fn);
    for (const { caller, locksets } of calls ?? []) {
      const above = this.at(caller, levels - 1);
      for (const lockset of locksets) {
        const here = new Map([...without(above, lockset.released), ...this.heldAt(lockset)]);
        common = common === undefined ? here : intersect(common, here);
        if (common.size === 0) return NONE;
      }
    }
    return common ?? NONE;
  }

  /** All callers. A function that only its module declares, or keeps in tables, has no others for all that is known. */
  private callersOf(fn: FunctionRef): readonly KnownCall[] | undefined {
    return this.isLikelyEnough ? (this.callers.of(fn) ?? this.callers.ofFolder(fn)) : this.callers.of(fn);
  }

  private heldAt(lockset: Lockset): ReadonlyMap<string, EntryLock> {
    const held = new Map<string, EntryLock>();
    for (const lock of lockset.held) {
      const key = keyOf(lock);
      if (key === undefined || !(lock.certain || this.isLikelyEnough)) continue;
      held.set(key, { key, mode: lock.mode, isVariable: rootOf(lock.term).k === 'global' });
    }
    return held;
  }

  /** The locks that the kernel holds whenever it calls a function as one of the members; `undefined` without any. */
  private heldByTables(
    fn: FunctionRef,
    operations: readonly Operation[],
  ): ReadonlyMap<string, EntryLock> | undefined {
    const { classes, models } = this.around;
    const reclaim = classes.named(models.reclaimClass, 'section', fn.file);
    let common: ReadonlyMap<string, EntryLock> | undefined;
    for (const operation of operations) {
      const here = new Map<string, EntryLock>();
      for (const text of this.heldFor(operation)) {
        const lock = modelledLock(text);
        if (lock === undefined) continue;
        const key = classes.pointedTo(lock.name, 'mutex', fn.file);
        // Many threads reclaim at once.
        if (key === reclaim) continue;
        // The lock of an object does not tell which of the driver's objects are meant.
        if (classes.info(key)?.record === '') here.set(key, { key, mode: lock.mode, isVariable: true });
      }
      common = common === undefined ? here : intersect(common, here);
    }
    return common;
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

function intersect(
  a: ReadonlyMap<string, EntryLock>,
  b: ReadonlyMap<string, EntryLock>,
): ReadonlyMap<string, EntryLock> {
  return new Map([...a].filter(([key]) => b.has(key)));
}
