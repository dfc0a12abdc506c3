import type { LinkedFile } from '../files/files.js';
import type { NameNumbers } from './names.js';
import type { Scope, Weight } from './scope.js';
import type { SymbolIndex } from './symbol-index.js';
import { EXTERN, STATIC } from './symbols.js';

const NOTHING: readonly number[] = [];

type Accept = (entry: number) => boolean;

/** Finds and memoizes the definitions of a name as one file sees them, best first. */
export abstract class Lookup {
  /**
   * By name, then by the view of the querying file. A number stands for a single entry, the usual case. Names with one
   * definition are not memoized.
   */
  private readonly memo = new Map<number, Map<number, number | readonly number[]>>();

  private readonly results = new Map<string, readonly number[]>();

  constructor(
    readonly index: SymbolIndex,
    protected readonly names: NameNumbers,
    protected readonly scope: Scope,
    private readonly weight: Weight = none,
  ) {}

  /** Entries that `name` may mean in `from`; the best is first. */
  resolve(name: string, from: LinkedFile): readonly number[] {
    return this.resolveId(this.names.find(name), from);
  }

  resolveId(name: number, from: LinkedFile): readonly number[] {
    const first = this.index.first(name);
    if (first < 0) return NOTHING;
    if (this.index.after(first) < 0) return this.isVisible(first, from) ? [first] : NOTHING;
    let known = this.memo.get(name);
    if (known === undefined) {
      known = new Map();
      this.memo.set(name, known);
    }
    const found = known.get(from.view);
    if (found !== undefined) return typeof found === 'number' ? [found] : found;
    const entries = this.search(this.entriesOf(name), from);
    const [only] = entries;
    known.set(from.view, entries.length === 1 && only !== undefined ? only : this.shared(entries));
    return entries;
  }

  /** Shares one array among files with equal results. */
  private shared(entries: readonly number[]): readonly number[] {
    if (entries.length === 0) return NOTHING;
    const key = entries.join();
    const known = this.results.get(key);
    if (known !== undefined) return known;
    this.results.set(key, entries);
    return entries;
  }

  /** Whether several files contain unrestricted definitions of a name. */
  isAmbiguous(name: string): boolean {
    const files = new Set<number>();
    for (const entry of this.entriesOf(this.names.find(name))) {
      // An entry without marks is an unrestricted definition.
      if (this.index.mark(entry) === 0) files.add(this.index.file(entry));
    }
    return files.size > 1;
  }

  /** Invalidates a name after its definitions changed. */
  forget(name: number): void {
    this.memo.delete(name);
  }

  /** Invalidates everything after visibility between files changed. */
  forgetAll(): void {
    this.memo.clear();
    this.results.clear();
  }

  /** The definitions among `entries` that apply to `from`, if there are several. */
  protected abstract search(entries: readonly number[], from: LinkedFile): readonly number[];

  /** Whether the only definition of a name also applies to a file that may not see it. */
  protected abstract countsElsewhere(entry: number, home: LinkedFile, from: LinkedFile): boolean;

  protected homeOf(entry: number): LinkedFile | undefined {
    return this.scope.files.at(this.index.file(entry));
  }

  /**
   * The accepted entries in the translation unit of `from`: its own, else those it includes, else those around it.
   * Empty if there are none.
   */
  protected inText(entries: readonly number[], from: LinkedFile, accept: Accept = always): number[] {
    const own = entries.filter((entry) => this.index.file(entry) === from.id && accept(entry));
    if (own.length > 0) return this.sorted(own, from);
    const included = this.filter(entries, (home, entry) => this.scope.sees(from, home) && accept(entry));
    if (included.length > 0) return this.sorted(included, from);
    const around = this.filter(entries, (home, entry) => this.scope.surrounds(home, from) && accept(entry));
    return this.sorted(around, from);
  }

  protected filter(
    entries: readonly number[],
    accept: (home: LinkedFile, entry: number) => boolean,
  ): number[] {
    return entries.filter((entry) => {
      const home = this.homeOf(entry);
      return home !== undefined && accept(home, entry);
    });
  }

  protected nearest(entries: number[], from: LinkedFile): number[] {
    return this.scope.nearest(entries, this.index, from, this.weight);
  }

  protected sorted(entries: number[], from: LinkedFile): number[] {
    return this.scope.sortByNearness(entries, this.index, from, this.weight);
  }

  private entriesOf(name: number): number[] {
    const entries: number[] = [];
    for (let entry = this.index.first(name); entry >= 0; entry = this.index.after(entry)) entries.push(entry);
    return entries;
  }

  private isVisible(entry: number, from: LinkedFile): boolean {
    const home = this.homeOf(entry);
    if (home === undefined) return false;
    return (
      home === from ||
      this.countsElsewhere(entry, home, from) ||
      this.scope.sees(from, home) ||
      this.scope.surrounds(home, from)
    );
  }
}

/** Types: the same file, then its includes, then the nearest header it may include, then the nearest of any. */
export class TypeLookup extends Lookup {
  protected search(entries: readonly number[], from: LinkedFile): readonly number[] {
    const visible = this.inText(entries, from);
    if (visible.length > 0) return visible;
    // A header may be included in ways that are not visible; a private type of another source never applies.
    const possible = this.filter(entries, (home) => this.scope.mayInclude(from, home));
    const linked = this.filter(
      entries,
      (home) => this.scope.links(from, home) && !this.scope.mayInclude(from, home),
    );
    return [...this.sorted(possible, from), ...this.sorted(linked, from)];
  }

  protected countsElsewhere(_: number, home: LinkedFile, from: LinkedFile): boolean {
    return this.scope.links(from, home);
  }
}

/** Definitions that apply only where they are included: constants, prototypes, object-like macros. */
export class TextLookup extends Lookup {
  protected search(entries: readonly number[], from: LinkedFile): readonly number[] {
    const visible = this.inText(entries, from);
    if (visible.length > 0) return visible;
    const possible = this.filter(entries, (home) => this.scope.mayInclude(from, home));
    return this.nearest(possible, from);
  }

  protected countsElsewhere(_: number, home: LinkedFile, from: LinkedFile): boolean {
    return this.scope.mayInclude(from, home);
  }
}

/** Variables: a visible definition, else the global one, else a declaration. */
export class VariableLookup extends Lookup {
  protected search(entries: readonly number[], from: LinkedFile): readonly number[] {
    const defined = this.inText(entries, from, (entry) => !this.isMarked(entry, EXTERN));
    if (defined.length > 0) return defined;
    const global = this.filter(
      entries,
      (home, entry) => this.isGlobal(entry) && this.scope.links(from, home),
    );
    if (global.length > 0) return this.nearest(global, from);
    const declared = this.inText(entries, from);
    if (declared.length > 0) return declared;
    const possible = this.filter(entries, (home) => this.scope.mayInclude(from, home));
    return this.nearest(possible, from);
  }

  protected countsElsewhere(entry: number, home: LinkedFile, from: LinkedFile): boolean {
    return this.isGlobal(entry) ? this.scope.links(from, home) : this.scope.mayInclude(from, home);
  }

  private isGlobal(entry: number): boolean {
    return !this.isMarked(entry, STATIC | EXTERN);
  }

  private isMarked(entry: number, mark: number): boolean {
    return (this.index.mark(entry) & mark) !== 0;
  }
}

function none(): number {
  return 0;
}

function always(): boolean {
  return true;
}
