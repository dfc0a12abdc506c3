import type { Dependency } from '../../../graph/edges/dependency.js';
import { partsOf } from '../../../skeleton/expressions/parts.js';
import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import { ZERO } from '../../../summaries/facts/fact.js';
import { isMadeIn, isStoredThrough } from '../../../summaries/locks/names.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether both functions take the lock only if the object has one. Objects that come this way may have none: with a lock,
 * the path would block each time.
 */
export function isOptional({ around }: CheckContext, { holds, steps, lock }: Dependency): boolean {
  const pointer = lock.term.k === 'deref' ? lock.term.base : undefined;
  const last = steps.at(-1);
  if (pointer?.k !== 'field' || last === undefined || last.fn === holds.site.fn) return false;
  return [holds.site, last].every(({ fn, event }) => {
    const skeleton = around.program.skeleton(fn);
    if (skeleton === undefined || isUnavoidable(skeleton, event)) return false;
    return skeleton.blocks.some(
      ({ exit }) =>
        exit.k === 'branch' &&
        partsOf(skeleton.exprs, exit.condition).every((part) => {
          const expr = skeleton.exprs[part];
          return (expr?.k === 'field' && expr.name === pointer.name) || expr?.k === 'constant';
        }),
    );
  });
}

/** Whether the path assumes that the last reference was dropped. */
export function isLastReference({ around }: CheckContext, { facts }: Dependency): boolean {
  for (const { term, fact } of facts.known()) {
    const last = term.k === 'result' ? around.models.lastReferenceTest(term.origin) : undefined;
    if (last !== undefined && (last === 'zero' ? fact.signs === ZERO : (fact.signs & ZERO) === 0))
      return true;
  }
  return false;
}

/**
 * Whether a callee tests the state of an object that its caller may have set, or a flag that its own callee set: it may
 * retake the dropped lock.
 */
export function goesByState({ around }: CheckContext, { facts, root }: Dependency): boolean {
  for (const { term, fact } of facts.known()) {
    if (isMadeIn(term, root)) continue;
    if (term.k === 'result' && fact.signs === ZERO && around.models.isStateTest(term.origin)) return true;
    if (term.type === 'bool' && isStoredThrough(term)) return true;
  }
  return false;
}
