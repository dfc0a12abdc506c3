/** Pause in the edits of a function before rules about its exits report it, in milliseconds. */
export const REST_MS = 1000;

/** Turns of the event loop in which messages that have arrived are read, decoded and handled. */
const TURNS = 4;

/**
 * Calls back after a pause without messages. On a busy machine, a timer fires before earlier messages are
 * read. So they get their turn first, and a message cancels the callback.
 */
export class Rest {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private round = 0;

  constructor(private readonly call: () => void) {}

  /** Starts or restarts the wait. */
  start(ms: number): void {
    this.drop();
    const { round } = this;
    this.timer = setTimeout(() => this.listen(round, TURNS), ms);
  }

  drop(): void {
    clearTimeout(this.timer);
    this.round += 1;
  }

  private listen(round: number, turns: number): void {
    if (round !== this.round) return;
    if (turns === 0) this.call();
    else setImmediate(() => this.listen(round, turns - 1));
  }
}
