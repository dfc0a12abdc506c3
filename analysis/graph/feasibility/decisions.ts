import { ZERO } from '../../summaries/facts/fact.js';
import { isMadeInOneOf, scopeOf } from '../../summaries/locks/names.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import { callsThatRelease } from '../../summaries/locks/bound.js';
import type { LockRef, Site } from '../../summaries/state/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { canFollow } from '../../skeleton/lowering/block-paths.js';
import { memberStores } from '../../skeleton/lowering/events.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { keyOf } from '../events/collect.js';
import { areOpposite, pointersFound } from '../paths/decisions.js';
import type { Dependency } from '../edges/dependency.js';

/**
 * The call that drops the last reference, if a callee under the held lock continues only in that case. Drops in the
 * function that holds the lock do not count.
 */
export function lastReferenceOn({ steps, holds, facts }: Dependency, models: Models): string | undefined {
  const below = new Set(steps.slice(1).map(({ fn }) => scopeOf(fn)));
  if (below.size === 0) return undefined;
  below.delete(scopeOf(holds.site.fn));
  for (const { term, fact } of facts.known()) {
    if (term.k !== 'result' || (fact.signs & ZERO) !== 0) continue;
    if (!isMadeInOneOf(term, below)) continue;
    const { origin } = term;
    if (models.lockApi(origin)?.lastReference === true || models.tellsLastPut(origin)) return origin;
  }
  return undefined;
}

/**
 * Whether a callee has found that nobody holds a reference to its object. Callers under a lock mostly hold one: `if
 * (!refcount_inc_not_zero(&engine->users)) { mutex_lock(&engine->mutex); … }`.
 */
export function findsNoReference(models: Models, steps: readonly Site[], facts: KnownFacts): boolean {
  const below = new Set(steps.slice(1).map(({ fn }) => scopeOf(fn)));
  return [...facts.known()].some(
    ({ term, fact }) =>
      term.k === 'result' &&
      fact.signs === ZERO &&
      models.takesReference(term.origin) &&
      isMadeInOneOf(term, below),
  );
}

/**
 * Whether the path continues only if the running task or CPU differs from a remembered one. The remembered one may hold
 * the lock, but does not acquire it again.
 */
export function asksWhoRuns({ facts }: Dependency, models: Models): boolean {
  const runs = (term: Term | undefined): boolean =>
    (term?.k === 'result' && models.namesWhoRuns(term.origin)) ||
    (term?.k === 'global' && models.namesWhoRuns(term.name));
  for (const { term, fact } of facts.known()) {
    if (term.k !== 'operation' || (term.op !== '!=' && term.op !== '==')) continue;
    const [left, right] = term.operands;
    const other = runs(left) ? right : runs(right) ? left : undefined;
    const isRemembered = other?.k === 'global' || other?.k === 'field';
    const differ = term.op === '==' ? fact.signs === ZERO : (fact.signs & ZERO) === 0;
    if (isRemembered && differ) return true;
  }
  return false;
}

/**
 * The pointer in an object that one side finds to be NULL and the other to be set, which no function on their paths sets:
 * `if (dev->shared) lock(&dev->shared->lock); else lock(&dev->lock);`. It tells the objects of the two sides apart.
 */
export function foundApart(first: Dependency, second: Dependency, program: Program): string | undefined {
  const theirs = pointersFound(second.facts);
  const fns = new Set(
    [first, second].flatMap(({ steps, holdSteps }) => [...steps, ...holdSteps].map(({ fn }) => fn)),
  );
  const isSet = (member: string): boolean =>
    [...fns].some((fn) =>
      [...memberStores(program.skeleton(fn))].some(({ target }) => target.name === member),
    );
  const found = pointersFound(first.facts).find(
    (mine) => theirs.some((other) => areOpposite(mine, other)) && !isSet(mine.member),
  );
  return found && `${found.record.replace(/^struct /, '')}.${found.member}`;
}

/**
 * The function below the acquisition that drops the held lock on other paths: `if (n->phy) unlock(&n->phy->lock);`,
 * which drops the lock if there is one.
 */
export function droppedOnOtherWays(
  { from, steps, holdSteps }: Dependency,
  around: Surroundings,
): FunctionRef | undefined {
  // In a function entered with the lock held, the first step also counts.
  const below = holdSteps.length === 0 ? steps : steps.slice(1);
  return below.find(({ fn, event }) => {
    const skeleton = around.program.skeleton(fn);
    const summary = around.summaryOf(fn);
    if (skeleton === undefined || summary === undefined) return false;
    const isHeld = (lock: LockRef): boolean => keyOf(lock) === from;
    const own = summary.uses.filter(
      ({ k, ended, lock, site }) =>
        k === 'release' && ended === 'foreign' && isHeld(lock) && site.via === undefined,
    );
    const taken = summary.acquires.filter(({ lock }) => isHeld(lock));
    const below = callsThatRelease(around, summary, isHeld).filter((call) =>
      taken.every(({ site }) => !canFollow(skeleton, site.event, call.site.event)),
    );
    return [...own, ...below].some(({ site }) => canFollow(skeleton, site.event, event));
  })?.fn;
}
