import { isByCall } from '../../../summaries/solver/lock-functions.js';
import { BOUNDS } from '../../../base/bounds.js';
import { hashText } from '../../../base/hash.js';
import { within } from '../../../graph/events/bounded.js';
import { keyOf } from '../../../graph/events/collect.js';
import { blockOf, eventAt, eventsOf } from '../../../skeleton/lowering/events.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import { blockAt } from '../../../skeleton/lowering/block-paths.js';
import type { BlockId, EventId, Skeleton } from '../../../skeleton/types.js';
import { matchHeld } from '../../../summaries/state/held.js';
import type { FunctionSummary, HeldLock, LockRef, LockUse } from '../../../summaries/state/types.js';
import type { LockKind } from '../../../models/types.js';
import type { CheckContext } from '../../engine/check.js';
import { constantsBehind } from '../../../summaries/solver/straight-path.js';
import { releasedByHelpers } from './other-mode-of-helper.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/**
 * Write releases of a lock held for reading, and the reverse: `read_lock(l); … write_unlock(l);`, also by a helper that is
 * told the mode. Only where every path arrives with the lock in the other mode, or behind a downgrade, or where nothing
 * asks in which mode a path has taken it.
 */
export function releasedInOtherMode(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  if (summary.gaps.length > 0 || summary.uses.length + summary.calls.length === 0) return [];
  const isUnsure = (lock: HeldLock): boolean => lock.mode === 'write' && isDowngradedBelow(context, summary);
  const own = summary.uses.flatMap((use) => {
    if (isByCall(summary, use.site)) return [];
    const lock =
      inOtherMode(context, summary, use) ??
      downgradedBefore(context, summary, use) ??
      inOtherModeOnOnePath(context, summary, use);
    return lock === undefined || isUnsure(lock) ? [] : [report(context, summary, use, lock)];
  });
  const byHelpers = releasedByHelpers(context, summary, HAVE_MODES).flatMap(
    ({ call, helper, released, lock }) =>
      isUnsure(lock)
        ? []
        : [report(context, summary, { lock: released, api: helper, site: call.site }, lock)],
  );
  return [...own, ...byHelpers];
}

function inOtherMode({ around }: CheckContext, summary: FunctionSummary, use: LockUse): HeldLock | undefined {
  const released = around.models.lockApi(use.api);
  if (use.k !== 'release' || use.ended !== 'own' || !use.uniform || use.site.via !== undefined)
    return undefined;
  if (released?.op !== 'release' || !HAVE_MODES.has(use.lock.kind)) return undefined;
  const isThis = ({ term }: LockRef): boolean => term.key === use.lock.term.key;
  // A path that holds the lock twice has lost a condition.
  if (use.locksets.some((one) => one.held.filter(isThis).length > 1)) return undefined;
  const held = heldAt(use);
  const [first] = held;
  if (first === undefined || !held.every((lock) => isInOtherMode(lock, use))) return undefined;
  const isDowngraded = around.models.lockApi(first.api)?.mode !== first.mode;
  const skeleton = around.program.skeleton(summary.fn);
  const alsoTaken = summary.acquires.some(
    ({ lock, site }) =>
      isThis(lock) &&
      lock.mode === use.lock.mode &&
      (skeleton === undefined || site.via !== undefined || arrivesHeld(skeleton, site.event, use.site.event)),
  );
  return isDowngraded || !alsoTaken ? first : undefined;
}

/** The lock that each path has at its release. */
function heldAt({ lock, locksets }: LockUse): readonly (HeldLock | undefined)[] {
  return locksets.map(({ held }) => held[matchHeld(held, lock)]);
}

/** Whether the function itself certainly holds the released lock, in the other mode. */
function isInOtherMode(held: HeldLock | undefined, { lock }: LockUse): held is HeldLock {
  return (
    held?.certain === true &&
    held.site.via === undefined &&
    held.term.key === lock.term.key &&
    held.mode !== lock.mode
  );
}

