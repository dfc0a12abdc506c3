import { baseName } from '../../base/paths.js';
import type { FileOutline, IncludeItem } from '../../outline/types.js';
import { isProgram, KERNEL, join, sharedDirectories, withoutUpwards } from './domains.js';
import { comparePaths, type FileTable, type LinkedFile } from './files.js';
import { Includers } from './includers.js';

/** Search directories, relative to the root of the tree or of a separate program inside it. */
const ROOTS = ['include', 'include/uapi'];
const ARCHITECTURE_ROOTS = ['include', 'include/uapi'];
/** A missing header of the architecture means the generic one of the same name. */
const ARCHITECTURE_PREFIX = 'asm/';
const GENERIC_PREFIXES = ['include/asm-generic/', 'include/uapi/asm-generic/'];

/** Number of reachability sets kept in each of two generations; each takes one bit per included file. */
const KEPT_SETS = 2048;
/** Number of queries about one file before its reachability sets are combined into one. */
const FEW_QUESTIONS = 8;

/** Resolves `#include`s and computes what a file reaches through them, on demand. */
export class Includes {
  private targets: (Int32Array | undefined)[] = [];
  /** Included files get small numbers, in the order in which they are found. */
  private numbers: (number | undefined)[] = [];
  private numbered = 0;
  private scratch = new Uint32Array(0);
  private readonly found = new Map<string, LinkedFile | null>();
  /** Reachability sets of headers by file, in two generations. */
  private young = new Map<number, Uint32Array>();
  private old = new Map<number, Uint32Array>();
  /**
   * The file of the last query, its number of consecutive queries, and, after several, its combined reachability set.
   */
  private asking = -1;
  private asked = 0;
  private together = new Uint32Array(0);
  private readonly sourceIncluders = new Map<string, Set<LinkedFile>>();
  readonly includers: Includers;

  constructor(
    private readonly files: FileTable,
    /** Preferred architectures, best first. */
    private readonly architectures: readonly string[],
  ) {
    this.includers = new Includers(files, (file) => this.direct(file));
  }

  /** Numbers of the files that `file` includes directly. Skips includes that are not in the program. */
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

  /** Paths of the files that `file` includes directly; empty for a missing file. */
  pathsFrom(file: LinkedFile | undefined): string[] {
    return file === undefined ? [] : [...this.direct(file)].flatMap((id) => this.files.at(id)?.path ?? []);
  }

