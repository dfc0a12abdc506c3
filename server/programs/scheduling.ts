/**
 * Maximum duration of one slice before messages are handled, in milliseconds. A message waits for up to two slices: the
 * current one, and one until it is dispatched.
 */
const SLICE_MS = 2;

export const DROPPED = Symbol('dropped');

export interface Task<T> {
  /** The generator's return value, or {@link DROPPED}. Rejects if it throws. */
  readonly result: Promise<T | typeof DROPPED>;
  /** Ends the task before its next step and discards its work. */
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

  /** Runs one step; returns true when the work is done. */
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
 * Runs generators in slices on one thread, so that a message waits for about one slice. Lower priority numbers run
 * first, equal ones in order of arrival. Dropping a task cancels it.
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
  // Nobody waits for this.
}
