import type { Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import type { Effects, LockUse, Site } from '../../../effects/types.js';
import { withoutSubclass } from '../../../effects/held.js';
import { isBorn, someTerm, type Term } from '../../../effects/terms.js';
import { keyOf } from '../../../graph/collect.js';
import { recursiveClasses } from '../../../graph/lock-names.js';
import { isInLoop } from '../../../graph/rounds.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { misusedContexts } from '../self-deadlock/acquire-contexts.js';
import { isSurelySecond } from './second-release.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/** The last earlier release of the lock in the text; empty if there is none. */
function before(effects: Effects, use: LockUse): readonly Site[] {
  return effects.uses
    .filter(
      (other) =>
        other !== use &&
        other.k === 'release' &&
        other.ended === 'own' &&
        other.lock.term.key === use.lock.term.key &&
        other.site.span.line < use.site.span.line,
    )
    .map(({ site }) => site)
    .slice(-1);
}

/**
 * Confidence of a second release. Callees that may have released the lock, or that are not in sight and may have taken
 * it, lower it. High only if the text agrees: an earlier release, and no acquisition of the class after it.
 */
function confidenceOf(context: CheckContext, effects: Effects, use: LockUse): Confidence {
  const { program } = context.around;
  if (
    effects.gaps.length === 0 &&
    isOwned(use) &&
    isSurelySecond(context, effects, use) &&
    !isRetaken(effects, use)
  )
    return 'high';
  if (effects.gaps.length > 0 || effects.level > 0) return 'low';
  const isSeen = effects.calls.every(({ callee }) => callee === undefined);
  const [first] = before(effects, use);
  // The previous round released one, which may be another object.
  if (first === undefined && isOtherEachRound(use.lock.term) && isInLoop(program, use.site)) return 'low';
  if (!use.uniform || !isSeen || first === undefined) return 'medium';
  return isRetaken(effects, use, first) ? 'medium' : 'high';
}

/** Whether the lock has one owner, so that another thread's acquisition cannot be the one released here. */
function isOwned({ lock }: LockUse): boolean {
  return OWNED_KINDS.includes(lock.kind) && !isOtherEachRound(lock.term);
}

/** Whether the text takes a lock of the class after the earlier release. */
function isRetaken(effects: Effects, use: LockUse, first = before(effects, use)[0]): boolean {
  const key = withoutSubclass(keyOf(use.lock) ?? '');
  const from = first?.span.line ?? 0;
  return effects.acquires.some(({ lock, site }) => {
    if (withoutSubclass(keyOf(lock) ?? '') !== key) return false;
    return first === undefined ? site.via !== undefined : site.span.line >= from;
  });
}

/** Whether the lock was taken twice without a release: that acquisition is the mistake. */
function isOfTwo(effects: Effects, use: LockUse): boolean {
  return effects.acquires.some(
    ({ lock, moments }) =>
      lock.term.key === use.lock.term.key &&
      moments.some(({ held }) => held.some(({ term }) => term.key === lock.term.key)),
  );
}

/** Whether the lock is in an array element, or in an object that a call or loop returned. */
function isOtherEachRound(lock: Term): boolean {
  return someTerm(lock, (part) => part.k === 'index' || isBorn(part));
}

export const unbalancedUnlock: Check = {
  id: 'unbalanced-unlock',
  title: 'A lock is released twice',
  severity: 'warning',
  *run(context) {
    const findings: Finding[] = [];
    const { classes } = context.around;
    const recursive = recursiveClasses(context.collected.program, classes);
    let done = 0;
    for (const effects of context.collected.effects.values()) {
      if (context.focus?.has(effects.fn.file) === false) continue;
      /** Excess releases so far, keyed by class: tells them apart. */
      const ordinals = new Map<string, number>();
      for (const use of effects.uses) {
        if (
          use.k !== 'release' ||
          use.ended !== 'again' ||
          use.lock.kind === 'semaphore' ||
          use.lock.kind === 'rcu'
        )
          continue;
        const key = keyOf(use.lock);
        if (key === undefined || recursive.has(key) || isOfTwo(effects, use)) continue;
        const name = spoken(classes, key);
        const { fn } = effects;
        const ordinal = ordinals.get(key) ?? 0;
        ordinals.set(key, ordinal + 1);
        const identity = ['unbalanced-unlock', fn.file, fn.name, key, ...(ordinal > 0 ? [`${ordinal}`] : [])];
        findings.push({
          id: hashText(identity.join('\n')),
          rule: 'unbalanced-unlock',
          severity: 'warning',
          confidence: confidenceOf(context, effects, use),
          message: `releases ${name}, which this function has released already`,
          at: locationOf(use.site),
          locks: [shown(classes, key)],
          story: [
            ...before(effects, use).map((site) => ({
              path: 0,
              ...locationOf(site),
              text: `releases ${name}`,
              held: [],
            })),
            { path: 0, ...locationOf(use.site), text: `releases ${name} again`, held: [] },
          ],
          assumes: [{ reason: 'ownership', text: `nothing between the two releases takes ${name} again` }],
          witnesses: [witnessId(identity)],
          evidence: [],
          fixes: [],
        });
      }
      yield { stage: 'check', done: ++done, total: context.collected.effects.size };
    }
    findings.push(...misusedContexts(context, 'unbalanced-unlock'));
    return findings;
  },
};
