import { inCaller, type Term } from '../../summaries/locks/terms.js';
import type { Site } from '../../summaries/state/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';

/**
 * Arguments of the last step of a call path, in terms of the first function, by the arguments of the calls alone: no
 * path is replayed. `undefined` if a call on the path is unknown.
 */
export function boundArgs(
  around: Surroundings,
  steps: readonly Site[],
  args: readonly Term[],
): readonly Term[] | undefined {
  let bound = args;
  for (const { fn, event } of steps.slice(0, -1).reverse()) {
    const call = around
      .summaryOf(fn)
      ?.calls.find(({ site }) => site.event === event && site.via === undefined);
    if (call === undefined) return undefined;
    bound = bound.map((arg) => inCaller(arg, call.args));
  }
  return bound;
}
