/** Progress of work that its host runs in slices. */
export interface Progress {
  readonly stage: 'link' | 'summaries' | 'graph' | 'replay' | 'check' | 'fix';
  readonly done: number;
  /** 0 if unknown. */
  readonly total: number;
}

/** Runs a generator to its end, for hosts that do not slice. */
export function runToEnd<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}
