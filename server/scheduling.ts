/** Longest time one slice of work may take before messages get their turn, in milliseconds. */
const SLICE_MS = 5;

export const DROPPED = Symbol('dropped');

export interface Task<T> {
  /** What the generator returned, or {@link DROPPED}. Rejects when it throws. */
  readonly result: Promise<T | typeof DROPPED>;
  /** Ends the task before its next step; what it had computed is lost. */
  drop(): void;
}

interface Job {
  readonly priority: number;
  /** Runs until the deadline; true when there is nothing left to do. */
  step(deadline: number): boolean;
}

/**
 * Runs generators in slices on the one thread, so that a message waits for one slice at most. The lowest
 * number goes first; equal ones in the order they came. Cancelling is dropping.
 */
export class Scheduler {
  private readonly jobs: Job[] = [];
  private isScheduled = false;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly defer: (slice: () => void) => void = (slice) => void setImmediate(slice),
  ) {}

  run<T>(priority: number, work: Generator<unknown, T>, onYield?: (value: unknown) => void): Task<T> {
    let finish: (value: T | typeof DROPPED) => void = () => undefined;
    let fail: (reason: unknown) => void = () => undefined;
    const result = new Promise<T | typeof DROPPED>((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
    let isDropped = false;
    const step = (deadline: number): boolean => {
      try {
        while (!isDropped) {
          const next = work.next();
          if (next.done) {
            finish(next.value);
            return true;
          }
          onYield?.(next.value);
          if (this.now() >= deadline) return false;
        }
        return true;
      } catch (error) {
        fail(error);
        return true;
      }
    };
    const job = { priority, step };
    const at = this.jobs.findIndex((other) => other.priority > priority);
    this.jobs.splice(at < 0 ? this.jobs.length : at, 0, job);
    this.schedule();
    const drop = (): void => {
      isDropped = true;
      this.remove(job);
      finish(DROPPED);
    };
    return { result, drop };
  }

  private schedule(): void {
    if (this.isScheduled || this.jobs.length === 0) return;
    this.isScheduled = true;
    this.defer(() => {
      this.isScheduled = false;
      const [job] = this.jobs;
      if (job?.step(this.now() + SLICE_MS)) this.remove(job);
      this.schedule();
    });
  }

  private remove(job: Job): void {
    const index = this.jobs.indexOf(job);
    if (index >= 0) this.jobs.splice(index, 1);
  }
}
