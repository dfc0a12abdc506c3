/** Choices that are the same for the same seed. */
export class Random {
  constructor(private state: number) {}

  /** An integer from 0 to `count` - 1. */
  below(count: number): number {
    this.state = (this.state * 1103515245 + 12345) % 2147483648;
    return Math.floor((this.state / 2147483648) * count);
  }

  pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }

  /** Up to `most` of them, with repetition. */
  some<T>(all: readonly T[], most: number): T[] {
    return Array.from({ length: this.below(most + 1) }, () => this.pick(all));
  }
}
