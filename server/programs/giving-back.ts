/**
 * Delay after the last closed document, in milliseconds: people who browse open and close one after the
 * other.
 */
const LATER_MS = 60_000;

export interface GivingBackHost {
  /** Busy with an edit or in the background: then nothing is freed. */
  readonly isBusy: boolean;
  readonly loading: object | undefined;
  giveBack(): void;
}

/**
 * Reports when no document has been closed for a while, so that what was read for closed ones can be freed.
 */
export class GivingBack {
  /** No document was closed recently. */
  isDue = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: GivingBackHost,
    private readonly laterMs = LATER_MS,
  ) {}

  /** A document was closed. */
  wait(): void {
    this.drop();
    this.isDue = false;
    this.timer = setTimeout(() => {
      if (this.host.isBusy || this.host.loading) {
        this.wait();
        return;
      }
      this.isDue = true;
      this.host.giveBack();
    }, this.laterMs);
  }

  drop(): void {
    clearTimeout(this.timer);
  }
}