  resolve(include: Pick<IncludeItem, 'path' | 'system'>, from: LinkedFile): LinkedFile | undefined {
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

  /** {@link reaches} for paths; false for files that are not there. */
  pathReaches(from: string, to: string): boolean {
    const [file, target] = [this.files.get(from), this.files.get(to)];
    return file !== undefined && target !== undefined && this.reaches(file, target);
  }

  /** Whether `from` sees `to` through includes, directly or transitively. */
  reaches(from: LinkedFile, to: LinkedFile): boolean {
    if (this.mayBeIncluded(from)) return this.isIn(this.reachableFrom(from), to);
    if (this.asking !== from.id) [this.asking, this.asked] = [from.id, 0];
    this.asked += 1;
    if (this.asked <= FEW_QUESTIONS) return this.leadsTo(from, to);
    if (this.asked === FEW_QUESTIONS + 1) this.takeTogether(from);
    return this.isIn(this.together, to);
  }

  /** {@link reaches} computed from the reachability sets of the direct includes, one by one. */
  private leadsTo(from: LinkedFile, to: LinkedFile): boolean {
    const direct = this.direct(from);
    if (direct.includes(to.id)) return true;
    for (const id of direct) {
      const target = this.files.at(id);
      if (target !== undefined && this.isIn(this.reachableFrom(target), to)) return true;
    }
    return false;
  }

  /** Combines the sets of the direct includes into one for a file with many queries. */
  private takeTogether(from: LinkedFile): void {
    const parts: Uint32Array[] = [];
    for (const id of this.direct(from)) {
      const target = this.files.at(id);
      if (target !== undefined) parts.push(this.reachableFrom(target));
    }
    this.together = emptied(this.together, this.files.limit);
    for (const part of parts) addBits(this.together, part);
    for (const id of this.direct(from)) this.addBit(this.together, id);
  }

  private isIn(set: Uint32Array, { id }: LinkedFile): boolean {
    // Everything in the set had a number when the set was built.
    const number = this.numbers[id];
    return number !== undefined && ((set[number >> 5] ?? 0) & (1 << (number & 31))) !== 0;
  }

  /** The non-header files that include `file` (usually also not a header), sorted by path. */
  includersOf(file: LinkedFile): readonly LinkedFile[] {
    const possible = this.sourceIncluders.get(file.base);
    if (possible === undefined) return [];
    return [...possible]
      .filter((other) => this.direct(other).includes(file.id))
      .sort((a, b) => comparePaths(a.path, b.path));
  }

  /** Whether the file is a header, or a source whose name appears in an include. */
  mayBeIncluded(file: LinkedFile): boolean {
    return file.isHeader || this.sourceIncluders.has(file.base);
  }

  /** Invalidates before the includes of a file change. */
  forget(file: LinkedFile): void {
    this.includers.forget();
    this.targets[file.id] = undefined;
    if (this.mayBeIncluded(file)) this.forgetSets();
    this.asking = -1;
    for (const base of includedSources(file)) {
      const includers = this.sourceIncluders.get(base);
      includers?.delete(file);
      if (includers?.size === 0) this.sourceIncluders.delete(base);
    }
  }

  /** Registers the includes of a file. */
  learn(file: LinkedFile): void {
    this.includers.forget();
    for (const base of includedSources(file)) {
      const includers = this.sourceIncluders.get(base);
      if (includers === undefined) this.sourceIncluders.set(base, new Set([file]));
      else includers.add(file);
    }
  }

  /** Invalidates everything after a path was added or removed, since any include may resolve differently. */
  pathsChanged(): void {
    this.includers.forget();
    if (this.targets.length > 0) this.targets = [];
    if (this.numbers.length > 0) this.numbers = [];
    this.numbered = 0;
    this.found.clear();
    this.forgetSets();
  }

  private forgetSets(): void {
    this.young.clear();
    this.old.clear();
    this.asking = -1;
  }

  /** The reachability set of an includable file: one bit per included file, by its number. */
  private reachableFrom(from: LinkedFile): Uint32Array {
    const recent = this.young.get(from.id);
    if (recent !== undefined) return recent;
    const set = this.old.get(from.id) ?? this.walk(from);
    if (this.young.size >= KEPT_SETS) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(from.id, set);
    return set;
  }

  private walk(from: LinkedFile): Uint32Array {
    const set = (this.scratch = emptied(this.scratch, this.files.limit));
    const open = [from.id];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const file = this.files.at(id);
      if (file === undefined) continue;
      for (const target of this.direct(file)) {
        if (!this.addBit(set, target)) continue;
        const known = this.young.get(target) ?? this.old.get(target);
        if (known === undefined) open.push(target);
        else addBits(set, known);
      }
    }
    return this.copied(set);
  }

  private copied(set: Uint32Array): Uint32Array {
    return set.slice(0, (this.numbered + 31) >> 5);
  }

  /** Sets a bit; returns false if it was already set. */
  private addBit(set: Uint32Array, id: number): boolean {
    const number = (this.numbers[id] ??= this.numbered++);
    const word = number >> 5;
    const bit = 1 << (number & 31);
    const bits = set[word] ?? 0;
    if ((bits & bit) !== 0) return false;
    set[word] = bits | bit;
    return true;
  }

  private searchRoots(path: string, from: LinkedFile): LinkedFile | undefined {
    const top = isProgram(from.domain) ? `${from.domain}/` : '';
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

  /**
   * The nearest file whose path ends with the path of the include, because the compiler's `-I` directories are unknown.
   */
  private bySuffix(path: string, from: LinkedFile): LinkedFile | undefined {
    const wanted = withoutUpwards(path);
    const suffix = `/${wanted}`;
    let best: LinkedFile | undefined;
    let bestShared = -1;
    for (const file of this.files.named(baseName(wanted))) {
      if (file.path !== wanted && !file.path.endsWith(suffix)) continue;
      if (file.domain !== from.domain && (file.domain !== KERNEL || isProgram(from.domain))) continue;
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

/** An empty set with room for all files, since the number of reachable files is known only at the end. */
function emptied(set: Uint32Array<ArrayBuffer>, files: number): Uint32Array<ArrayBuffer> {
  const words = (files + 31) >> 5;
  return set.length < words ? new Uint32Array(words * 2) : set.fill(0);
}

function addBits(set: Uint32Array, more: Uint32Array): void {
  for (let word = 0; word < more.length; word++) set[word] = (set[word] ?? 0) | (more[word] ?? 0);
}

/** Whether a file includes a non-header; then both files see each other. */
export function includesSource(outline: FileOutline | undefined): boolean {
  return outline !== undefined && outline.includes.some((include) => !include.path.endsWith('.h'));
}

/** Last path components of the non-headers a file includes. */
function includedSources(file: LinkedFile): string[] {
  return file.summary.outline.includes
    .filter((include) => !include.path.endsWith('.h'))
    .map((include) => baseName(include.path));
}
