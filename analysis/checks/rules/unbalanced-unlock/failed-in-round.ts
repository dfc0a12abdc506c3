import { matchHeld } from '../../../summaries/state/held.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isInLoop, isOtherEachRound } from '../../../graph/events/rounds.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { EventId } from '../../../skeleton/types.js';
import type { FunctionSummary, HeldLock, LockUse } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import type { Finding } from '../../types.js';
import { answerOf, isOfOtherRound, report } from './failed-acquire.js';
import { leadsOnlyTo } from './leads-to-release.js';

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
  if (!summary.uses.some(isExcess)) return [];
  const skeleton = program.skeleton(summary.fn);
  if (skeleton === undefined) return [];
  const findings = new Map<string, Finding>();
  for (const [event, { lock, releases }] of sectionsOfRounds(context, summary)) {
    const ends = new Set(releases.map(([at]) => at));
    const [, release] =
      releases.find(([at]) => leadsOnlyTo(context, summary, skeleton, { lock, ends }, at)) ?? [];
    if (release === undefined || !context.proofs.mayTry(summary.fn, release.site)) continue;
    const call = summary.calls.find(({ site }) => site.event === event);
    if (call !== undefined && isOfOtherRound(context, skeleton, call, release.site)) continue;
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

/** Whether a path comes to the release without the lock, perhaps after another round has released it. */
function isExcess({ k, ended, site }: LockUse): boolean {
  return k === 'release' && ended !== 'own' && site.via === undefined;
}

/** Whether a path arrives without the lock, knowing what the acquisition answered. */
function isFree({ lock, held, facts }: Arrived, { site }: HeldLock): boolean {
  return lock !== undefined && matchHeld(held, lock) < 0 && answerOf(site, facts) !== undefined;
}

function calledAt({ calls }: FunctionSummary, event: EventId): string {
  return calls.find(({ site }) => site.event === event)?.targets[0]?.name ?? '';
}
