/** The part of a program that is needed here. */
interface Program {
  /** Whether it contains more than the open documents and their headers. */
  readonly isBig: boolean;
  /** Files beside these that it should contain and does not. */
  besides(files: readonly string[]): readonly string[];
}

/** Files that changed on disk after a program read them. */
export class DiskChanges {
  private readonly waiting = new Set<string>();
  /** Files that changed while a larger program was being built, which may have read them before. */
  private readonly meanwhile = new Set<string>();
  /** Open documents whose folders were looked at. */
  private looked = new Set<string>();

  get any(): boolean {
    return this.waiting.size > 0;
  }

  note(files: readonly string[], isReading: boolean): void {
    for (const file of files) {
      this.waiting.add(file);
      if (isReading) this.meanwhile.add(file);
    }
  }

  /** Notes changes that only the program under construction needs to know. */
  noteMeanwhile(files: readonly string[]): void {
    for (const file of files) this.meanwhile.add(file);
  }

  /** Requeues changes after another program has replaced the current one, or failed to. */
  again(): void {
    for (const file of this.meanwhile) this.waiting.add(file);
    this.meanwhile.clear();
  }

  /** Files that a program has to read now, without open documents. */
  take(program: Program, open: ReadonlyMap<string, unknown>): readonly string[] {
    const files = new Set(this.waiting);
    this.waiting.clear();
    if (program.isBig) {
      const opened = [...open.keys()].filter((file) => !this.looked.has(file));
      // The folders of what changed may hold others that no one reported.
      for (const file of program.besides([...files, ...opened])) files.add(file);
      this.looked = new Set(open.keys());
    }
    return [...files].filter((file) => !open.has(file));
  }
}
