import type { Finding } from '../../analysis/checks/types.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import { EarlyFindings, textsOf } from './early.js';
import type { OpenFile } from '../documents/open-file.js';
import { Cancelled, type Stage } from './stage.js';

/** A run that usually takes no longer needs no first look, in milliseconds. */
const QUICK_MS = 12;
/** Nor does one that is not so many times longer than the first look itself. */
const WORTHWHILE = 1.5;
/** As many runs tell what is usual: some edits concern a lot, and the first look after a while has much to go through. */
const RUNS = 5;
/** After as many edits without a first look it is tried again. */
const RETRY = 20;
/**
 * How long the big program waits behind a first look that was shown, in milliseconds: the editor has the processor to
 * itself meanwhile, and who goes on typing does not wait for a slice of what nobody will see.
 */
const BREATH_MS = 25;
/** A small program that was not looked at follows when nothing was typed for so long, in milliseconds. */
const FOLLOW_MS = 1000;

type Open = ReadonlyMap<string, OpenFile>;

type Seen = Snapshot & { readonly all: readonly Finding[] };

interface HowToLook {
  readonly analyse: (stage: Stage) => Promise<Snapshot>;
  readonly show: (seen: Seen) => void;
  readonly failed: (reason: unknown) => void;
}

/** How long runs of a program usually take, in milliseconds. */
class Usual {
  private readonly last: number[] = [];

  note(ms: number): void {
    this.last.push(ms);
    if (this.last.length > RUNS) this.last.shift();
  }

  forget(): void {
    this.last.length = 0;
  }

  /** The median; `otherwise` when nothing was noted. */
  ms(otherwise: number): number {
    return [...this.last].sort((a, b) => a - b)[this.last.length >> 1] ?? otherwise;
  }
}

/** The first phase after an edit, where the second one takes its time: what the edit changes in a small program. */
export class FirstLook {
  /** Open documents and their headers, once the live program has more: quick to say what an edit changes. */
  private small: Stage | undefined;
  private findings: readonly Finding[] | undefined;
  private readonly early = new EarlyFindings();
  private readonly bigRuns = new Usual();
  private readonly looks = new Usual();
  private skipped = 0;
  private following: ReturnType<typeof setTimeout> | undefined;
  /** Ends the wait behind a first look. */
  private goOn = (): void => undefined;

  constructor(
    private readonly followMs = FOLLOW_MS,
    private readonly now: () => number = () => performance.now(),
    private readonly breathMs = BREATH_MS,
  ) {}

  get stage(): Stage | undefined {
    return this.small;
  }

  /** Another small program. */
  async replace(stage: Stage): Promise<void> {
    const before = this.small;
    this.small = stage;
    await before?.close();
  }

  /** Another big program. The one before may stay as the small one, with what it has found in the same texts. */
  begin(small: Stage | undefined, findings: readonly Finding[] | undefined): void {
    this.early.forget();
    this.findings = small ? findings : undefined;
    if (small) this.small = small;
    this.looks.forget();
    this.bigRuns.forget();
  }

  /** The big program has been through the same texts. */
  settle(big: readonly Finding[], open: Open): void {
    if (this.findings) this.early.settle(this.findings, big, textsOf(open));
    else this.early.forget();
  }

  /** What the live program comes to, after a first look where that is worth while and there is anything new. */
  async analyse(live: Stage, open: Open, how: HowToLook): Promise<Snapshot> {
    // What changes nothing does not tell how long the next edit will take.
    if (live.isCurrent) return how.analyse(live);
    try {
      const seen = await this.look(open, how);
      if (seen) {
        how.show(seen);
        await this.breathe();
      }
    } catch (reason) {
      if (reason instanceof Cancelled) throw reason;
      // The live program may do better.
      how.failed(reason);
    }
    const start = this.now();
    const snapshot = await how.analyse(live);
    this.bigRuns.note(this.now() - start);
    return snapshot;
  }

  /**
   * Lets the small program catch up with the documents while nothing else is to be done: the next look has one edit to
   * go through then, and what the others have replaced does not stay for its sake.
   */
  follow(analyse: HowToLook['analyse'], failed: HowToLook['failed']): void {
    clearTimeout(this.following);
    this.following = setTimeout(() => {
      const { small } = this;
      small?.applyOpen();
      if (small && !small.isCurrent) analyse(small).catch(failed);
    }, this.followMs);
  }

  /** What can be said already; `undefined` when nothing can, or it is not worth while. */
  private async look(open: Open, { analyse }: HowToLook): Promise<Seen | undefined> {
    const { small } = this;
    clearTimeout(this.following);
    this.findings = undefined;
    if (!small || ![...open.keys()].every((file) => small.covers(file))) return undefined;
    if (!this.isWorthwhile()) {
      this.skipped += 1;
      if (this.skipped % RETRY === 0) this.looks.forget();
      return undefined;
    }
    const start = this.now();
    small.applyOpen();
    const snapshot = await analyse(small);
    this.looks.note(this.now() - start);
    this.findings = snapshot.findings;
    const all = this.early.after(snapshot.findings, textsOf(open));
    return all && { ...snapshot, all };
  }

  /** Something was typed, or it is over: nothing waits for the editor any more. */
  hurry(): void {
    this.goOn();
  }

  private breathe(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.breathMs);
      this.goOn = (): void => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private isWorthwhile(): boolean {
    return this.bigRuns.ms(Infinity) >= Math.max(QUICK_MS, WORTHWHILE * this.looks.ms(0));
  }

  /** There is nothing to look at any more. */
  async close(): Promise<void> {
    const { small } = this;
    this.small = undefined;
    this.findings = undefined;
    this.early.forget();
    clearTimeout(this.following);
    this.hurry();
    await small?.close();
  }
}
