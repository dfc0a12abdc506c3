import { withoutSubclass } from '../../../summaries/state/held.js';
import type { ExitEffect, FunctionSummary, LockRef, LockUse } from '../../../summaries/state/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import { LockFlow, type LockEvents } from '../../../graph/paths/lock-flow.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { Block, BlockId, EventId } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether a branch decides, with the lock free however it is reached, for code that arrives at this release on every path
 * without another acquisition: `goto unlock` in front of the acquisition.
 */
export function leadsToRelease(context: CheckContext, summary: FunctionSummary, use: LockUse): boolean {
  const skeleton = context.around.program.skeleton(summary.fn);
  if (skeleton === undefined || use.site.via !== undefined) return false;
  const { blocks } = skeleton;
  const events = lockEventsOf(context, summary, use);
  const isOfCaller = summary.uses.some(
    ({ k, ended, lock }) => k === 'release' && ended === 'foreign' && lock.term.key === use.lock.term.key,
  );
  const flow = new LockFlow(blocks, events, !isOfCaller);
  const bound = boundToRelease(blocks, events);
  return blocks.some(
    ({ exit }, id) =>
      exit.k === 'branch' &&
      flow.isFreeBehind(id) &&
      [exit.whenTrue, exit.whenFalse].some(
        (to) => bound.has(to) && firstIs(blocks, to, use.site.event, events),
      ),
  );
}

/** What a function's own events and its callees do to the lock of a release. */
function lockEventsOf({ around }: CheckContext, summary: FunctionSummary, use: LockUse): LockEvents {
  const key = withoutSubclass(keyOf(use.lock) ?? '');
  const isLock = (lock: LockRef): boolean => withoutSubclass(keyOf(lock) ?? '') === key;
  const takes = new Set<EventId>();
  const ends = new Set<EventId>();
  const unsure = new Set<EventId>();
  for (const { lock, site, api } of summary.acquires) {
    if (!isLock(lock)) continue;
    const isSure = site.via === undefined && around.models.lockApi(api)?.success === undefined;
    (isSure && lock.term.key === use.lock.term.key ? takes : unsure).add(site.event);
  }
  for (const { k, lock, site } of summary.uses) {
    if (k !== 'release' || !isLock(lock)) continue;
    (site.via === undefined && lock.term.key === use.lock.term.key ? ends : unsure).add(site.event);
  }
  const changes = ({ acquired, released }: ExitEffect): boolean =>
    acquired.some(isLock) || released.some(isLock);
  for (const { targets, callee, site } of summary.calls)
    if (
      callee !== undefined ||
      targets.some((target) => around.summaryOf(target)?.exits.some(changes) === true)
    )
      unsure.add(site.event);
  return { takes, ends, unsure };
}

/** Blocks from which every path arrives at a release before anything else happens to the lock. */
function boundToRelease(blocks: readonly Block[], events: LockEvents): ReadonlySet<BlockId> {
  const bound = new Set<BlockId>();
  for (let grew = true; grew;) {
    grew = false;
    blocks.forEach((block, id) => {
      if (bound.has(id)) return;
      const first = firstOf(block, events);
      const to = successors(block.exit);
      const isBound =
        first === undefined
          ? block.exit.k === 'stop' || (to.length > 0 && to.every((next) => bound.has(next)))
          : events.ends.has(first);
      if (!isBound) return;
      bound.add(id);
      grew = true;
    });
  }
  return bound;
}

/** Whether some path from a block arrives at `release` before anything else happens to the lock. */
function firstIs(blocks: readonly Block[], from: BlockId, release: EventId, events: LockEvents): boolean {
  const seen = new Set<BlockId>([from]);
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const block = blocks[id];
    if (block === undefined) continue;
    const first = firstOf(block, events);
    if (first === release) return true;
    if (first !== undefined) continue;
    for (const to of successors(block.exit)) {
      if (seen.has(to)) continue;
      seen.add(to);
      open.push(to);
    }
  }
  return false;
}

/** The first event of a block that does or may do something to the lock. */
function firstOf(block: Block, { takes, ends, unsure }: LockEvents): EventId | undefined {
  return block.events.find(({ id }) => takes.has(id) || ends.has(id) || unsure.has(id))?.id;
}
