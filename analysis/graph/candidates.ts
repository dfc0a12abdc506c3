import { withoutSubclass } from '../effects/held.js';
import type { ClassTable } from '../effects/locks.js';
import { keyOf, type Collected } from './collect.js';
import { MAX_CALLS, type Reach } from './reach.js';

/** Longest cycle looked for (DESIGN §4). */
const MAX_CYCLE = 4;

/** Coarse dependencies between classes: what may be acquired while something is held, paths not looked at. */
export class CoarseGraph {
  private readonly edges = new Map<string, Set<string>>();

  constructor(
    private readonly collected: Collected,
    private readonly reach: Reach,
    private readonly classes: ClassTable,
  ) {
    for (const from of [...collected.sources.keys()].sort())
      this.edges.set(from, this.targets(from, MAX_CALLS - 1));
  }

  private targets(from: string, calls: number): Set<string> {
    const out = new Set<string>();
    for (const source of this.collected.sources.get(from) ?? []) {
      if (source.k === 'acquire') {
        const key = keyOf(source.acquire.lock);
        if (key !== undefined && !source.acquire.nonBlocking) out.add(key);
      } else for (const key of this.reach.classes(source.target, calls)) out.add(key);
    }
    return out;
  }

  from(key: string): ReadonlySet<string> {
    return this.edges.get(key) ?? new Set();
  }

  /** Classes that may be acquired again while held, as themselves or as a subclass, sorted. */
  loops(): readonly (readonly [string, string])[] {
    const out: (readonly [string, string])[] = [];
    for (const [from, to] of this.edges) {
      for (const key of [...to].sort()) {
        if (key.startsWith(from) && withoutSubclass(key) === from) out.push([from, key]);
      }
    }
    return out;
  }

  /** Pairs that may be taken in both orders, each once, sorted. */
  pairs(): readonly (readonly [string, string])[] {
    const out: (readonly [string, string])[] = [];
    for (const [from, to] of this.edges) {
      for (const other of [...to].sort()) {
        if (from < other && this.edges.get(other)?.has(from) === true) out.push([from, other]);
      }
    }
    return out;
  }

  /**
   * Longer cycles over near dependencies only (direct, or one call away), shortest first. `taken` says
   * whether two classes are already reported in a shorter one.
   */
  *longer(taken: (a: string, b: string) => boolean): Generator<readonly string[]> {
    const near = new Map<string, readonly string[]>();
    for (const from of this.edges.keys()) {
      if (this.classes.info(from)?.generic === true) continue;
      const to = [...this.targets(from, 0)].filter(
        (key) => key !== from && this.classes.info(key)?.generic !== true,
      );
      near.set(from, to.sort());
    }
    for (let length = 3; length <= MAX_CYCLE; length++) {
      for (const start of near.keys()) yield* this.cyclesFrom([start], length, near, taken);
    }
  }

  private *cyclesFrom(
    path: readonly string[],
    length: number,
    near: ReadonlyMap<string, readonly string[]>,
    taken: (a: string, b: string) => boolean,
  ): Generator<readonly string[]> {
    const last = path[path.length - 1] ?? '';
    const start = path[0] ?? '';
    for (const next of near.get(last) ?? []) {
      if (path.length === length) {
        if (next === start) yield path;
        continue;
      }
      // Each cycle once: it begins at its least class.
      if (next <= start || path.includes(next) || path.some((key) => taken(key, next))) continue;
      yield* this.cyclesFrom([...path, next], length, near, taken);
    }
  }
}
