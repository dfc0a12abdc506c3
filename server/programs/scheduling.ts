/**
 * Longest time one slice of work may take before messages get their turn, in milliseconds. A message waits for two: the
 * one in which it comes, and the one before it is handed out.
 */
const SLICE_MS = 2;

export const DROPPED = Symbol('dropped');

export interface Task<T> {
  /** What the generator returned, or {@link DROPPED}. Rejects when it throws. */
  readonly result: Promise<T | typeof DROPPED>;
  /** Ends the task before its next step; what it had computed is lost. */
  drop(): void;
}

/** Work in progress. */
class Job<Y, T> {
  readonly result: Promise<T | typeof DROPPED>;
  private isDropped = false;
  private finish: (value: T | typeof DROPPED) => void = ignore;
  private fail: (reason: unknown) => void = ignore;

  constructor(
    readonly priority: number,
    private readonly work: Generator<Y, T>,
    private readonly onYield: (value: Y) => void,
  ) {
    this.result = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = reject;
    });
  }

  /** One step; true when there is nothing left to do. */
  step(): boolean {
    if (this.isDropped) return true;
    try {
      const next = this.work.next();
      if (next.done) this.finish(next.value);
      else this.onYield(next.value);
      return next.done === true;
    } catch (error) {
      this.fail(error);
      return true;
    }
  }

  drop(): void {
    this.isDropped = true;
    this.finish(DROPPED);
  }
}

/**
 * Runs generators in slices on the one thread, so that a message waits for one slice at most. The lowest
 * number goes first; equal ones in the order they came. Cancelling is dropping.
 */
export class Scheduler {
  private readonly jobs: Pick<Job<never, never>, 'priority' | 'step'>[] = [];
  private isScheduled = false;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly defer: (slice: () => void) => void = (slice) => void setImmediate(slice),
  ) {}

  run<Y, T>(priority: number, work: Generator<Y, T>, onYield: (value: Y) => void = ignore): Task<T> {
    const job = new Job(priority, work, onYield);
    const at = this.jobs.findIndex((other) => other.priority > priority);
    this.jobs.splice(at < 0 ? this.jobs.length : at, 0, job);
    this.schedule();
    return job;
  }

  private schedule(): void {
    if (this.isScheduled || this.jobs.length === 0) return;
    this.isScheduled = true;
    this.defer(() => {
      this.isScheduled = false;
      this.slice();
      this.schedule();
    });
  }

  private slice(): void {
    const [job] = this.jobs;
    if (!job) return;
    const deadline = this.now() + SLICE_MS;
    while (!job.step()) if (this.now() >= deadline) return;
    this.jobs.splice(this.jobs.indexOf(job), 1);
  }
}

function ignore(): void {
  // Nobody waits.
}
