/** Something that changes from time to time, and the tests that look at it after each change. */
export class Watched {
  private readonly looks = new Set<() => void>();

  changed(): void {
    for (const look of this.looks) look();
  }

  /** What `read` returns, as soon as that is something. */
  until<T>(read: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = read();
        if (found === undefined) return;
        this.looks.delete(look);
        resolve(found);
      };
      this.looks.add(look);
      look();
    });
  }

  /** Calls `look` after each change until it is disposed of. */
  onChange(look: () => void): { dispose(): void } {
    this.looks.add(look);
    return { dispose: () => this.looks.delete(look) };
  }
}
