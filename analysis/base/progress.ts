/**
 * What an analysis does: links files, binds names (indexes what they may mean), selects bodies (finds out which further
 * functions matter), computes summaries, builds the graph, replays paths, runs the checks, and verifies fixes.
 */
export type AnalysisStage =
  | 'link'
  | 'bind'
  | 'selection'
  | 'summaries'
  | 'graph'
  | 'replay'
  | 'check'
  | 'fix';

/** Progress of work that its host runs in slices. */
export interface Progress {
  readonly stage: AnalysisStage;
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
