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

/**
 * The dependencies with the successors of edited functions, the same object if there are none; `undefined` if some are not
 * valid any more.
 */
export function stillValid(used: UsedSummaries, around: Surroundings): UsedSummaries | undefined {
  const functions: FunctionRef[] = [];
  let isSame = true;
  for (const [i, fn] of used.functions.entries()) {
    const now = around.successor(fn);
    if (now === undefined || !holds(now, used.on[i] ?? '', now === fn, around)) return undefined;
    isSame &&= now === fn;
    functions.push(now);
  }
  return isSame ? used : { functions, on: used.on };
}

/** @param isItself whether it is the function that was used, not its successor, whose body is another one */
function holds(fn: FunctionRef, on: string, isItself: boolean, around: Surroundings): boolean {
  const known = around.summaryOf(fn);
  const { body, summary } = parse(on);
  return (
    (body === undefined || (isItself && body === bodyOf(fn, around))) &&
    (summary === undefined || isMet(known, summary))
  );
}
