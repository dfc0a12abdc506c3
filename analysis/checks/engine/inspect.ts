import { BOUNDS } from '../../base/bounds.js';
import type { Location } from '../../base/span.js';
import { append } from '../../base/lists.js';
import type { SummaryTable } from '../../summaries/solver/table.js';
import type { Site } from '../../summaries/state/types.js';
import { classOf, ends, witnessOf, type End } from '../../graph/edges/build.js';
import type { Collected, EdgeSource } from '../../graph/events/collect.js';
import type { Contexts, OutsideEntry } from '../../graph/contexts/contexts.js';
import { DeepEdges } from '../../graph/edges/deep.js';
import type { AcquiredWithin } from '../../graph/edges/acquired-within.js';
import { Sleepers } from '../../graph/events/sleep.js';
import type { EdgeWitness, LockClass } from '../../graph/events/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { ExecutionContext } from '../../models/types.js';
import type { Progress } from '../types.js';

/** One order in the code: a class is held while another is acquired. */
export interface LockOrder {
  /** The other class. */
  readonly other: LockClass;
  /** Number of places with this order, within a function or across one call. */
  readonly count: number;
  /** Number of places with the opposite order. Anything but 0 deserves a look. */
  readonly opposite: number;
  /** The shortest witness in the function with the most places. */
  readonly witness: EdgeWitness;
}

/** Every order that a class takes part in, most frequent first. */
export interface LockOrders {
  /** Held when the class is acquired. */
  readonly before: readonly LockOrder[];
  /** Acquired while the class is held. */
  readonly after: readonly LockOrder[];
}

/** A context in which a class is acquired, with the evidence. */
export interface LockContext {
  readonly context: ExecutionContext;
  readonly title: string;
  readonly text: string;
  readonly at: Location;
}

/** Queries about one class or function at a time. The answers are computed on demand. */
export interface Inspection {
  /** Builds the index of classes in slices. An earlier query builds it in one go. */
  prepare(): Generator<Progress, void>;
  lock(key: string): LockClass | undefined;
  /** Classes declared on a line. */
  declaredAt(file: string, line: number): readonly LockClass[];
  /** Keys of all acquired classes, sorted. */
  keys(): readonly string[];
  orders(key: string): LockOrders;
  contexts(key: string): readonly LockContext[];
  /** Contexts in which code that is not visible enters a function. */
  entries(fn: FunctionRef): readonly OutsideEntry[];
  /** Whether a function may sleep, itself or a few calls below. Coarse: ignores paths. */
  maySleep(fn: FunctionRef): boolean;
  /** Functions that acquire the class directly. */
  takers(key: string): readonly FunctionRef[];
  /** Classes that may be acquired while the class is held, at any depth, with the number of calls between. */
  reaches(key: string): ReadonlyMap<string, number>;
}

/** Steps of the index between two yields. */
const SLICE = 64;

interface Index {
  readonly keys: readonly string[];
  readonly sourcesTo: ReadonlyMap<string, readonly { readonly from: string; readonly source: EdgeSource }[]>;
  readonly takers: ReadonlyMap<string, readonly FunctionRef[]>;
  readonly byPlace: ReadonlyMap<string, readonly string[]>;
}

export class Inspector implements Inspection {
  private readonly sleepers: Sleepers;
  private index: Index | undefined;
  private deep: DeepEdges | undefined;

  constructor(
    private readonly table: SummaryTable,
    private readonly collected: Collected,
    private readonly acquiredWithin: AcquiredWithin,
    private readonly contextsOfAll: () => Contexts,
  ) {
    this.sleepers = new Sleepers(table);
  }

  *prepare(): Generator<Progress, void> {
    if (this.index) return;
    const sourcesTo = new Map<string, { from: string; source: EdgeSource }[]>();
    const takers = new Map<string, FunctionRef[]>();
    const keys = new Set<string>();
    let done = 0;
    for (const [from, sources] of this.collected.sources) {
      keys.add(from);
      for (const source of sources) {
        for (const { to } of ends(source, this.collected, this.acquiredWithin)) {
          keys.add(to);
          // One source may acquire a class in several places, so they are counted on demand.
          if (sourcesTo.get(to)?.at(-1)?.source !== source) append(sourcesTo, to, { from, source });
        }
        if (++done % SLICE === 0) yield { stage: 'graph', done, total: 0 };
      }
    }
    for (const [fn, own] of this.collected.acquires) {
      for (const key of own) {
        keys.add(key);
        append(takers, key, fn);
      }
      if (++done % SLICE === 0) yield { stage: 'graph', done, total: 0 };
    }
    const byPlace = new Map<string, string[]>();
    const sorted = [...keys].sort();
    for (const key of sorted) {
      const at = this.table.classes.info(key)?.declaredAt;
      if (at) append(byPlace, `${at.file}:${at.line}`, key);
    }
    this.index = { keys: sorted, sourcesTo, takers, byPlace };
  }

  keys(): readonly string[] {
    return this.ready().keys;
  }

