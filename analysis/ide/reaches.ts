import { absolute, type Location } from '../base/span.js';
import type { LockClass } from '../graph/events/types.js';
import type { FunctionRef } from '../link/types.js';
import { placeAt } from './place.js';
import type { Position, View } from './view.js';

/** Levels of calls followed up, callers per function, paths in all. */
const MAX_UP = 5;
const MAX_CALLERS = 24;
const MAX_PATHS = 200;

/** One step on the path to an acquisition: a call, or the acquisition at the end. */
export interface ReachStep {
  readonly function: string;
  readonly at: Location;
  /** Class ids certainly held just before, without what callers hold. */
  readonly held: readonly string[];
}

export interface Reached {
  readonly lock: LockClass;
  /**
   * Each path from its outermost caller down. A caller that holds nothing starts a path only if nobody calls
   * it.
   */
  readonly paths: readonly (readonly ReachStep[])[];
}

/**
 * Callers that lead to the acquisition at a position (or, in a function's name, its first acquisition) by
 * direct calls, and what they hold. `undefined` if nothing is acquired.
 */
export function reachesAt(view: View, file: string, position: Position): Reached | undefined {
  const place = placeAt(view.program, file, position);
  const summary = place && view.analysis.summary(place.fn);
  if (!place || !summary) return undefined;
  const event = place.covering
    .map((each) => each.event)
    .find(({ k }) => k === 'acquire' || k === 'try' || k === 'transient');
  const lock = event && view.analysis.inspection.lock(summary.lockOf.get(event.id) ?? '');
  if (!event || !lock) return undefined;
  const end: ReachStep = {
    function: place.fn.name,
    at: { file, ...absolute(event.at, place.fn.line) },
    held: ids(summary.heldAt.get(event.id)),
  };
  return { lock, paths: ascend(view, place.fn, end) };
}

interface CallerPath {
  readonly fn: FunctionRef;
  readonly steps: readonly ReachStep[];
}

function ascend(view: View, fn: FunctionRef, end: ReachStep): readonly (readonly ReachStep[])[] {
  const paths: (readonly ReachStep[])[] = [];
  let level: readonly CallerPath[] = [{ fn, steps: [end] }];
  for (let calls = 0; calls <= MAX_UP && level.length > 0; calls += 1) {
    const next: CallerPath[] = [];
    for (const way of level) {
      const callers = calls < MAX_UP ? callsOf(view, way) : [];
      const first = way.steps[0];
      // A caller that holds something gets a path of its own, as does an uncalled one while nothing is held.
      const isFree = callers.length === 0 && way.steps.every(({ held }) => held.length === 0);
      if (isFree || (first && first.held.length > 0)) paths.push(way.steps);
      next.push(...callers);
      if (paths.length + next.length >= MAX_PATHS) break;
    }
    level = next;
  }
  return paths.slice(0, MAX_PATHS);
}

function callsOf(view: View, { fn, steps }: CallerPath): CallerPath[] {
  const seen = new Set(steps.map((step) => `${step.at.file}:${step.function}`));
  return view.program
    .callers(fn)
    .slice(0, MAX_CALLERS)
    .flatMap((caller): CallerPath[] => {
      if (caller === fn || seen.has(`${caller.file}:${caller.name}`)) return [];
      return callSites(view, caller, fn).map((step) => ({ fn: caller, steps: [step, ...steps] }));
    });
}

/** The calls of a function by another; those with the same held set once. */
function callSites(view: View, caller: FunctionRef, callee: FunctionRef): readonly ReachStep[] {
  const skeleton = view.program.skeleton(caller);
  const summary = view.analysis.summary(caller);
  const step = (at: Location, held: readonly string[]): ReachStep => ({ function: caller.name, at, held });
  const sites = new Map<string, ReachStep>();
  for (const { events } of skeleton?.blocks ?? []) {
    for (const event of events) {
      if (event.k !== 'call' || event.callee !== callee.name) continue;
      const held = ids(summary?.heldAt.get(event.id));
      const key = held.join('\n');
      if (!sites.has(key))
        sites.set(key, step({ file: caller.file, ...absolute(event.at, caller.line) }, held));
    }
  }
  if (sites.size > 0) return [...sites.values()];
  // Not interpreted, so it holds nothing itself: the function as a whole.
  const { nameSpan } = caller.item ?? {};
  return nameSpan ? [step({ file: caller.file, ...nameSpan }, [])] : [];
}

function ids(held: readonly { readonly id: string }[] | undefined): readonly string[] {
  return [...new Set((held ?? []).map(({ id }) => id))];
}
