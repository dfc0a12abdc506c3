import { hashText } from '../../../base/hash.js';
import { matchHeld } from '../../../summaries/state/held.js';
import { annotationsOf } from '../../../link/calls/annotations.js';
import type { FunctionSummary, LockRef, Lockset } from '../../../summaries/state/types.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOtherEachRound } from '../../../graph/events/rounds.js';
import { lockEventsOf } from '../../../graph/paths/lock-events.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { LockKind, Models } from '../../../models/types.js';
import type { CheckContext } from '../../engine/check.js';
import { tellChain } from '../../story/chain.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import { withWays } from '../../story/told-ways.js';
import type { Finding } from '../../types.js';
import { compareAsRange, rangesOf } from '../missing-unlock/conditions/ranges.js';
import { isReleasedForMore } from '../missing-unlock/conditions/weaker.js';
import { firstIs, leadsToRelease } from './leads-to-release.js';
import { foreignReleases, type LeadingRelease } from './releases.js';

/** Whether the lock has one owner, so that another thread's acquisition cannot be the one released here. */
export function isReleasedByOwner(models: Models, kind: LockKind, api: string): boolean {
  // I/O clears a bit lock in a page or buffer; a bit that its owner spins on is a spinlock.
  return OWNED_KINDS.includes(kind) || (kind === 'bit_lock' && models.lockApi(api)?.atomic === true);
}

/** Whether the task that takes such a lock also releases it. An RCU read section also ends where it began. */
function isBalanced(kind: LockKind): boolean {
  return OWNED_KINDS.includes(kind) || kind === 'rcu';
}

/**
 * Releases of a lock that the function takes and releases elsewhere, on a path that has already released it or has
 * never taken it. A callee may release it on behalf of its caller.
 */
export function releasedUnheld(
  context: CheckContext,
  summary: FunctionSummary,
  recursive: ReadonlySet<string>,
): readonly Finding[] {
  const findings = new Map<string, Finding>();
  const { models } = context.around;
  if (summary.fn.item?.calls.some((name) => models.statesAcquisition(name)) === true) return [];
  if (summary.gaps.length > 0 || isSaidToRelease(context, summary)) return [];
  for (const release of foreignReleases(context, summary)) {
    const { lock, steps } = release;
    const key = keyOf(lock);
    if (key === undefined || recursive.has(key) || !isBalanced(lock.kind)) continue;
    if (isOtherEachRound(context.around.program, lock, steps[0])) continue;
    const ranges = rangesOf(context, summary, lock);
    const isForMore =
      (ranges === undefined
        ? isReleasedForMore(context, summary, lock, steps[0].event)
        : compareAsRange(ranges).isUntaken) && !isHeldByCaller(context, summary, key);
    if (!isForMore && !leadsToRelease(context, summary, lock, steps[0].event, true)) continue;
    if (!context.proofs.mayTry(summary.fn, steps[0])) continue;
    const unheld = context.proofs.arrive(steps).filter(isUnheld);
    const arrived =
      unheld.find(({ lock: one, ended }) => one !== undefined && ended.has(one.term.key)) ??
      (isForMore || mayBeOwn(context, summary, release) ? unheld[0] : undefined);
    if (arrived === undefined) continue;
    const finding = report(context, summary, release, arrived);
    if (!findings.has(finding.id)) findings.set(finding.id, finding);
  }
  return [...findings.values()];
}

/** Whether an annotation says that the function releases a lock for its caller. */
export function isSaidToRelease({ around }: CheckContext, { fn }: FunctionSummary): boolean {
  return annotationsOf(around.program, fn).some(({ name }) => name.includes('releases'));
}

/**
 * Whether the function takes this lock for itself and releases it here. Some path acquires the lock with a blocking
 * call before any other operation on it, which would deadlock if a caller held it; some path arrives here with the lock
 * held; and no caller visibly holds a lock of the class. A function that temporarily drops its caller's lock begins
 * with a release.
 */
function mayBeOwn(context: CheckContext, summary: FunctionSummary, { lock, steps }: LeadingRelease): boolean {
  const { around } = context;
  const key = keyOf(lock);
  const skeleton = around.program.skeleton(summary.fn);
  if (skeleton === undefined) return false;
  const holds = ({ held }: Lockset): boolean => held.some((one) => one.term.key === lock.term.key);
  const [{ event }] = steps;
  const here = [...summary.uses, ...summary.calls].filter(({ site }) => site.event === event);
  if (!here.some(({ locksets }) => locksets.some(holds))) return false;
  // The end of a guard's scope belongs to its beginning, even if an `#if` surrounds the beginning.
  if (eventsOf(skeleton).some((one) => one.id === event && one.k === 'release' && one.implied === true))
    return false;
  const events = lockEventsOf(around, summary, lock);
  // A lock that a callee may have taken is not certain to be free, unless some way comes here without such a call. Another
  // call of a function that returns with the lock may have left it held.
  if (
    events.unsure.size > events.arms.size &&
    (keeps(summary, lock) || !firstIs(skeleton.blocks, 0, event, events))
  )
    return false;
  const waits = new Set(
    summary.acquires
      .filter((one) => one.lock.term.key === lock.term.key && !one.nonBlocking)
      .map(({ site }) => site.event),
  );
  const begins = [...events.takes, ...waits].some((take) => firstIs(skeleton.blocks, 0, take, events));
  return begins && key !== undefined && !isHeldByCaller(context, summary, key);
}

/** Whether some visible caller holds a lock of the class. */
function isHeldByCaller({ collected }: CheckContext, { fn }: FunctionSummary, key: string): boolean {
  const calls = new KnownCallers(collected).seen(fn);
  return calls.some(({ locksets }) => locksets.some(({ held }) => held.some((one) => keyOf(one) === key)));
}

/** Whether some exit of the function keeps the lock for its caller. */
function keeps({ rawExits }: FunctionSummary, lock: LockRef): boolean {
  const key = keyOf(lock);
  return rawExits.some(({ acquired }) => acquired.some((one) => keyOf(one) === key));
}

function isUnheld({ lock, held }: Arrived): boolean {
  return lock !== undefined && matchHeld(held, lock) < 0;
}

function report(
  { around }: CheckContext,
  { fn }: FunctionSummary,
  { lock, steps }: LeadingRelease,
  arrived: Arrived,
): Finding {
  const { classes } = around;
  const key = keyOf(lock) ?? '';
  const name = spoken(classes, key);
  const isAgain = arrived.ended.has(arrived.lock?.term.key ?? '');
  const [, callee] = steps;
  const identity = ['unbalanced-unlock', fn.file, fn.name, key, 'unheld', callee?.fn.name ?? ''];
  const where = callee === undefined ? 'releases' : `calls ${callee.fn.name}(), which releases`;
  return withWays(
    {
      id: hashText(identity.join('\n')),
      rule: 'unbalanced-unlock',
      severity: 'warning',
      confidence: 'high',
      message: `${where} ${name}, which this path has ${isAgain ? 'already released' : 'not taken'}`,
      at: locationOf(steps[0]),
      locks: [shown(classes, key)],
      story: tellChain(classes, steps, `releases ${name}`, 0),
      assumes: [{ reason: 'ownership', text: `no caller of ${fn.name}() holds ${name}` }],
      witnesses: [witnessId(identity)],
      evidence: [],
      fixes: [],
    },
    [{ root: fn, facts: arrived.facts }],
  );
}
