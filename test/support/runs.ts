import * as fc from 'fast-check';

/** How many times as many cases as usual: LOCKORDER_FUZZ=20 for a long run by hand. */
const TIMES = Number(process.env['LOCKORDER_FUZZ'] ?? 1);
const USUAL = 100;

/** Cases of a property, given how many there usually are. */
export function runs(usual: number): number {
  return Math.max(1, Math.round(usual * TIMES));
}

/** Milliseconds that properties may take, given how long they usually may. */
export function patience(usual: number): number {
  return usual * Math.max(1, TIMES);
}

fc.configureGlobal({ numRuns: runs(USUAL) });