  lock(key: string): LockClass | undefined {
    return this.table.classes.info(key) && classOf(key, this.table.classes);
  }

  declaredAt(file: string, line: number): readonly LockClass[] {
    const keys = this.ready().byPlace.get(`${file}:${line}`) ?? [];
    return keys.map((key) => classOf(key, this.table.classes));
  }

  takers(key: string): readonly FunctionRef[] {
    return this.ready().takers.get(key) ?? [];
  }

  orders(key: string): LockOrders {
    const before = new Map<string, Tally>();
    const after = new Map<string, Tally>();
    for (const source of this.collected.sources.get(key) ?? []) {
      for (const end of this.ends(source)) tally(after, end.to, source, { from: key, to: end.to, end });
    }
    for (const { from, source } of this.ready().sourcesTo.get(key) ?? []) {
      for (const end of this.ends(source))
        if (end.to === key) tally(before, from, source, { from, to: key, end });
    }
    // A class nested in itself is not an order of two classes.
    before.delete(key);
    after.delete(key);
    const list = (own: Map<string, Tally>, others: ReadonlyMap<string, Tally>): LockOrder[] =>
      [...own]
        .map(([other, places]) => ({
          other: classOf(other, this.table.classes),
          count: places.count,
          opposite: others.get(other)?.count ?? 0,
          witness: places.witness(),
        }))
        .sort((a, b) => b.count - a.count || (a.other.id < b.other.id ? -1 : 1));
    return { before: list(before, after), after: list(after, before) };
  }

  contexts(key: string): readonly LockContext[] {
    const contexts = this.contextsOfAll();
    const found = new Map<ExecutionContext, LockContext>();
    const seen = new Set<FunctionRef>();
    let level: readonly FunctionRef[] = this.takers(key).slice(0, BOUNDS.inspectedAcquirers);
    for (let calls = 0; calls <= BOUNDS.inspectedCallers && level.length > 0; calls++) {
      const next: FunctionRef[] = [];
      for (const fn of level) {
        if (seen.has(fn)) continue;
        seen.add(fn);
        const entries = contexts.of(fn);
        for (const { context, title, text, at } of entries) {
          if (!found.has(context)) found.set(context, { context, title, text, at });
        }
        if (entries.length === 0)
          next.push(...this.table.program.callers(fn).slice(0, BOUNDS.inspectedCallersPerLevel));
      }
      level = next;
    }
    return [...found.values()];
  }

  entries(fn: FunctionRef): readonly OutsideEntry[] {
    return this.contextsOfAll().of(fn);
  }

  maySleep(fn: FunctionRef): boolean {
    return this.sleepers.reach(fn, BOUNDS.inspectedSleepCalls);
  }

  reaches(key: string): ReadonlyMap<string, number> {
    this.deep ??= new DeepEdges(this.collected, this.table.classes, this.table.models);
    return this.deep.from(key);
  }

  private ends(source: EdgeSource): Iterable<End> {
    return ends(source, this.collected, this.acquiredWithin);
  }

  private ready(): Index {
    if (!this.index) for (const _ of this.prepare());
    return this.index ?? { keys: [], sourcesTo: new Map(), takers: new Map(), byPlace: new Map() };
  }
}

/** The places of one order, each counted once. */
class Tally {
  private readonly places = new Map<string, { count: number; best: () => EdgeWitness; steps: number }>();
  private readonly seen = new Set<string>();
  count = 0;

  add(source: EdgeSource, steps: readonly Site[], make: () => EdgeWitness): void {
    const place = `${source.fn.id}:${steps.map(({ fn, event }) => `${fn.id}.${event}`).join(' ')}`;
    if (this.seen.has(place)) return;
    this.seen.add(place);
    this.count += 1;
    const name = `${source.fn.file}:${source.fn.name}`;
    const known = this.places.get(name);
    if (!known) this.places.set(name, { count: 1, best: make, steps: steps.length });
    else {
      known.count += 1;
      if (steps.length < known.steps) {
        known.best = make;
        known.steps = steps.length;
      }
    }
  }

  witness(): EdgeWitness {
    const all = [...this.places].sort(
      ([a, x], [b, y]) => y.count - x.count || x.steps - y.steps || (a < b ? -1 : 1),
    );
    const [, first] = all[0] ?? [];
    if (!first) throw new Error('an order without a place');
    return first.best();
  }
}

/** A path from a place with a held lock to the acquisition of another class. */
interface CountedOrder {
  readonly from: string;
  readonly to: string;
  readonly end: End;
}

/** Counts one place of an order among those of the class on its other side. */
function tally(
  into: Map<string, Tally>,
  other: string,
  source: EdgeSource,
  { from, to, end: { steps } }: CountedOrder,
): void {
  const places = into.get(other) ?? new Tally();
  into.set(other, places);
  const confidence = source.holds.certain && steps.length <= 2 ? 'high' : 'medium';
  places.add(source, steps, () => witnessOf({ from, to, holds: source.holds, steps }, confidence));
}
