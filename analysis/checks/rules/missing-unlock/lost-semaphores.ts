import { ERROR_NUMBERS } from '../../../base/ctype.js';
import { absolute, type Span } from '../../../base/span.js';
import { keyOf } from '../../../graph/events/collect.js';
import { lockEventsOf } from '../../../graph/paths/lock-events.js';
import { Semaphores } from '../../../graph/waits/semaphores.js';
import { blocksLeadingTo, reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { BlockId, Event, Skeleton } from '../../../skeleton/types.js';
import { ZERO } from '../../../summaries/facts/fact.js';
import type { FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { placeOf } from './ends-at.js';
import { isErrorCode } from './kept-at-end.js';

/** A semaphore that is lost, and the returns that lose it. */
interface LostSemaphore {
  readonly lock: HeldLock;
  readonly at: readonly [Span, ...Span[]];
}

/**
 * Semaphores that other code releases after success, and the function itself after an error, kept on one error. The
 * function notices it before another error on which it still releases the semaphore, so nobody else knows of it yet.
 */
export function lostSemaphores(
  { collected, around }: CheckContext,
  summary: FunctionSummary,
): readonly LostSemaphore[] {
  const { fn, rawExits, gaps } = summary;
  const semaphores = rawExits.flatMap(({ acquired }) => acquired.filter(({ kind }) => kind === 'semaphore'));
  if (gaps.length > 0 || semaphores.length === 0 || !ERROR_NUMBERS.has(fn.item?.returns ?? '')) return [];
  const skeleton = around.program.skeleton(fn);
  const found = new Map<string, LostSemaphore>();
  for (const lock of semaphores) {
    const { key } = lock.term;
    const isSignal = Semaphores.of(collected, around.classes).mayBeSignal(keyOf(lock) ?? '', fn.file);
    const released = rawExits.filter(({ ended }) => ended.has(key));
    if (skeleton === undefined || !lock.certain || !isSignal || found.has(key) || released.length === 0)
      continue;
    if (released.some(({ signs }) => (signs & ZERO) !== 0)) continue;
    const held = rawExits.filter(({ acquired }) => acquired.some(({ term }) => term.key === key));
    const kept = new Set(held.flatMap(({ at }) => at.map(placeOf)));
    const { takes, ends } = lockEventsOf(around, summary, lock);
    const [first, ...more] = errorsBefore(skeleton, takes, ends)
      .map((span) => absolute(span, fn.line))
      .filter((span) => kept.has(placeOf(span)));
    if (first !== undefined) found.set(key, { lock, at: [first, ...more] });
  }
  return [...found.values()];
}

/** Whether the semaphore may be a signal: code other than its holder releases it. */
export function mayBeSignal({ collected, around }: CheckContext, lock: HeldLock, file: string): boolean {
  const key = keyOf(lock);
  return key === undefined || Semaphores.of(collected, around.classes).mayBeSignal(key, file);
}

/** Whether functions that have not acquired the semaphore release it: one kept where nothing has failed is for them. */
export function isForOthers({ collected, around }: CheckContext, lock: HeldLock): boolean {
  return Semaphores.of(collected, around.classes).releasesOf(keyOf(lock) ?? '').length > 0;
}

/**
 * The returns of an error that a branch leads to without an end of the lock, where its other side may still lead to one. Not
 * of the branch that asks whether the acquisition succeeded.
 */
function errorsBefore(
  skeleton: Skeleton,
  takes: ReadonlySet<number>,
  ends: ReadonlySet<number>,
): readonly Span[] {
  const hasOne = (events: readonly Event[], of: ReadonlySet<number>): boolean =>
    events.some(({ id }) => of.has(id));
  const ending = blocksLeadingTo(skeleton.blocks, ({ events }) => hasOne(events, ends));
  return skeleton.blocks.flatMap(({ events, exit }, id) => {
    if (exit.k !== 'branch' || hasOne(events, takes) || hasOne(events, ends) || !ending.has(id)) return [];
    const [failing, ...more] = successors(exit).filter((to) => !ending.has(to));
    return failing === undefined || more.length > 0 ? [] : failuresFrom(skeleton, failing);
  });
}

/** The returns that a block leads to, if all of them return an error that is stored on the way or written there. */
function failuresFrom(skeleton: Skeleton, from: BlockId): readonly Span[] {
  const NOWHERE: BlockId = -1;
  const region = [...reachableBlocks(skeleton, from, NOWHERE)].flatMap((id) => skeleton.blocks[id] ?? []);
  const stored = new Set(
    region.flatMap(({ events }) =>
      events.flatMap((event) =>
        event.k === 'assign' && isErrorCode(skeleton, event.value) ? [event.target] : [],
      ),
    ),
  );
  const spans: Span[] = [];
  for (const { exit } of region) {
    if (exit.k !== 'return') continue;
    if (!isErrorCode(skeleton, exit.value) && !stored.has(exit.value)) return [];
    spans.push(exit.at);
  }
  return spans;
}
