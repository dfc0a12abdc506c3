/**
 * The answer to a question that is asked elsewhere: asked when it is wanted, and again after a change. An answer that
 * was overtaken is never given.
 */
export class Latest<T> {
  private answer: Promise<T> | undefined;

  constructor(private readonly ask: () => Promise<T>) {}

  /** Something changed: what is given from now on was asked after it. */
  forget(): void {
    this.answer = undefined;
  }

  /** Rejects as the question did, unless something changed meanwhile. */
  async get(): Promise<T> {
    for (;;) {
      const asked = (this.answer ??= this.ask());
      const isOvertaken = (): boolean => asked !== this.answer;
      try {
        const value = await asked;
        if (!isOvertaken()) return value;
      } catch (reason) {
        if (!isOvertaken()) throw reason;
      }
    }
  }
}
