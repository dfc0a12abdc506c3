import { isProgram, KERNEL, linksWith, sharedDirectories } from '../files/domains.js';
import { comparePaths, type FileTable, type LinkedFile } from '../files/files.js';
import type { Includes } from '../files/includes.js';
import type { SymbolIndex } from './symbol-index.js';

/** The amount of code in a definition; distinguishes a real one from an empty stub. */
export type Weight = (entry: number) => number;

/** Visibility between files, and the order of several definitions by nearness. */
export class Scope {
  constructor(
    readonly files: FileTable,
    readonly includes: Includes,
    /** The architectures analysed together with common code, best first. */
    private readonly architectures: readonly string[],
  ) {}

  /** Whether `from` includes `to`, directly or transitively. */
  sees(from: LinkedFile, to: LinkedFile): boolean {
    if (!this.includes.mayBeIncluded(to)) return false;
    // The kernel includes nothing from the separate programs.
    if (from.domain === KERNEL && to.domain !== KERNEL) return false;
    return this.includes.reaches(from, to);
  }

  /**
   * Whether `from` is only a part of a translation unit that also contains `to`: a source that `to` or a third source
   * with both includes, or a header of the same directory that `to` includes.
   */
  surrounds(to: LinkedFile, from: LinkedFile): boolean {
    if (from.isHeader) {
      return !to.isHeader && to.directory === from.directory && this.includes.reaches(to, from);
    }
    if (!this.includes.mayBeIncluded(from)) return false;
    return this.includes
      .includersOf(from)
      .some((includer) => includer === to || this.includes.reaches(includer, to));
  }

  /** Whether `from` may be linked with a global definition in `to`. */
  links(from: LinkedFile, to: LinkedFile): boolean {
    if (!linksWith(from.domain, to.domain)) {
      // Boot loaders and similar code are linked separately but compiled with kernel headers.
      const sharesHeaders = to.isHeader && to.domain === KERNEL && !isProgram(from.domain);
      if (!sharesHeaders) return false;
    }
    // A program that runs during the build calls functions of the C library, which the kernel has under the same names.
    if (from.isHostProgram && !to.isHeader && from !== to && this.files.get(A_KERNEL) !== undefined)
      return false;
    return from.architecture === '' || to.architecture === '' || from.architecture === to.architecture;
  }

  /**
   * Whether `from` may include this header although no include shows it: includes by macro or by the compiler's command
   * line are unknown. Only public headers and those of directories around `from` qualify.
   */
  mayInclude(from: LinkedFile, to: LinkedFile): boolean {
    if (!to.isHeader || !this.links(from, to)) return false;
    return (
      to.directory === '' ||
      to.directory === from.directory ||
      from.directory.startsWith(`${to.directory}/`) ||
      INCLUDE_DIRECTORY.test(to.directory)
    );
  }

  /** Lower is better: the file's own architecture, the analysed ones, common code, then the others. */
  private architectureRank(from: LinkedFile, to: LinkedFile): number {
    if (to.architecture === from.architecture && to.architecture !== '') return 0;
    if (to.architecture === '') return 1 + this.architectures.length;
    const at = this.architectures.indexOf(to.architecture);
    return at >= 0 ? 1 + at : 2 + this.architectures.length;
  }

  /** Negative if `left` is nearer to `from` than `right`; 0 if only the path distinguishes them. */
  compareNearness(from: LinkedFile, left: LinkedFile, right: LinkedFile): number {
    const bySide = sharedDirectories(from.path, right.path) - sharedDirectories(from.path, left.path);
    if (bySide !== 0) return bySide;
    return this.architectureRank(from, left) - this.architectureRank(from, right);
  }

  /**
   * Sorts entries from the nearest to the farthest file, at equal distance by weight, then by path and position. The
   * result does not depend on the order in which files arrived.
   */
  sortByNearness(entries: number[], index: SymbolIndex, from: LinkedFile, weight: Weight): number[] {
    if (entries.length < 2) return entries;
    return entries.sort((left, right) => {
      const leftHome = this.files.at(index.file(left));
      const rightHome = this.files.at(index.file(right));
      if (leftHome === undefined || rightHome === undefined) return left - right;
      const byPlace = leftHome === rightHome ? 0 : this.compareNearness(from, leftHome, rightHome);
      return (
        byPlace ||
        weight(right) - weight(left) ||
        comparePaths(leftHome.path, rightHome.path) ||
        index.item(left) - index.item(right)
      );
    });
  }

  /** The leading entries of a sorted list that are as near as the first. */
  nearest(entries: number[], index: SymbolIndex, from: LinkedFile, weight: Weight): number[] {
    if (entries.length < 2) return entries;
    const sorted = this.sortByNearness(entries, index, from, weight);
    const best = this.files.at(index.file(sorted[0] ?? 0));
    if (best === undefined) return sorted;
    return sorted.filter((entry) => {
      const file = this.files.at(index.file(entry));
      return file !== undefined && this.compareNearness(from, best, file) === 0 && sameBuild(best, file);
    });
  }
}

/** Whether two files can be in one build: different architectures never are. */
function sameBuild(left: LinkedFile, right: LinkedFile): boolean {
  return left.architecture === right.architecture;
}

/** A header that a tree has only if it is a kernel. */
const A_KERNEL = 'include/linux/kernel.h';
const INCLUDE_DIRECTORY = /(?:^|\/)include(?:\/|$)/;
