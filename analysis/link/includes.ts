import type { IncludeItem } from '../outline/types.js';
import { KERNEL, join, sharedDirectories, withoutUpwards } from './domains.js';
import { comparePaths, type FileTable, type LinkedFile } from './files.js';

/** Search directories, from the root of the tree or of a program of its own inside it. */
const ROOTS = ['include', 'include/uapi'];
const ARCHITECTURE_ROOTS = ['include', 'include/uapi'];
/** A header of the architecture that does not exist stands for the generic one of that name. */
const ARCHITECTURE_PREFIX = 'asm/';
const GENERIC_PREFIXES = ['include/asm-generic/', 'include/uapi/asm-generic/'];

/** How many reachability sets are kept: each takes one bit per file. */
const KEPT_SETS = 1024;

/** Which file an `#include` means, and what a file reaches through its includes. All of it is computed when asked. */
export class Includes {
  private targets: (Int32Array | undefined)[] = [];
  private readonly found = new Map<string, LinkedFile | null>();
  private readonly reachable = new Map<number, Uint32Array>();
  private readonly sourceIncluders = new Map<string, Set<LinkedFile>>();

  constructor(
    private readonly files: FileTable,
    /** The architectures to prefer, best first. */
    private readonly architectures: readonly string[],
  ) {}

  /** The files that `file` includes directly, by number. What is not in the program is left out. */
  direct(file: LinkedFile): Int32Array {
    const known = this.targets[file.id];
    if (known !== undefined) return known;
    const ids = new Set<number>();
    for (const include of file.summary.outline.includes) {
      const target = this.resolve(include, file);
      if (target !== undefined && target !== file) ids.add(target.id);
    }
    const targets = Int32Array.from(ids);
    this.targets[file.id] = targets;
    return targets;
  }

  resolve(include: IncludeItem, from: LinkedFile): LinkedFile | undefined {
    if (!include.system) {
      const path = join(from.directory, include.path);
      const beside = path === undefined ? undefined : this.files.get(path);
      if (beside !== undefined) return beside;
    }
    const key = `${from.domain}|${from.architecture}|${include.path}`;
    let inRoots = this.found.get(key);
    if (inRoots === undefined) {
      inRoots = this.searchRoots(include.path, from) ?? null;
      this.found.set(key, inRoots);
    }
    return inRoots ?? this.bySuffix(include.path, from);
  }

  /** Whether `from` sees `to` through includes, over any number of files in between. */
  reaches(from: LinkedFile, to: LinkedFile): boolean {
    const set = this.reachableFrom(from);
    return ((set[to.id >> 5] ?? 0) & (1 << (to.id & 31))) !== 0;
  }

  /** The files other than headers that include the (usually also no header) `file`, in order. */
  includersOf(file: LinkedFile): readonly LinkedFile[] {
    const possible = this.sourceIncluders.get(file.base);
    if (possible === undefined) return [];
    return [...possible]
      .filter((other) => this.direct(other).includes(file.id))
      .sort((a, b) => comparePaths(a.path, b.path));
  }

  /** Whether some file includes a source of this name. */
  isIncludedSource(file: LinkedFile): boolean {
    return this.sourceIncluders.has(file.base);
  }

  /** The includes of a file are about to change. */
  forget(file: LinkedFile): void {
    this.targets[file.id] = undefined;
    this.reachable.clear();
    for (const base of includedSources(file)) {
      const includers = this.sourceIncluders.get(base);
      includers?.delete(file);
      if (includers?.size === 0) this.sourceIncluders.delete(base);
    }
  }

  /** The includes of a file are there. */
  learn(file: LinkedFile): void {
    for (const base of includedSources(file)) {
      const includers = this.sourceIncluders.get(base);
      if (includers === undefined) this.sourceIncluders.set(base, new Set([file]));
      else includers.add(file);
    }
  }

  /** A path came or went: any include may mean another file now. */
  pathsChanged(): void {
    if (this.targets.length > 0) this.targets = [];
    this.found.clear();
    this.reachable.clear();
  }

  private reachableFrom(from: LinkedFile): Uint32Array {
    const known = this.reachable.get(from.id);
    if (known !== undefined) return known;
    const set = new Uint32Array((this.files.limit + 31) >> 5);
    const open = [from.id];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const file = this.files.at(id);
      if (file === undefined) continue;
      for (const target of this.direct(file)) {
        const word = target >> 5;
        const bit = 1 << (target & 31);
        if (((set[word] ?? 0) & bit) !== 0) continue;
        set[word] = (set[word] ?? 0) | bit;
        open.push(target);
      }
    }
    if (this.reachable.size >= KEPT_SETS) {
      for (const oldest of this.reachable.keys()) {
        this.reachable.delete(oldest);
        break;
      }
    }
    this.reachable.set(from.id, set);
    return set;
  }

  private searchRoots(path: string, from: LinkedFile): LinkedFile | undefined {
    const top = from.domain === 'tools' || from.domain === 'scripts' ? `${from.domain}/` : '';
    for (const root of ROOTS) {
      const file = this.files.get(`${top}${root}/${path}`);
      if (file !== undefined) return file;
    }
    const architectures = from.architecture === '' ? this.architectures : [from.architecture];
    for (const architecture of architectures) {
      for (const root of ARCHITECTURE_ROOTS) {
        const file = this.files.get(`${top}arch/${architecture}/${root}/${path}`);
        if (file !== undefined) return file;
      }
    }
    if (path.startsWith(ARCHITECTURE_PREFIX)) {
      for (const generic of GENERIC_PREFIXES) {
        const file = this.files.get(`${top}${generic}${path.slice(ARCHITECTURE_PREFIX.length)}`);
        if (file !== undefined) return file;
      }
    }
    return undefined;
  }

  /** The nearest file whose path ends with the one written: directories given to the compiler are not known. */
  private bySuffix(path: string, from: LinkedFile): LinkedFile | undefined {
    const wanted = withoutUpwards(path);
    const suffix = `/${wanted}`;
    let best: LinkedFile | undefined;
    let bestShared = -1;
    for (const file of this.files.named(wanted.slice(wanted.lastIndexOf('/') + 1))) {
      if (file.path !== wanted && !file.path.endsWith(suffix)) continue;
      if (file.domain !== from.domain && file.domain !== KERNEL) continue;
      if (from.architecture !== '' && file.architecture !== '' && from.architecture !== file.architecture) {
        continue;
      }
      const shared = sharedDirectories(file.path, from.path);
      if (best === undefined || shared > bestShared || (shared === bestShared && file.path < best.path)) {
        best = file;
        bestShared = shared;
      }
    }
    return best;
  }
}

/** Last path components of what a file includes that is no header. */
function includedSources(file: LinkedFile): string[] {
  return file.summary.outline.includes
    .filter((include) => !include.path.endsWith('.h'))
    .map((include) => include.path.slice(include.path.lastIndexOf('/') + 1));
}
