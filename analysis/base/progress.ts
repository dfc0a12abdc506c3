/** Progress of work that is sliced by its host (invariant 12). */
export interface Progress {
  readonly stage: 'link' | 'effects' | 'graph' | 'replay' | 'check' | 'fix';
  readonly done: number;
  /** 0 when not known. */
  readonly total: number;
}

/** Runs a generator to its end, for hosts that need not slice. */
export function runToEnd<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const next = work.next();
    if (next.done === true) return next.value;
  }
}
