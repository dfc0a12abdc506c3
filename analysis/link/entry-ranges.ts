/** Consecutive entries: what one file has in one index. */
export interface EntryRange {
  readonly start: number;
  readonly count: number;
}

export const NO_ENTRIES: EntryRange = { start: 0, count: 0 };

/** Which entries are in use. */
export class EntryRanges {
  /** No entry in use is as high. */
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

  /** Joined with the holes beside it: else edits would leave more and more of them, too small for anything. */
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
