import type { OpenFile } from './open-file.js';

/** How long nothing must have been typed, in milliseconds: an edit that comes while a text is analysed waits for that. */
const REST_MS = 500;

/** Has texts analysed for which others stand that are seen alike, once there is time: fixes are for texts as they are. */
export class CatchUp {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: ReadonlyMap<string, OpenFile>,
    /** There are other texts to analyse. */
    private readonly wake: () => void,
  ) {}

  /** Whether there are such texts; until later, nothing else is worth doing for them. */
  wait(): boolean {
    this.drop();
    const behind = [...this.open.values()].filter(({ isBehind }) => isBehind);
    if (behind.length === 0) return false;
    this.timer = setTimeout(() => {
      for (const file of behind) file.catchUp();
      this.wake();
    }, REST_MS);
    return true;
  }

  drop(): void {
    clearTimeout(this.timer);
  }
}
