import { withoutSubclass } from '../../base/subclass.js';
import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { ClassTable } from '../../summaries/locks/locks.js';
import type { Site } from '../../summaries/state/types.js';
import { keyOf, type Collected, type EdgeSource } from '../events/collect.js';
import type { MayAcquire } from './may-acquire.js';
import type { AcquiredWithin } from './acquired-within.js';

export type ClassPair = readonly [string, string];

export interface LongerCycle {
  readonly cycle: readonly string[];
  readonly isInFocus: boolean;
}

/** A candidate, or `undefined` for a step without one. */
export type Candidates<T> = Generator<T | undefined, void>;

/**
 * Coarse dependencies between classes: what may be acquired while something is held, regardless of paths. With `focus`,
 * only candidates in which a function of these files holds one lock and leads to the other.
 */
export class CoarseGraph {
  private readonly keys: readonly string[];
  private readonly edges = new Map<string, ReadonlySet<string>>();
  private readonly near = new Map<string, readonly string[]>();
  private readonly spent = new Map<string, { judged: number; steps: number }>();

  constructor(
    private readonly collected: Collected,
    private readonly acquiredWithin: AcquiredWithin,
    private readonly mayAcquire: MayAcquire,
    private readonly classes: ClassTable,
    private readonly focus: ReadonlySet<string> | undefined,
    /** Called for a file with more candidates than are examined, with a place in it. */
    private readonly giveUp: (at: Site, what: string) => void,
  ) {
    this.keys = [...collected.sources.keys()].sort();
  }

  /** Counts one more candidate with this first class; false if its file has reached the limit. */
  mayJudge(key: string): boolean {
    return this.spend(key, 'judged', BOUNDS.cyclesPerFile);
  }

  private spend(key: string, what: 'judged' | 'steps', most: number): boolean {
    const [first] = this.collected.sources.get(key) ?? [];
    if (first === undefined) return true;
    const { file } = first.fn;
    let spent = this.spent.get(file);
    if (spent === undefined) this.spent.set(file, (spent = { judged: 0, steps: 0 }));
    if (++spent[what] <= most) return true;
    if (spent[what] === most + 1) this.giveUp(first.holds.site, `more than ${most} possible cycles`);
    return false;
  }

  /**
   * Classes that may be acquired within a number of calls or, further down, with a number of open calls on the path.
   */
  private targets(sources: readonly EdgeSource[], calls: number, open: number): Set<string> {
    const out = new Set<string>();
    for (const source of sources) {
      if (source.k === 'acquire') {
        const key = keyOf(source.acquire.lock);
        if (key !== undefined && !source.acquire.nonBlocking) out.add(key);
      } else {
        for (const key of this.acquiredWithin.classes(source.target, calls)) out.add(key);
        for (const key of this.mayAcquire.within(source.target, open)) out.add(key);
      }
    }
    return out;
  }

  /** Classes that may be acquired while `key` is held. */
  from(key: string): ReadonlySet<string> {
    let known = this.edges.get(key);
    if (known === undefined) {
      known = this.targets(
        this.collected.sources.get(key) ?? [],
        BOUNDS.callsUnderLock - 1,
        BOUNDS.openCalls,
      );
      this.edges.set(key, known);
    }
    return known;
  }

  /** Classes that functions in focus may acquire while they hold `key`. */
  private fromFocus(key: string): ReadonlySet<string> {
    const { focus } = this;
    if (focus === undefined) return this.from(key);
    const sources = (this.collected.sources.get(key) ?? []).filter((source) => focus.has(source.fn.file));
    return sources.length === 0
      ? new Set()
      : this.targets(sources, BOUNDS.callsUnderLock - 1, BOUNDS.openCalls);
  }

  /** Classes that may be acquired again while held, as themselves or as a subclass. */
  *loops(): Candidates<ClassPair> {
    for (const from of this.keys) {
      yield undefined;
      for (const key of [...this.fromFocus(from)].sort()) {
        if (key === from || withoutSubclass(key) === from) yield [from, key];
      }
    }
  }

  /** Pairs of classes that may be acquired in both orders, each once. */
  *pairs(): Candidates<ClassPair> {
    const seen = new Set<string>();
    for (const from of this.keys) {
      yield undefined;
      for (const to of [...this.fromFocus(from)].sort()) {
        // The first computation may take a while.
        if (!this.edges.has(to)) yield undefined;
        if (from === to || !this.from(to).has(from)) continue;
        const pair: ClassPair = from < to ? [from, to] : [to, from];
        const id = pair.join('\n');
        if (seen.has(id)) continue;
        seen.add(id);
        yield pair;
      }
    }
  }

  /**
   * Longer cycles, shortest first, including those outside the focus. Their dependencies have no open calls (direct, or
   * one call and what it always does); between classes that one folder declares, any dependency counts. `taken` says
   * whether a reported shorter cycle contains two of the classes with at least this confidence.
   */
  *longer(taken: (a: string, b: string) => boolean): Candidates<LongerCycle> {
    for (let length = 3; length <= BOUNDS.cycleLength; length++) {
      for (const start of this.keys) {
        yield undefined;
        yield* this.cyclesFrom([start], length, taken);
      }
    }
  }

  private *cyclesFrom(
    path: readonly string[],
    length: number,
    taken: (a: string, b: string) => boolean,
  ): Candidates<LongerCycle> {
    const start = path[0] ?? '';
    if (!this.spend(start, 'steps', BOUNDS.cycleSearch)) return;
    for (const next of this.nearFrom(path[path.length - 1] ?? '')) {
      if (path.length === length) {
        if (next === start) yield { cycle: path, isInFocus: this.isInFocus(path) };
        continue;
      }
      // Each cycle once: it starts at its smallest class.
      if (next <= start || path.includes(next) || path.some((key) => taken(key, next))) continue;
      yield* this.cyclesFrom([...path, next], length, taken);
    }
  }

  private nearFrom(key: string): readonly string[] {
    let known = this.near.get(key);
    if (known === undefined) {
      const isTelling = (other: string): boolean => this.classes.info(other)?.generic !== true;
      const found = new Set<string>();
      if (isTelling(key)) {
        for (const other of this.targets(this.collected.sources.get(key) ?? [], 0, 0)) found.add(other);
        const home = this.home(key);
        if (home !== undefined)
          for (const other of this.from(key)) if (this.home(other) === home) found.add(other);
      }
      known = [...found].filter((other) => other !== key && isTelling(other)).sort();
      this.near.set(key, known);
    }
    return known;
  }

  /** The folder that declares a class. */
  private home(key: string): string | undefined {
    const at = this.classes.info(key)?.declaredAt;
    return at && folderOf(at.file);
  }

  private isInFocus(cycle: readonly string[]): boolean {
    return (
      this.focus === undefined ||
      cycle.some((key, i) => this.fromFocus(key).has(cycle[(i + 1) % cycle.length] ?? ''))
    );
  }
}
