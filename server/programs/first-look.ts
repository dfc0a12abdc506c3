import type { Finding } from '../../analysis/checks/types.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import { EarlyFindings, textsOf } from './early.js';
import type { OpenFile } from '../documents/open-file.js';
import { Cancelled, type Stage } from './stage.js';

/** A run that usually takes less needs no first look, in milliseconds. */
const QUICK_MS = 12;
/** Nor does one that takes less than this many times the first look. */
const WORTHWHILE = 1.5;
/**
 * Number of runs that determine what is usual: some edits affect a lot, and the first look after a while has
 * much to do.
 */
const RUNS = 5;
/** Number of edits without a first look after which it is tried again. */
const RETRY = 20;
/**
 * Delay of the large program after a first look that was shown, in milliseconds. Meanwhile the editor has the
 * processor, and further typing does not wait for a slice of an obsolete result.
 */
const BREATH_MS = 25;
/** Pause in typing after which an unused small program catches up, in milliseconds. */
const FOLLOW_MS = 1000;

type Open = ReadonlyMap<string, OpenFile>;

type Seen = Snapshot & { readonly all: readonly Finding[] };

interface HowToLook {
  readonly analyse: (stage: Stage) => Promise<Snapshot>;
  readonly show: (seen: Seen) => void;
  readonly failed: (reason: unknown) => void;
}

/** Usual duration of a program's runs, in milliseconds. */
class Usual {
  private readonly last: number[] = [];

  note(ms: number): void {
    this.last.push(ms);
    if (this.last.length > RUNS) this.last.shift();
  }

  forget(): void {
    this.last.length = 0;
  }

  /** The median; `otherwise` without any runs. */
  ms(otherwise: number): number {
    return [...this.last].sort((a, b) => a - b)[this.last.length >> 1] ?? otherwise;
  }
}

/**
 * The first phase after an edit, where the second one takes its time: the effect of the edit in a small
 * program.
 */
export class FirstLook {
  /**
   * Open documents and their headers, once the live program has more: fast enough to show what an edit
   * changes.
   */
  private small: Stage | undefined;
  private findings: readonly Finding[] | undefined;
  private readonly early = new EarlyFindings();
  private readonly bigRuns = new Usual();
  private readonly looks = new Usual();
  private skipped = 0;
  private following: ReturnType<typeof setTimeout> | undefined;
  /** Ends the delay after a first look. */
  private goOn = (): void => undefined;

  constructor(
    private readonly followMs = FOLLOW_MS,
    private readonly now: () => number = () => performance.now(),
    private readonly breathMs = BREATH_MS,
  ) {}

  get stage(): Stage | undefined {
    return this.small;
  }

  /** Replaces the small program. */
  async replace(stage: Stage): Promise<void> {
    const before = this.small;
    this.small = stage;
    await before?.close();
  }

  /**
   * Sets a new large program. The previous one may stay as the small one, with its findings for the same
   * texts.
   */
  begin(small: Stage | undefined, findings: readonly Finding[] | undefined): void {
    this.early.forget();
    this.findings = small ? findings : undefined;
    if (small) this.small = small;
    this.looks.forget();
    this.bigRuns.forget();
  }

  /** The large program has analysed the same texts. */
  settle(big: readonly Finding[], open: Open): void {
    if (this.findings) this.early.settle(this.findings, big, textsOf(open));
    else this.early.forget();
  }

  /** The live program's result, after a first look if that is worthwhile and there is anything new. */
  async analyse(live: Stage, open: Open, how: HowToLook): Promise<Snapshot> {
    // An edit without an effect does not predict the duration of the next one.
    if (live.isCurrent) return how.analyse(live);
    try {
      const seen = await this.look(open, how);
      if (seen) {
        how.show(seen);
        await this.breathe();
      }
    } catch (reason) {
      if (reason instanceof Cancelled) throw reason;
      // The live program may succeed.
      how.failed(reason);
    }
    const start = this.now();
    const snapshot = await how.analyse(live);
    this.bigRuns.note(this.now() - start);
    return snapshot;
  }

  /**
   * Lets the small program catch up with the documents in idle time. The next look then has one edit to
   * process, and replaced data is freed.
   */
  follow(analyse: HowToLook['analyse'], failed: HowToLook['failed']): void {
    clearTimeout(this.following);
    this.following = setTimeout(() => {
      const { small } = this;
      small?.applyOpen();
      if (small && !small.isCurrent) analyse(small).catch(failed);
    }, this.followMs);
  }

  /** A preliminary result; `undefined` if there is none or it is not worthwhile. */
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

  /** Called when the user types or the root closes: nothing waits for the editor any more. */
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
