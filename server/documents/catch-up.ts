import type { OpenFile } from './open-file.js';

/** Pause in typing, in milliseconds. An edit that arrives during the analysis of a text waits for it. */
const REST_MS = 500;

/**
 * Analyses texts that an equivalent older text represents, once there is time: fixes need the current text.
 */
export class CatchUp {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly open: ReadonlyMap<string, OpenFile>,
    /** There are other texts to analyse. */
    private readonly wake: () => void,
  ) {}

  /** Whether there are such texts. Until they are analysed, other work on them is wasted. */
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
