import type { LinkedFile } from './files.js';
import type { NameTable } from './names.js';
import type { Scope } from './scope.js';
import type { SymbolIndex } from './symbol-index.js';
import { EXTERN, STATIC } from './symbols.js';

const NOTHING: readonly number[] = [];

/** The entries of one name, by how the asking file gets to see them. */
export interface Sorted {
  readonly own: number[];
  /** In files that the asking one includes. */
  readonly included: number[];
  /** In files whose text the asking one is a part of. */
  readonly around: number[];
  readonly elsewhere: number[];
}

/** Finds the definitions of a name as one file sees them, best first, and remembers what it found. */
export abstract class Lookup {
  private readonly memo = new Map<number, Map<number, readonly number[]>>();

  constructor(
    readonly index: SymbolIndex,
    protected readonly names: NameTable,
    protected readonly scope: Scope,
  ) {}

  /** Entries that `name` may mean in `from`; the first is the best. */
  resolve(name: string, from: LinkedFile): readonly number[] {
    return this.resolveId(this.names.find(name), from);
  }

  resolveId(name: number, from: LinkedFile): readonly number[] {
    if (this.index.first(name) < 0) return NOTHING;
    let known = this.memo.get(name);
    if (known === undefined) {
      known = new Map();
      this.memo.set(name, known);
    }
    let found = known.get(from.id);
    if (found === undefined) {
      found = this.search(name, from);
      known.set(from.id, found);
    }
    return found;
  }

  /** The definitions of a name changed. */
  forget(name: number): void {
    this.memo.delete(name);
  }

  /** Who sees whom changed. */
  forgetAll(): void {
    this.memo.clear();
  }

  protected abstract search(name: number, from: LinkedFile): readonly number[];

  protected *entries(name: number): Generator<number> {
    for (let entry = this.index.first(name); entry >= 0; entry = this.index.after(entry)) yield entry;
  }

  protected fileOf(entry: number): LinkedFile | undefined {
    return this.scope.files.at(this.index.file(entry));
  }

  protected sort(name: number, from: LinkedFile): Sorted {
    const sorted: Sorted = { own: [], included: [], around: [], elsewhere: [] };
    for (const entry of this.entries(name)) {
      const file = this.fileOf(entry);
      if (file === undefined) continue;
      if (file === from) sorted.own.push(entry);
      else if (this.scope.sees(from, file)) sorted.included.push(entry);
      else if (this.scope.surrounds(file, from)) sorted.around.push(entry);
      else sorted.elsewhere.push(entry);
    }
    sorted.own.sort((left, right) => this.index.item(left) - this.index.item(right));
    this.scope.sortByNearness(sorted.included, this.index, from);
    this.scope.sortByNearness(sorted.around, this.index, from);
    return sorted;
  }

  protected filter(
    entries: readonly number[],
    accept: (file: LinkedFile, mark: number) => boolean,
  ): number[] {
    return entries.filter((entry) => {
      const file = this.fileOf(entry);
      return file !== undefined && accept(file, this.index.mark(entry));
    });
  }
}

/** Types: same file, then what it includes, then the nearest, then any that it is linked with. */
export class TypeLookup extends Lookup {
  protected search(name: number, from: LinkedFile): readonly number[] {
    const { own, included, around, elsewhere } = this.sort(name, from);
    if (own.length > 0) return own;
    if (included.length > 0) return included;
    if (around.length > 0) return around;
    const linked = this.filter(elsewhere, (file) => this.scope.links(from, file));
    return this.scope.sortByNearness(linked, this.index, from);
  }
}

/** What only counts where it is included: constants, prototypes, object-like macros. */
export class TextLookup extends Lookup {
  protected search(name: number, from: LinkedFile): readonly number[] {
    const { own, included, around, elsewhere } = this.sort(name, from);
    if (own.length > 0) return own;
    if (included.length > 0) return included;
    if (around.length > 0) return around;
    const possible = this.filter(elsewhere, (file) => this.scope.mayInclude(from, file));
    return this.scope.nearest(possible, this.index, from);
  }
}

/** Variables: a definition that is visible, else the global one, else a declaration. */
export class VariableLookup extends Lookup {
  protected search(name: number, from: LinkedFile): readonly number[] {
    const { own, included, around, elsewhere } = this.sort(name, from);
    const defined = (entries: readonly number[]): number[] =>
      this.filter(entries, (_, mark) => (mark & EXTERN) === 0);
    for (const visible of [own, included, around]) {
      const definitions = defined(visible);
      if (definitions.length > 0) return definitions;
    }
    const global = this.filter(
      elsewhere,
      (file, mark) => (mark & (STATIC | EXTERN)) === 0 && this.scope.links(from, file),
    );
    if (global.length > 0) return this.scope.nearest(global, this.index, from);
    for (const visible of [own, included, around]) if (visible.length > 0) return visible;
    const possible = this.filter(elsewhere, (file) => this.scope.mayInclude(from, file));
    return this.scope.nearest(possible, this.index, from);
  }
}
