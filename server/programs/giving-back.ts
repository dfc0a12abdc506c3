/** Who looks around opens and closes one document after the other: so long after the last one, in milliseconds. */
const LATER_MS = 60_000;

export interface GivingBackHost {
  /** What is done for an edit, or behind the scenes: then it is no moment to give anything back. */
  readonly isBusy: boolean;
  readonly loading: object | undefined;
  giveBack(): void;
}

/** Tells when documents have been closed for a while, so that what was read for their sake can go. */
export class GivingBack {
  /** None was closed lately. */
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
