import type { Surroundings } from '../../summaries/surroundings.js';
import { dependency, isMet, stronger } from '../../summaries/solver/known.js';
import type { FunctionRef } from '../../link/types.js';

/** What a replay depended on for each function it used: {@link dependency}, {@link BODY}, or both. */
export type Noted = Map<FunctionRef, string>;

/** The same as stored with a replay: as arrays, in a third of the memory of a map. */
export interface UsedSummaries {
  readonly functions: readonly FunctionRef[];
  readonly on: readonly string[];
}

export function usedSummaries(noted: Noted): UsedSummaries {
  return { functions: [...noted.keys()], on: [...noted.values()] };
}

/** The function itself was run, with these targets of its calls through slots. */
const BODY = 'body:';
/** Separates the two where a function was run and its summary was queried as well: it recurs. */
const AND = '\n';

/** What is recorded of a function that was run, and of its summary. */
interface Note {
  readonly body: string | undefined;
  readonly summary: string | undefined;
}

function parse(on: string): Note {
  if (!on.startsWith(BODY)) return { body: undefined, summary: on };
  const end = on.indexOf(AND);
  return end < 0
    ? { body: on, summary: undefined }
    : { body: on.slice(0, end), summary: on.slice(end + AND.length) };
}

/**
 * Records a dependency on a function, next to those already recorded. A neutral summary that counts as none is the
 * weaker one.
 */
export function note(used: Noted, fn: FunctionRef, on: string): void {
  const known = used.get(fn);
  if (known === undefined) {
    used.set(fn, on);
    return;
  }
  if (known === on) return;
  const [old, now] = [parse(known), parse(on)];
  const body = old.body ?? now.body;
  const summary = now.summary === undefined ? old.summary : stronger(old.summary, now.summary);
  used.set(fn, [body, summary].filter((part) => part !== undefined).join(AND));
}

/** Records that a function was run, or would have been if it had a skeleton. */
export function noteRun(used: Noted, fn: FunctionRef, around: Surroundings): void {
  note(used, fn, around.program.hasSkeleton(fn) ? bodyOf(fn, around) : dependency(undefined));
}

/** What running a function depends on: its body, and the targets of its calls through slots. */
function bodyOf(fn: FunctionRef, around: Surroundings): string {
  return `${BODY}${around.slotsOf(fn)}`;
}

/** Records the dependencies of a cached result. */
export function noteAll(used: Noted, { functions, on }: UsedSummaries): void {
  for (const [i, what] of on.entries()) {
    const fn = functions[i];
    if (fn !== undefined) note(used, fn, what);
  }
}

/** Whether all dependencies are still valid. */
export function stillHolds({ functions, on }: UsedSummaries, around: Surroundings): boolean {
  return functions.every(
    (fn, i) => around.program.functionById(fn.id) === fn && holds(fn, on[i] ?? '', around),
  );
}

function holds(fn: FunctionRef, on: string, around: Surroundings): boolean {
  const known = around.summaryOf(fn);
  const { body, summary } = parse(on);
  return (
    (body === undefined || body === bodyOf(fn, around)) && (summary === undefined || isMet(known, summary))
  );
}
