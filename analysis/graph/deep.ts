import type { ClassTable } from '../effects/locks.js';
import type { FunctionRef } from '../link/types.js';
import type { Models } from '../models/types.js';
import { keyOf, type Collected } from './collect.js';
import { ImpliedLocks } from './implied.js';
import { LockNames } from './lock-names.js';

/** Functions looked into below one held lock. */
const MOST_FUNCTIONS = 40_000;

/**
 * Whether something done while one class is held leads, however deep, to an acquisition of another: more than
 * the graph of direct dependencies shows, and without looking at paths. What lockdep treats as a lock counts too.
 */
export class DeepReach {
  private readonly known = new Map<string, ReadonlyMap<string, number>>();
  private readonly taken = new Map<FunctionRef, ReadonlySet<string>>();
  private readonly handlers = new Map<string, FunctionRef[]>();
  private readonly under = new Map<string, Set<string>>();

  constructor(
    private readonly collected: Collected,
    classes: ClassTable,
    models: Models,
  ) {
    const implied = new ImpliedLocks(
      collected,
      classes,
      models,
      new LockNames(collected.program, classes, models),
    );
    for (const effects of collected.effects.values()) {
      const own = new Set(collected.acquires.get(effects.fn));
      for (const { key, moments } of [...implied.of(effects), ...implied.contextOf(effects)]) {
        own.add(key);
        for (const { held } of moments) for (const lock of held) this.note(keyOf(lock), key);
      }
      if (own.size > 0) this.taken.set(effects.fn, own);
      for (const key of implied.wakes(effects))
        this.note(key, classes.named(models.sleeperClass, 'raw_spinlock', effects.fn.file));
    }
    for (const { holds, handler } of implied.handlers()) {
      const from = keyOf(holds);
      if (from === undefined) continue;
      const list = this.handlers.get(from);
      if (list === undefined) this.handlers.set(from, [handler]);
      else list.push(handler);
    }
  }

  private note(from: string | undefined, to: string): void {
    if (from === undefined) return;
    const known = this.under.get(from);
    if (known === undefined) this.under.set(from, new Set([to]));
    else known.add(to);
  }

  /** Classes that may be taken while `key` is held, with the least number of calls between the two. */
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
    let level = new Set<FunctionRef>(this.handlers.get(key));
    for (const to of this.under.get(key) ?? []) found.set(to, 0);
    for (const source of this.collected.sources.get(key) ?? []) {
      if (source.k === 'call') level.add(source.target);
      else {
        const to = keyOf(source.acquire.lock);
        if (to !== undefined) found.set(to, 0);
      }
    }
    const seen = new Set(level);
    for (let depth = 1; level.size > 0 && seen.size < MOST_FUNCTIONS; depth++) {
      const next = new Set<FunctionRef>();
      for (const fn of level) {
        for (const to of this.taken.get(fn) ?? []) if (!found.has(to)) found.set(to, depth);
        for (const callee of this.collected.callees(fn)) {
          if (seen.has(callee)) continue;
          seen.add(callee);
          next.add(callee);
        }
      }
      level = next;
    }
    return found;
  }
}
