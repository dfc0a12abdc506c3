import { BOUNDS } from '../../base/bounds.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { keyOf, type Collected } from '../events/collect.js';
import { ImpliedLocks } from './implied.js';
import { LockNames } from '../events/lock-names.js';
import { Ways } from '../paths/ways.js';

interface CallDistance {
  readonly calls: number;
  readonly wide: number;
}

/**
 * Whether an event under one class leads at any depth to an acquisition of another. Finds more than the graph of direct
 * dependencies, without checking paths, and includes what lockdep treats as a lock. Demands the skeletons it needs; the
 * caller supplies them and queries again.
 */
export class DeepEdges {
  private readonly known = new Map<string, ReadonlyMap<string, number>>();
  private readonly taken = new Map<FunctionRef, ReadonlySet<string>>();
  /** What starts while a class is held: handlers and called functions. */
  private readonly starts = new Map<string, Map<FunctionRef, number>>();
  private readonly under = new Map<string, Set<string>>();
  private readonly ways: Ways;

  constructor(collected: Collected, classes: ClassTable, models: Models) {
    const { program } = collected;
    this.ways = new Ways(collected, models);
    const implied = new ImpliedLocks(collected, classes, models, new LockNames(program, classes, models));
    for (const summary of collected.summaries.values()) {
      const own = new Set(collected.acquires.get(summary.fn));
      for (const { key, locksets } of [...implied.of(summary), ...implied.contextOf(summary)]) {
        own.add(key);
        for (const { held } of locksets) for (const lock of held) this.note(keyOf(lock), key);
      }
      if (own.size > 0) this.taken.set(summary.fn, own);
      for (const { lock, nonBlocking, locksets } of summary.acquires) {
        const to = nonBlocking ? undefined : keyOf(lock);
        if (to === undefined) continue;
        for (const { held } of locksets) for (const holds of held) this.note(keyOf(holds), to);
      }
      for (const key of implied.wakes(summary))
        this.note(key, classes.named(models.sleeperClass, 'raw_spinlock', summary.fn.file));
      for (const { locksets, targets } of this.ways.ofSummary(summary)) {
        for (const { held } of locksets)
          for (const lock of held)
            for (const { fn, isWide } of targets) this.start(keyOf(lock), fn, Number(isWide));
      }
    }
    for (const { key, locksets } of implied.items())
      for (const { held } of locksets) for (const lock of held) this.note(keyOf(lock), key);
    for (const { holds, handler } of implied.handlers()) this.start(keyOf(holds), handler, 0);
  }

  private note(from: string | undefined, to: string): void {
    if (from === undefined) return;
    const known = this.under.get(from);
    if (known === undefined) this.under.set(from, new Set([to]));
    else known.add(to);
  }

  private start(from: string | undefined, fn: FunctionRef, wide: number): void {
    if (from === undefined) return;
    let known = this.starts.get(from);
    if (known === undefined) this.starts.set(from, (known = new Map()));
    if ((known.get(fn) ?? Infinity) > wide) known.set(fn, wide);
  }

  /** Classes that may be acquired while `key` is held, with the minimum number of calls between. */
  from(key: string): ReadonlyMap<string, number> {
    let found = this.known.get(key);
    if (found === undefined) {
      found = this.search(key);
      this.known.set(key, found);
    }
    return found;
  }

  private search(key: string): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const to of this.under.get(key) ?? []) found.set(to, 0);
    /**
     * Functions by number of calls, where a wide call counts as several. A function that is reached again by fewer calls
     * stays on its old level, too.
     */
    const levels: FunctionRef[][] = [];
    const nearest = new Map<FunctionRef, CallDistance>();
    const go = (fn: FunctionRef, calls: number, wide: number): void => {
      if (
        calls > BOUNDS.deepCalls ||
        wide > BOUNDS.deepWideCalls ||
        (nearest.get(fn)?.calls ?? Infinity) <= calls
      )
        return;
      nearest.set(fn, { calls, wide });
      (levels[calls] ??= []).push(fn);
    };
    for (const [fn, wide] of this.starts.get(key) ?? []) go(fn, 1 + wide * BOUNDS.deepWideCost, wide);
    for (let calls = 1; calls <= BOUNDS.deepCalls && nearest.size < BOUNDS.deepFunctions; calls++) {
      for (const fn of levels[calls] ?? []) {
        const { calls: least, wide } = nearest.get(fn) ?? { calls: 0, wide: 0 };
        if (least !== calls) continue;
        for (const to of this.taken.get(fn) ?? []) if (!found.has(to)) found.set(to, calls);
        for (const { fn: callee, isWide } of this.ways.from(fn))
          go(callee, calls + (isWide ? 1 + BOUNDS.deepWideCost : 1), wide + Number(isWide));
      }
    }
    return found;
  }
}
