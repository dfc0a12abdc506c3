import { calleeName } from '../../../skeleton/lowering/events.js';
import { absolute, type Span } from '../../../base/span.js';
import { leadsToAny } from '../../../graph/events/leads-to.js';
import { lockEventsOf } from '../../../graph/paths/lock-events.js';
import type { Block, Event, EventId } from '../../../skeleton/types.js';
import type { FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { placeOf } from '../missing-unlock/ends-at.js';

const UNLOCKS = /(?:^|_)unlock(?:_|$)/;
const LOCKS = /(?:^|_)(?:try_?)?lock(?:_|$)/;

/** Where the lock would still be held: at the exits of these blocks, or at this event. */
export interface HeldAt {
  readonly at?: readonly Span[];
  readonly event?: EventId;
}

/**
 * Whether a function without a visible body, whose name says that it unlocks something, may have released the lock: on a
 * path from there to a place where it would be held, or to its next acquisition, nothing visible releases it. If an
 * unseen function that locks is called with the lock held, the other one is probably its counterpart.
 */
export function isReleasedUnseen(
  { around }: CheckContext,
  summary: FunctionSummary,
  lock: HeldLock,
  { at = [], event }: HeldAt,
): boolean {
  const skeleton = around.program.skeleton(summary.fn);
  if (skeleton === undefined) return false;
  const { ends, takes } = lockEventsOf(around, summary, lock);
  const until = new Set([...takes, lock.site.event, ...(event === undefined ? [] : [event])]);
  const underIt = new Set(
    summary.calls
      .filter(({ targets }) => !targets.some((target) => around.summaryOf(target) !== undefined))
      .filter(({ locksets }) =>
        locksets.some(({ held }) => held.some(({ site }) => site.event === lock.site.event)),
      )
      .map(({ site }) => site.event),
  );
  const calls = skeleton.blocks.flatMap(({ events }) =>
    events.filter(({ k, id }) => k === 'call' && underIt.has(id)),
  );
  const places = new Set(at.map(placeOf));
  const isGoalExit = ({ exit }: Block): boolean =>
    'at' in exit && places.has(placeOf(absolute(exit.at, summary.fn.line)));
  return calls.some((call) => {
    const counterparts = counterpartsOf(call, calls);
    if (counterparts === undefined) return false;
    const isHeldOn = leadsToAny(skeleton, call.id, {
      isGoal: ({ id }) => until.has(id),
      isGoalExit,
      ends: ({ id }) => ends.has(id),
    });
    const isPaired = leadsToAny(skeleton, lock.site.event, {
      isGoal: ({ id }) => counterparts.has(id),
      ends: ({ id }) => ends.has(id) || id === call.id,
    });
    return isHeldOn && !isPaired;
  });
}

/** The calls of functions that lock what this one unlocks, by their names; `undefined` if it does not say that it does. */
function counterpartsOf(call: Event, calls: readonly Event[]): ReadonlySet<EventId> | undefined {
  const name = calleeName(call) ?? '';
  if (!UNLOCKS.test(name)) return undefined;
  const rest = name.replace(UNLOCKS, '_');
  const locks = calls.filter(
    (other) => LOCKS.test(calleeName(other) ?? '') && (calleeName(other) ?? '').replace(LOCKS, '_') === rest,
  );
  return new Set(locks.map(({ id }) => id));
}
