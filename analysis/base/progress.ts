/** Progress of work that is sliced by its host (invariant 12). */
export interface Progress {
  readonly stage: 'link' | 'effects' | 'graph' | 'replay' | 'check' | 'fix';
  readonly done: number;
  /** 0 when not known. */
  readonly total: number;
}
