import { isProgram, KERNEL, linksWith, sharedDirectories } from './domains.js';
import { comparePaths, type FileTable, type LinkedFile } from './files.js';
import type { Includes } from './includes.js';
import type { SymbolIndex } from './symbol-index.js';

/** How much a definition says: tells a real one from an empty stand-in. */
export type Weight = (entry: number) => number;

/** What one file can see of another, and which of several definitions is the nearest. */
export class Scope {
  constructor(
    readonly files: FileTable,
    readonly includes: Includes,
    /** The architectures analysed together with the rest, best first. */
    private readonly architectures: readonly string[],
  ) {}

  /** `to` stands in the text that `from` is compiled with: it includes `to`, over any number of files. */
  sees(from: LinkedFile, to: LinkedFile): boolean {
    if (!this.includes.mayBeIncluded(to)) return false;
    // The kernel includes nothing of the programs beside it.
    if (from.domain === KERNEL && to.domain !== KERNEL) return false;
    return this.includes.reaches(from, to);
  }

  /**
   * `from` is only a part of a text that also holds `to`: a source that is included by `to`, or by a third
   * one that includes both; a header of the same directory that `to` includes.
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

  /** A global definition in `to` may be what `from` is linked with. */
  links(from: LinkedFile, to: LinkedFile): boolean {
    if (!linksWith(from.domain, to.domain)) {
      // Boot loaders and the like are linked alone, but compiled with the headers of the kernel.
      const sharesHeaders = to.isHeader && to.domain === KERNEL && !isProgram(from.domain);
      if (!sharesHeaders) return false;
    }
    return from.architecture === '' || to.architecture === '' || from.architecture === to.architecture;
  }

  /**
   * A header that `from` was not seen to include, but may: includes made by a macro or by the compiler's
   * command line are not known. Only public headers and those of directories around `from` count.
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

  /** Lower is better: the caller's own architecture, those analysed, code of all, then the others. */
  private architectureRank(from: LinkedFile, to: LinkedFile): number {
    if (to.architecture === from.architecture && to.architecture !== '') return 0;
    if (to.architecture === '') return 1 + this.architectures.length;
    const at = this.architectures.indexOf(to.architecture);
    return at >= 0 ? 1 + at : 2 + this.architectures.length;
  }

  /** Negative when `left` is nearer to `from` than `right`; 0 when only the path could tell them apart. */
  compareNearness(from: LinkedFile, left: LinkedFile, right: LinkedFile): number {
    const bySide = sharedDirectories(from.path, right.path) - sharedDirectories(from.path, left.path);
    if (bySide !== 0) return bySide;
    return this.architectureRank(from, left) - this.architectureRank(from, right);
  }

  /**
   * Entries from the nearest to the farthest file, of equally near ones the weightier first; the rest by
   * path and place, so that the order of arrival never shows.
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

/** Two architectures are never built together. */
function sameBuild(left: LinkedFile, right: LinkedFile): boolean {
  return left.architecture === right.architecture;
}

const INCLUDE_DIRECTORY = /(?:^|\/)include(?:\/|$)/;
