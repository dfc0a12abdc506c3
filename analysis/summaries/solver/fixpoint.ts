import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef } from '../../link/types.js';
import { effectKey, everyExit } from './exits.js';
import { areMet, noExit, recursionGap } from './known.js';
import type { Pass } from './passes.js';
import type { FunctionSummary } from '../state/types.js';

/** The assumed effect of each member; `undefined`: calls to it have no effect. */
export type Assumed = ReadonlyMap<FunctionRef, FunctionSummary | undefined>;

/** Interprets a member once, under the assumed effects of the others. */
export type InPass = (fn: FunctionRef, members: Assumed) => Generator<void, Pass>;

interface Round {
  readonly members: Map<FunctionRef, FunctionSummary | undefined>;
  readonly last: Map<FunctionRef, Pass>;
  /** Members whose effect on locks still changed in the last pass. */
  readonly restless: readonly FunctionRef[];
}

/** Members at which the recursion is cut, with their own effects: their calls to members have no effect. */
type Cut = Map<FunctionRef, FunctionSummary>;

/**
 * Interprets the members of a recursive component, in order, until a pass changes none of them. If that does not
 * converge, or leaves members without an exit, the recursion is cut at those members alone, and the others are solved
 * again: a large component nearly always has a few such members, and the releases of the others do not depend on them. A
 * cut member keeps its own effects: a helper that releases a lock and then recurs releases it for every caller.
 */
export function* fixpoint(
  component: readonly FunctionRef[],
  inPass: InPass,
): Generator<void, ReadonlyMap<FunctionRef, Pass>> {
  const cut: Cut = new Map();
  const alone: Assumed = new Map(component.map((fn) => [fn, undefined]));
  for (let round = 0; ; round++) {
    const now = yield* solve(component, cut, inPass);
    const stuck = now.restless.length > 0 ? now.restless : yield* withoutWayOut(component, cut, now, inPass);
    if (stuck.length === 0) return yield* withCut(component, cut, now, inPass);
    for (const fn of round < BOUNDS.recursionCuts ? stuck : component)
      if (!cut.has(fn)) cut.set(fn, (yield* inPass(fn, alone)).summary);
  }
}

/** Interprets the members that are not cut, from the bottom. */
function* solve(component: readonly FunctionRef[], cut: Cut, inPass: InPass): Generator<void, Round> {
  const members = new Map<FunctionRef, FunctionSummary | undefined>();
  for (const fn of component) members.set(fn, cut.get(fn) ?? noExit(fn));
  const last = new Map<FunctionRef, Pass>();
  let restless: (readonly [FunctionSummary | undefined, FunctionSummary])[] = [];
  for (let pass = 0; pass < BOUNDS.recursionPasses; pass++) {
    restless = [];
    for (const fn of component) {
      if (cut.has(fn)) continue;
      const before = last.get(fn);
      if (before !== undefined && areMet(before, (callee) => members.get(callee), members)) continue;
      const now = yield* inPass(fn, members);
      const assumed = members.get(fn);
      if (now.summary.signature !== assumed?.signature) restless.push([assumed, now.summary]);
      members.set(fn, now.summary);
      last.set(fn, now);
    }
    if (restless.length === 0) break;
  }
  const changed = restless.filter(([before, after]) => effectOf(before) !== effectOf(after));
  return { members, last, restless: changed.map(([, { fn }]) => fn) };
}

/**
 * A call's effect on the held set, as text. Omits the call chains down to an acquisition and the locks acquired and
 * released on the way: both grow with every round of a recursion, over one object after another, and the rounds already
 * followed suffice.
 */
function effectOf(summary: FunctionSummary | undefined): string {
  return everyExit(summary).map(effectKey).join('\n');
}

/**
 * Members without a return path only because the others are assumed to have none: the code that ends the recursion is
 * probably not visible. A member that never returns, whatever the others do, correctly has no exit: it panics or loops
 * forever.
 */
function* withoutWayOut(
  component: readonly FunctionRef[],
  cut: Cut,
  { members, last }: Round,
  inPass: InPass,
): Generator<void, readonly FunctionRef[]> {
  const open = new Set(component.filter((fn) => !cut.has(fn) && last.get(fn)?.summary.exits.length === 0));
  const assumed = new Map(members);
  for (const fn of open) assumed.set(fn, undefined);
  for (let isSettled = open.size === 0; !isSettled;) {
    isSettled = true;
    for (const fn of open) {
      if ((yield* inPass(fn, assumed)).summary.exits.length > 0) continue;
      open.delete(fn);
      assumed.set(fn, members.get(fn));
      isSettled = false;
    }
  }
  return [...open];
}

/** The results, with those of the members that were cut. */
function* withCut(
  component: readonly FunctionRef[],
  cut: Cut,
  { members, last }: Round,
  inPass: InPass,
): Generator<void, ReadonlyMap<FunctionRef, Pass>> {
  const results = new Map<FunctionRef, Pass>();
  for (const fn of component) {
    const { summary, ...rest } = last.get(fn) ?? (yield* inPass(fn, members));
    const gaps = cut.has(fn) ? [...summary.gaps, recursionGap(component)] : summary.gaps;
    results.set(fn, { ...rest, summary: gaps === summary.gaps ? summary : { ...summary, gaps } });
  }
  return results;
}
