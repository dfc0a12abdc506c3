/** Turns of the event loop in which messages that have come meanwhile are read, taken apart and handled. */
const TURNS = 4;

/**
 * Calls something when nothing has come for a while. On a machine that is busy a timer is over before the messages are
 * read that came long before: so they have their turn first, and whoever gets one drops the call.
 */
export class Rest {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private round = 0;

  constructor(private readonly call: () => void) {}

  /** Begins to wait, anew if need be. */
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
