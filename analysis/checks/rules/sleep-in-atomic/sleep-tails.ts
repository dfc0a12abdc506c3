import type { Following, SleepPoint } from '../../../graph/events/sleep.js';
import { flatten } from '../../../graph/paths/replay.js';
import type { FunctionRef } from '../../../link/types.js';
import type { FunctionSummary, Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';

/** A call path from a function's entry to an event that may sleep. */
export interface SleepTail {
  readonly tail: readonly Site[];
  readonly point: SleepPoint;
}

/** Where sleep points are searched. */
export interface SleepSearch {
  readonly around: Surroundings;
  readonly sleepers: Following;
  /** Sees each function on the way that is interpreted. */
  readonly visit?: (summary: FunctionSummary) => void;
}

/** The paths to sleep points exactly `calls` calls deep, which lead into none of the functions `above`. */
export function* sleepTails(
  search: SleepSearch,
  fn: FunctionRef,
  calls: number,
  above: readonly FunctionRef[] = [],
): Generator<SleepTail> {
  const { around, sleepers } = search;
  if (above.includes(fn) || !sleepers.reach(fn, calls)) return;
  const summary = around.summaryOf(fn);
  if (summary === undefined) {
    around.program.demand(fn, 'path');
    return;
  }
  search.visit?.(summary);
  if (calls === 0) {
    for (const point of sleepers.of(summary)) yield { tail: [point.site], point };
    return;
  }
  for (const call of summary.calls) {
    for (const callee of sleepers.following(call, calls - 1))
      for (const { tail, point } of sleepTails(search, callee, calls - 1, [...above, fn]))
        yield { tail: [...flatten(call.site), ...tail], point };
  }
}
