/** A range of consecutive entries: those of one file in one index. */
export interface EntryRange {
  readonly start: number;
  readonly count: number;
}

export const NO_ENTRIES: EntryRange = { start: 0, count: 0 };

/** Allocates ranges of entries. */
export class EntryRanges {
  /** All entries in use are below this. */
  end = 0;
  private readonly holes: EntryRange[] = [];

  allocate(count: number): number {
    const hole = this.holes.findIndex((range) => range.count >= count);
    const range = this.holes[hole];
    if (range !== undefined) {
      if (range.count === count) this.holes.splice(hole, 1);
      else this.holes[hole] = { start: range.start + count, count: range.count - count };
      return range.start;
    }
    const start = this.end;
    this.end += count;
    return start;
  }

  /** Frees a range and merges it with adjacent holes; otherwise edits would leave ever more holes too small to use. */
  free(range: EntryRange): void {
    let { start, count } = range;
    for (let at = this.holes.length - 1; at >= 0; at--) {
      const hole = this.holes[at];
      if (hole === undefined) continue;
      if (hole.start + hole.count === start) start = hole.start;
      else if (hole.start !== start + count) continue;
      count += hole.count;
      this.holes.splice(at, 1);
    }
    this.holes.push({ start, count });
  }
}