/** Whether some path leads from an acquisition to a release without another release or a downgrade in between. */
function arrivesHeld(skeleton: Skeleton, taken: EventId, released: EventId): boolean {
  const seen = new Set<BlockId>();
  const open: { readonly block: BlockId; readonly from: number }[] = [];
  const start = blockOf(skeleton, taken);
  const use = eventAt(skeleton, released);
  const lock = use !== undefined && 'lock' in use ? use.lock : undefined;
  const idsIn = (block: BlockId): readonly EventId[] => blockAt(skeleton, block).events.map(({ id }) => id);
  open.push({ block: start, from: idsIn(start).indexOf(taken) + 1 });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { events, exit } = blockAt(skeleton, next.block);
    const end = events
      .slice(next.from)
      .find((one) => (one.k === 'release' || one.k === 'downgrade') && one.lock === lock);
    if (end?.id === released) return true;
    if (end !== undefined) continue;
    for (const block of successors(exit)) {
      if (seen.has(block)) continue;
      seen.add(block);
      open.push({ block, from: 0 });
    }
  }
  return false;
}

/**
 * The lock that a write release ends after a downgrade, although other paths reach the release without one. No
 * condition between the place where the paths join and the release could distinguish them.
 */
function downgradedBefore(
  { around }: CheckContext,
  { fn }: FunctionSummary,
  use: LockUse,
): HeldLock | undefined {
  if (use.k !== 'release' || use.ended !== 'own' || use.site.via !== undefined) return undefined;
  if (use.lock.mode !== 'write' || !HAVE_MODES.has(use.lock.kind)) return undefined;
  const skeleton = around.program.skeleton(fn);
  const lock = heldAt(use).find(
    (one) => isInOtherMode(one, use) && around.models.lockApi(one.api)?.mode === 'write',
  );
  if (skeleton === undefined || lock === undefined) return undefined;
  const downgrades = eventsOf(skeleton).filter(({ k }) => k === 'downgrade');
  return downgrades.some(({ id }) => constantsBehind(skeleton, id, use.site.event) !== undefined)
    ? lock
    : undefined;
}

/**
 * The lock that a path takes in the other mode and brings here through a label that paths share which take it in this mode:
 * `case A: down_read(s); goto out; case B: down_write(s); goto out; … out: up_read(s);`.
 */
function inOtherModeOnOnePath(
  { around }: CheckContext,
  { fn }: FunctionSummary,
  use: LockUse,
): HeldLock | undefined {
  const skeleton = around.program.skeleton(fn);
  if (use.k !== 'release' || use.ended !== 'own' || !use.uniform || use.site.via !== undefined)
    return undefined;
  if (skeleton === undefined || !HAVE_MODES.has(use.lock.kind)) return undefined;
  return heldAt(use).find(
    (lock) =>
      isInOtherMode(lock, use) &&
      around.models.lockApi(lock.api)?.mode === lock.mode &&
      constantsBehind(skeleton, lock.site.event, use.site.event) !== undefined,
  );
}

/** Whether a callee may downgrade its caller's write lock to a read lock, itself or through its own callees. */
function isDowngradedBelow({ around }: CheckContext, { calls }: FunctionSummary): boolean {
  const downgrades = within(around, ({ item, macro }) =>
    (item?.calls ?? macro?.calls ?? []).some((name) => around.models.lockApi(name)?.op === 'downgrade'),
  );
  return calls.some(({ targets }) =>
    targets.some((callee) => downgrades.of(callee, BOUNDS.callsToDowngrade - 1)),
  );
}

const HAVE_MODES: ReadonlySet<LockKind> = new Set(['rwlock', 'rwsem', 'percpu_rwsem']);

function report(
  { around }: CheckContext,
  { fn }: FunctionSummary,
  use: Pick<LockUse, 'lock' | 'api' | 'site'>,
  lock: HeldLock,
): Finding {
  const { classes } = around;
  const key = keyOf(use.lock) ?? keyOf(lock) ?? '';
  const name = key === '' ? 'the lock' : spoken(classes, key);
  const identity = ['unbalanced-unlock', fn.file, fn.name, key, 'mode', use.lock.mode];
  return {
    id: hashText(identity.join('\n')),
    rule: 'unbalanced-unlock',
    severity: 'warning',
    confidence: 'high',
    message: `${use.api}() releases ${name} for ${NAMES[use.lock.mode]}, which is held for ${NAMES[lock.mode]}`,
    at: locationOf(use.site),
    locks: key === '' ? [] : [shown(classes, key)],
    story: [
      { path: 0, ...locationOf(lock.site), text: `takes ${name} with ${lock.api}()`, held: [] },
      { path: 0, ...locationOf(use.site), text: `releases it for ${NAMES[use.lock.mode]}`, held: [name] },
    ],
    assumes: [{ reason: 'path', text: 'no callee in between changes the mode' }],
    witnesses: [witnessId(identity)],
    evidence: [],
    fixes: [],
  };
}

const NAMES = { read: 'reading', write: 'writing' } as const;
