import { lesser, type Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import { matchHeld } from '../../../summaries/state/held.js';
import { NEGATIVE, ZERO } from '../../../summaries/facts/fact.js';
import type { AcquireEffect, FunctionSummary, LockUse } from '../../../summaries/state/types.js';
import { isBorn, someTerm } from '../../../summaries/locks/terms.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import { withWays } from '../../story/told-ways.js';
import type { Finding } from '../../types.js';

/** Releases on a path on which the function has failed to acquire the lock: `if (lock_interruptible(l)) goto unlock;`. */
export function releasedAfterFailure(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  const findings: Finding[] = [];
  const tries = summary.acquires.filter(
    ({ lock, site }) =>
      site.via === undefined && OWNED_KINDS.includes(lock.kind) && keyOf(lock) !== undefined,
  );
  for (const use of tries.length === 0 ? [] : summary.uses) {
    if (use.k !== 'release' || use.ended !== 'foreign' || use.site.via !== undefined) continue;
    const own = tries.filter(({ lock }) => lock.term.key === use.lock.term.key);
    if (own.length === 0 || !context.proofs.mayTry(summary.fn, use.site)) continue;
    for (const arrived of context.proofs.arrive([use.site])) {
      const failed =
        matchHeld(arrived.held, use.lock) < 0
          ? own.find((acquire) => hasFailed(context, acquire, arrived))
          : undefined;
      if (failed === undefined) continue;
      findings.push(report(context, summary, use, failed, arrived));
      break;
    }
  }
  return findings;
}

/** Whether the path has found that this acquisition failed. */
function hasFailed(
  { around }: CheckContext,
  { api, site, nonBlocking }: AcquireEffect,
  { facts }: Arrived,
): boolean {
  const { success, uncheckedHolds } = around.models.lockApi(api) ?? {};
  // Nobody expects it to fail: POSIX reports misuse by the result.
  if (uncheckedHolds === true) return false;
  // A pointer as the result is about the object that the lock comes with.
  if (success === undefined || (success === 'nonzero' && !nonBlocking)) return false;
  const key = `!${site.fn.file}:${site.fn.name}:e${site.event}`;
  for (const { term, fact } of facts.known()) {
    if (term.key !== key) continue;
    // Code that knows the error by its number may know that there is no other: `if (err == -EINTR) return err;`.
    if (fact.differs?.some((value) => value < 0) === true) return false;
    // Errors are negative: behind `if (err < 0) return err;` it has succeeded.
    return success === 'zero'
      ? (fact.signs & ZERO) === 0 && (fact.signs & NEGATIVE) !== 0
      : fact.signs === ZERO;
  }
  return false;
}

function report(
  { around }: CheckContext,
  summary: FunctionSummary,
  use: LockUse,
  failed: AcquireEffect,
  arrived: Arrived,
): Finding {
  const { classes } = around;
  const { fn } = summary;
  const key = keyOf(use.lock) ?? keyOf(failed.lock) ?? '';
  const name = spoken(classes, key);
  const identity = ['unbalanced-unlock', fn.file, fn.name, key, 'failed', failed.api];
  return withWays(
    {
      id: hashText(identity.join('\n')),
      rule: 'unbalanced-unlock',
      severity: 'warning',
      confidence: confidenceOf(summary, use, failed),
      message: `releases ${name} even where ${failed.api}() failed to take it`,
      at: locationOf(use.site),
      locks: [shown(classes, key)],
      story: [
        { path: 0, ...locationOf(failed.site), text: `${failed.api}() fails to take ${name}`, held: [] },
        { path: 0, ...locationOf(use.site), text: `releases ${name}`, held: [] },
      ],
      assumes: [{ reason: 'ownership', text: `no caller holds ${name}` }],
      witnesses: [witnessId(identity)],
      evidence: [],
      fixes: [],
    },
    [{ root: fn, facts: arrived.facts }],
  );
}

function confidenceOf(summary: FunctionSummary, use: LockUse, failed: AcquireEffect): Confidence {
  // Each round may mean another object.
  if (someTerm(use.lock.term, (part) => part.k === 'index' || isBorn(part))) return 'low';
  let confidence: Confidence = 'high';
  // A caller that holds the lock makes a trylock fail, too.
  if (failed.nonBlocking) confidence = 'medium';
  if (summary.gaps.length > 0 || summary.level > 0) confidence = lesser(confidence, 'medium');
  return confidence;
}
