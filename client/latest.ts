/**
 * Keeps something up to date that is asked for elsewhere: one question at a time, and another one if something changed
 * meanwhile. An answer that was overtaken is never the last one shown.
 */
export class Latest {
  private running: Promise<void> | undefined;
  private isOutdated = false;

  /** `ask` asks and shows the answer; `failed` is told why it rejected. */
  constructor(
    private readonly ask: () => Promise<void>,
    private readonly failed: (reason: unknown) => void,
  ) {}

  /** Something changed. Resolves when the answer to a question asked from now on is shown. */
  refresh(): Promise<void> {
    this.isOutdated = true;
    return (this.running ??= this.run().finally(() => (this.running = undefined)));
  }

  private async run(): Promise<void> {
    while (this.isOutdated) {
      this.isOutdated = false;
      try {
        await this.ask();
      } catch (reason) {
        this.failed(reason);
      }
    }
  }
}
