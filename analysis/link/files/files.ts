import { emptyOutline } from '../../outline/tokens/empty.js';
import type { FileSummary } from '../../skeleton/types.js';
import { baseName, folderOf } from '../../base/paths.js';
import { append } from '../../base/lists.js';
import type { IncludeItem } from '../../outline/types.js';
import { architectureOf, areOfHostProgram, domainOf, KERNEL } from './domains.js';
import { type EntryRange, NO_ENTRIES } from './entry-ranges.js';
import type { FunctionRef } from './function-ref.js';

/** The entries of one file in each symbol index. */
export interface FileSymbols {
  callables: EntryRange;
  macros: EntryRange;
  prototypes: EntryRange;
  records: EntryRange;
  typedefs: EntryRange;
  variables: EntryRange;
  constants: EntryRange;
}

const NO_SYMBOLS: FileSymbols = {
  callables: NO_ENTRIES,
  macros: NO_ENTRIES,
  prototypes: NO_ENTRIES,
  records: NO_ENTRIES,
  typedefs: NO_ENTRIES,
  variables: NO_ENTRIES,
  constants: NO_ENTRIES,
};

const NOTHING: FileSummary = {
  outline: emptyOutline({ bytes: 0, lines: 0 }),
  skeletons: new Map(),
  macroSkeletons: new Map(),
};

/** A file of the program with data derived by linking. The object lives as long as the path exists. */
export class LinkedFile {
  readonly directory: string;
  readonly base: string;
  readonly domain: string;
  readonly architecture: string;
  /** Any file may include a header; other sources see each other only through global symbols. */
  readonly isHeader: boolean;
  /** Identifies the file's view through includes: a new number whenever the includes change. */
  view = -1;
  readonly symbols: FileSymbols = { ...NO_SYMBOLS };
  /** By index in the outline; created on demand. */
  functionRefs: (FunctionRef | undefined)[] = [];
  macroRefs: (FunctionRef | undefined)[] = [];
  private host: { readonly includes: readonly IncludeItem[]; readonly is: boolean } | undefined;

  constructor(
    readonly id: number,
    readonly path: string,
    public summary: FileSummary,
  ) {
    this.directory = folderOf(path);
    this.base = baseName(path);
    this.domain = domainOf(path);
    this.architecture = architectureOf(path);
    this.isHeader = path.endsWith('.h');
  }

  /** Whether it is the source of a program that runs while the kernel is built. */
  get isHostProgram(): boolean {
    const { includes } = this.summary.outline;
    if (this.host?.includes !== includes) {
      const is = this.domain === KERNEL && !this.isHeader && areOfHostProgram(includes);
      this.host = { includes, is };
    }
    return this.host.is;
  }
}

/** The files of a program, by path and by number. */
export class FileTable {
  private readonly byPath = new Map<string, LinkedFile>();
  private readonly byId: (LinkedFile | undefined)[] = [];
  private readonly byBase = new Map<string, LinkedFile[]>();
  private readonly headers = new Map<string, Set<LinkedFile>>();
  private sorted: readonly LinkedFile[] | undefined;
  private byDirectory: ReadonlyMap<string, readonly string[]> | undefined;

  get(path: string): LinkedFile | undefined {
    return this.byPath.get(path);
  }

  at(id: number): LinkedFile | undefined {
    return this.byId[id];
  }

  /** One more than the highest file number in use. */
  get limit(): number {
    return this.byId.length;
  }

  /** Files with this last path component. */
  named(base: string): readonly LinkedFile[] {
    return this.byBase.get(base) ?? [];
  }

  headersIn(directory: string): Iterable<LinkedFile> {
    return this.headers.get(directory) ?? [];
  }

  add(path: string, summary: FileSummary): LinkedFile {
    const file = new LinkedFile(this.byId.length, path, summary);
    this.byId.push(file);
    this.byPath.set(path, file);
    append(this.byBase, file.base, file);
    if (file.isHeader) {
      const beside = this.headers.get(file.directory);
      if (beside === undefined) this.headers.set(file.directory, new Set([file]));
      else beside.add(file);
    }
    this.sorted = this.byDirectory = undefined;
    return file;
  }

  /** Removes a file. Empties its summary, so that remaining references keep nothing alive. */
  remove(file: LinkedFile): void {
    file.summary = NOTHING;
    this.byId[file.id] = undefined;
    this.byPath.delete(file.path);
    const others = this.named(file.base).filter((other) => other !== file);
    if (others.length === 0) this.byBase.delete(file.base);
    else this.byBase.set(file.base, others);
    this.headers.get(file.directory)?.delete(file);
    this.sorted = this.byDirectory = undefined;
  }

  /** Paths of the files directly in a directory, sorted. */
  pathsIn(directory: string): readonly string[] {
    this.byDirectory ??= this.grouped();
    return this.byDirectory.get(directory) ?? [];
  }

  private grouped(): ReadonlyMap<string, readonly string[]> {
    const groups = new Map<string, string[]>();
    for (const { directory, path } of this.inOrder()) {
      append(groups, directory, path);
    }
    return groups;
  }

  /** All files sorted by path, independent of the order of insertion. */
  inOrder(): readonly LinkedFile[] {
    this.sorted ??= [...this.byPath.values()].sort((a, b) => comparePaths(a.path, b.path));
    return this.sorted;
  }
}

export function comparePaths(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
