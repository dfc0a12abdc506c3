/** The answer to a request: sent on demand, and again after a change. An outdated answer is never returned. */
export class Latest<T> {
  private answer: Promise<T> | undefined;

  constructor(private readonly ask: () => Promise<T>) {}

  /** Whether anybody has asked since the last change. */
  get isAsked(): boolean {
    return this.answer !== undefined;
  }

  /** Something changed: later answers come from later requests. */
  forget(): void {
    this.answer = undefined;
  }

  /** Rejects if the request did, unless something changed meanwhile. */
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
