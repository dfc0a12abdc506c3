import { matchHeld } from '../../../summaries/state/held.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isInLoop, isOtherEachRound, oneRound } from '../../../graph/events/rounds.js';
import { lockEventsOf, type FollowedEvents } from '../../../graph/paths/lock-events.js';
import { boundTo } from '../../../graph/paths/lock-flow.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import { blocksBefore, reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import { blockOf, eventAt } from '../../../skeleton/lowering/events.js';
import type { Block, BlockId, EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { FunctionSummary, HeldLock, LockUse } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import type { Finding } from '../../types.js';
import { answerOf, report } from './failed-acquire.js';
import { firstIs } from './leads-to-release.js';

/**
 * Releases of the lock of a loop's current element although this round has failed to take it:
 * `if (!trylock(&e->lock)) goto next; … next: unlock(&e->lock);`. The arm of the failure leads only to the release,
 * which ends the section that the other arm begins, and nothing assigns the variables that name the element in between.
 * A caller cannot hold the locks of all elements, so the confidence is high.
 */
export function releasedAfterFailureInRound(
  context: CheckContext,
  summary: FunctionSummary,
): readonly Finding[] {
  const { program } = context.around;
  // Rounds that exceed the budget of states change nothing within one round.
  if (!summary.gaps.every(({ kind }) => kind === 'state-budget')) return [];
  if (!summary.uses.some(isForeignRelease)) return [];
  const skeleton = program.skeleton(summary.fn);
  if (skeleton === undefined) return [];
  const findings = new Map<string, Finding>();
  for (const [event, { lock, releases }] of sectionsOfRounds(context, summary)) {
    const [, release] =
      releases.find(([at]) => isBoundTo(context, summary, skeleton, lock, releases, at)) ?? [];
    if (release === undefined || !context.proofs.mayTry(summary.fn, release.site)) continue;
    const failed = context.proofs.arrive([release.site]).find((arrived) => isFree(arrived, lock));
    if (failed === undefined) continue;
    const by = lock.site.via === undefined ? lock.api : calledAt(summary, event);
    const finding = report(context, summary, { lock, steps: [release.site] }, failed, {
      by,
      site: lock.site,
      confidence: 'high',
    });
    if (!findings.has(finding.id)) findings.set(finding.id, finding);
  }
  return [...findings.values()];
}

/** A lock that an event of a loop takes, and the releases that end its section, by event. */
interface Section {
  readonly lock: HeldLock;
  readonly releases: readonly (readonly [EventId, LockUse])[];
}

/** The locks of elements that loops take, by the event that takes them. */
function sectionsOfRounds(
  { around: { program } }: CheckContext,
  { uses, acquires }: FunctionSummary,
): ReadonlyMap<EventId, Section> {
  const sections = new Map<EventId, { lock: HeldLock; releases: Map<EventId, LockUse> }>();
  for (const use of uses) {
    if (use.k !== 'release' || use.site.via !== undefined || !OWNED_KINDS.includes(use.lock.kind)) continue;
    for (const { held } of use.locksets) {
      for (const lock of held) {
        if (lock.term.key !== use.lock.term.key || keyOf(lock) === undefined) continue;
        if (!isInLoop(program, lock.site) || !isOtherEachRound(program, lock, lock.site)) continue;
        const { event } = lock.site;
        const own = acquires.find(({ site }) => site.event === event && site.via === undefined);
        const section = sections.get(event) ?? { lock: { ...lock, ...own?.lock }, releases: new Map() };
        section.releases.set(use.site.event, use);
        sections.set(event, section);
      }
    }
  }
  return new Map(
    [...sections].map(([event, { lock, releases }]) => [event, { lock, releases: [...releases] }]),
  );
}

function isForeignRelease({ k, ended, site }: LockUse): boolean {
  return k === 'release' && ended === 'foreign' && site.via === undefined;
}

/** Whether the arm of the failure leads only to releases of this section, first to this one, within the round. */
function isBoundTo(
  { around }: CheckContext,
  summary: FunctionSummary,
  skeleton: Skeleton,
  lock: HeldLock,
  releases: Section['releases'],
  release: EventId,
): boolean {
  const { event } = lock.site;
  const at = blockOf(skeleton, event);
  const ends = new Set(releases.map(([one]) => one));
  const known = lockEventsOf(around, summary, lock, lock.site.via === undefined ? undefined : event);
  const arm = known.arms.get(at);
  if (arm === undefined) return false;
  const unsure = new Set([...known.unsure, ...known.ends, ...known.takes].filter((one) => !ends.has(one)));
  const events: FollowedEvents = { ...known, takes: new Set(), ends, unsure };
  const round = oneRound(skeleton, at);
  // A round that goes on without a release is not bound to one.
  const blocks = round.blocks.map((block, id): Block =>
    id === round.next ? { ...block, exit: { k: 'return', value: -1, at: NOWHERE } } : block,
  );
  return (
    boundTo(blocks, events, 'ends').has(arm.free) &&
    firstIs(blocks, arm.free, release, events) &&
    !isRenamed(skeleton, blocks, at, event, release)
  );
}

const NOWHERE = { line: 0, column: 0, endLine: 0, endColumn: 0 };

/** Whether a variable that names the lock is assigned on the way from the acquisition to the release. */
function isRenamed(
  skeleton: Skeleton,
  blocks: readonly Block[],
  at: BlockId,
  event: EventId,
  release: EventId,
): boolean {
  const released = eventAt(skeleton, release);
  if (released === undefined || !('lock' in released)) return true;
  const names = variablesOf(skeleton, released.lock);
  const end = blockOf(skeleton, release);
  const before = blocksBefore(blocks, [end]);
  const between = [...reachableBlocks({ blocks }, at, -1)].filter((id) => id === end || before.has(id));
  return between.some((id) =>
    blocks[id]?.events.some(
      (one) =>
        one.k === 'assign' &&
        names.has(one.target) &&
        (id !== at || one.id > event) &&
        (id !== end || one.id < release),
    ),
  );
}

/** The variables in an expression. */
function variablesOf({ exprs }: Skeleton, id: ExprId): ReadonlySet<ExprId> {
  const found = new Set<ExprId>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const expr = exprs[at];
    if (expr === undefined) continue;
    if (expr.k === 'local' || expr.k === 'parameter' || expr.k === 'global') found.add(at);
    if ('base' in expr) open.push(expr.base);
    if (expr.k === 'index') open.push(expr.index);
    if (expr.k === 'binary') open.push(expr.left, expr.right);
  }
  return found;
}

/** Whether a path arrives without the lock, knowing what the acquisition answered. */
function isFree({ lock, held, facts }: Arrived, { site }: HeldLock): boolean {
  return lock !== undefined && matchHeld(held, lock) < 0 && answerOf(site, facts) !== undefined;
}

function calledAt({ calls }: FunctionSummary, event: EventId): string {
  return calls.find(({ site }) => site.event === event)?.targets[0]?.name ?? '';
}
