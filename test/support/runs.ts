import * as fc from 'fast-check';

/** Share of the usual number of cases: a quarter of them in every run, each with other seeds; LOCKORDER_FUZZ=20 by hand. */
const TIMES = Number(process.env['LOCKORDER_FUZZ'] ?? 0.25);
const USUAL = 100;

/** Cases of a property, given how many there usually are. */
export function runs(usual: number): number {
  return Math.max(1, Math.round(usual * TIMES));
}

/** Milliseconds after which a property hangs: the limit of every test, and more of it for more cases. */
export function patience(): number {
  return 300_000 * Math.max(1, TIMES);
}

fc.configureGlobal({ numRuns: runs(USUAL) });
