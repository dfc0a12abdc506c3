import { rootOf } from '../effects/terms.js';
import type { LockMode } from '../models/types.js';
import type { FunctionRef } from '../link/types.js';
import { keyOf, type Collected } from './collect.js';

/** Callers of callers looked at. */
const MAX_LEVELS = 3;

/** A lock that every caller holds. */
export interface EntryLock {
  readonly key: string;
  readonly mode: LockMode;
  /** A variable: one instance for everybody. */
  readonly isVariable: boolean;
}

const NONE: ReadonlyMap<string, EntryLock> = new Map();

/**
 * Locks certainly held when a function is entered, because each of its callers holds them. Only for static
 * functions whose address is never taken: of others not all callers are known.
 */
export class EntryLocks {
  private readonly memo = new Map<FunctionRef, ReadonlyMap<string, EntryLock>>();
  private readonly referenced = new Map<string, ReadonlySet<string>>();

  constructor(private readonly collected: Collected) {}

  of(fn: FunctionRef): ReadonlyMap<string, EntryLock> {
    return this.at(fn, MAX_LEVELS);
  }

  private at(fn: FunctionRef, levels: number): ReadonlyMap<string, EntryLock> {
    const known = this.memo.get(fn);
    if (known !== undefined) return known;
    this.memo.set(fn, NONE);
    const result = levels > 0 && this.allCallersKnown(fn) ? this.common(fn, levels) : NONE;
    this.memo.set(fn, result);
    return result;
  }

  private allCallersKnown(fn: FunctionRef): boolean {
    if (fn.item?.isStatic !== true) return false;
    let names = this.referenced.get(fn.file);
    if (names === undefined) {
      names = this.referencedIn(fn.file);
      this.referenced.set(fn.file, names);
    }
    return !names.has(fn.name);
  }

  private referencedIn(file: string): ReadonlySet<string> {
    const outline = this.collected.program.outline(file);
    const names = new Set<string>();
    for (const fn of outline?.functions ?? []) for (const name of fn.references) names.add(name);
    for (const variable of outline?.variables ?? [])
      for (const member of variable.members) names.add(member.value);
    return names;
  }

  private common(fn: FunctionRef, levels: number): ReadonlyMap<string, EntryLock> {
    let common: ReadonlyMap<string, EntryLock> | undefined;
    for (const caller of this.collected.program.callers(fn)) {
      if (caller === fn) continue;
      const above = this.at(caller, levels - 1);
      for (const held of this.heldAtCalls(caller, fn)) {
        const here = new Map([...above, ...held]);
        common = common === undefined ? here : intersect(common, here);
        if (common.size === 0) return NONE;
      }
    }
    return common ?? NONE;
  }

  /** What a caller holds itself, for each moment it calls `fn`; a caller without locks holds nothing. */
  private *heldAtCalls(caller: FunctionRef, fn: FunctionRef): Generator<ReadonlyMap<string, EntryLock>> {
    const effects = this.collected.effects.get(caller);
    if (effects === undefined) {
      yield NONE;
      return;
    }
    for (const call of effects.calls) {
      if (!call.targets.includes(fn)) continue;
      for (const moment of call.moments) {
        const held = new Map<string, EntryLock>();
        for (const lock of moment.held) {
          const key = keyOf(lock);
          if (key === undefined || !lock.certain) continue;
          held.set(key, { key, mode: lock.mode, isVariable: rootOf(lock.term).k === 'global' });
        }
        yield held;
      }
    }
  }
}

function intersect(
  a: ReadonlyMap<string, EntryLock>,
  b: ReadonlyMap<string, EntryLock>,
): ReadonlyMap<string, EntryLock> {
  return new Map([...a].filter(([key]) => b.has(key)));
}
