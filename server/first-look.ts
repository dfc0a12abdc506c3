import type { Finding } from '../analysis/checks/types.js';
import type { Snapshot } from '../analysis/workspace/index.js';
import { EarlyFindings, textsOf } from './early.js';
import type { OpenFile } from './open-file.js';
import type { Stage } from './stage.js';

/** A run that takes no longer needs no first look, in milliseconds. */
const QUICK_MS = 30;
/** Nor does one that is not so many times longer than the first look itself. */
const WORTHWHILE = 3;

type Open = ReadonlyMap<string, OpenFile>;

/** The first phase after an edit, where the second one takes its time: what the edit changes in a small program. */
export class FirstLook {
  /** Open documents and their headers, once the live program has more: quick to say what an edit changes. */
  private small: Stage | undefined;
  private findings: readonly Finding[] | undefined;
  private readonly early = new EarlyFindings();
  /** How long the last run of each program took. */
  private bigMs = 0;
  private smallMs = 0;

  get stage(): Stage | undefined {
    return this.small;
  }

  /** The live program has been through an edit. */
  tookBig(ms: number): void {
    this.bigMs = ms;
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
    this.smallMs = 0;
    this.bigMs = Infinity;
  }

  /** The big program has been through the same texts. */
  settle(big: readonly Finding[], open: Open): void {
    if (this.findings) this.early.settle(this.findings, big, textsOf(open));
    else this.early.forget();
  }

  /** What can be said already; `undefined` when nothing can, or it is not worth while. */
  async look(
    open: Open,
    analyse: (stage: Stage) => Promise<Snapshot>,
  ): Promise<(Snapshot & { readonly all: readonly Finding[] }) | undefined> {
    const { small } = this;
    this.findings = undefined;
    if (!small || ![...open.keys()].every((file) => small.covers(file))) return undefined;
    if (this.bigMs < Math.max(QUICK_MS, WORTHWHILE * this.smallMs)) return undefined;
    const start = performance.now();
    small.applyOpen();
    const snapshot = await analyse(small);
    this.smallMs = performance.now() - start;
    this.findings = snapshot.findings;
    const all = this.early.after(snapshot.findings, textsOf(open));
    return all && { ...snapshot, all };
  }

  async close(): Promise<void> {
    await this.small?.close();
  }
}
