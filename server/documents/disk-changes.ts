/** Files that changed on disk after a program read them. */
export class DiskChanges {
  private readonly waiting = new Set<string>();
  /** Files that changed while a larger program was being built, which may have read them before. */
  private readonly meanwhile = new Set<string>();

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

  /** Files to read now, without open documents. */
  take(isOpen: (file: string) => boolean): readonly string[] {
    const files = [...this.waiting].filter((file) => !isOpen(file));
    this.waiting.clear();
    return files;
  }
}
