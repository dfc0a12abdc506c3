/** Files that have changed on disk since a program has read them. */
export class DiskChanges {
  private readonly waiting = new Set<string>();
  /** Changed while a bigger program was made, which may have read them before. */
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

  /** Only the program that is being made needs to know: it is for that reason. */
  noteMeanwhile(files: readonly string[]): void {
    for (const file of files) this.meanwhile.add(file);
  }

  /** Another program is in its place, or did not get there: what changed in between is to be read again. */
  again(): void {
    for (const file of this.meanwhile) this.waiting.add(file);
    this.meanwhile.clear();
  }

  /** What is to be read now; open documents are not. */
  take(isOpen: (file: string) => boolean): readonly string[] {
    const files = [...this.waiting].filter((file) => !isOpen(file));
    this.waiting.clear();
    return files;
  }
}
