import { BOUNDS } from '../base/bounds.js';
import { contextKey, ENTRY_CONTEXT } from './context.js';
import type { Moment } from './types.js';

/**
 * Adds a held set to an event, unless it is already there or the limit is reached.
 * @param key the moment's {@link momentKey}
 */
export function addMoment(moments: Moment[], moment: Moment, key: string): void {
  if (moments.length >= BOUNDS.heldSetsPerEvent || moments.some((known) => momentKey(known) === key)) return;
  moments.push({ held: moment.held, released: moment.released, context: moment.context });
}

/** The empty held set in the entry context. */
const NOTHING_HELD: readonly Moment[] = [{ held: [], released: [], context: ENTRY_CONTEXT }];

/** Shares held sets between the events of one function; most events have equal ones. */
export class MomentPool {
  private readonly known = new Map<string, readonly Moment[]>();

  /** One shared object for all events with these moments. */
  shared(moments: readonly Moment[]): readonly Moment[] {
    const [only] = moments;
    // The array grew by push and has spare capacity.
    if (moments.length !== 1 || only === undefined) return moments.slice();
    const key = momentKey(only);
    if (key === NOTHING) return NOTHING_HELD;
    const known = this.known.get(key);
    if (known?.[0] !== undefined && isSame(known[0], only)) return known;
    const exact = moments.slice();
    if (known === undefined) this.known.set(key, exact);
    return exact;
  }
}

/** Whether two moments hold the same locks, acquired at the same sites. */
function isSame(a: Moment, b: Moment): boolean {
  return (
    a.held.every((lock, i) => lock === b.held[i]) && a.released.every((lock, i) => lock === b.released[i])
  );
}

/** Equal for equal held sets in equal contexts. */
export function momentKey(moment: Moment): string {
  let text = '';
  for (const lock of moment.held) text += `${lock.term.key};`;
  text += '|';
  for (const lock of moment.released) text += `${lock.term.key};`;
  return `${text}|${contextKey(moment.context)}`;
}

const NOTHING = momentKey({ held: [], released: [], context: ENTRY_CONTEXT });
