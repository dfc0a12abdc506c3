import { ZERO } from '../effects/fact.js';
import type { Term } from '../effects/terms.js';
import type { Models } from '../models/types.js';
import type { Dependency } from './dependency.js';

/**
 * The put by which a callee that the lock is held over goes on, which it does only where that reference was the
 * last one. What the function that holds the lock puts itself is its own.
 */
export function lastReferenceOn({ steps, holds, facts }: Dependency, models: Models): string | undefined {
  const below = new Set(steps.slice(1).map(({ fn }) => `${fn.file}:${fn.name}:`));
  if (below.size === 0) return undefined;
  const { fn } = holds.site;
  below.delete(`${fn.file}:${fn.name}:`);
  for (const { term, fact } of facts.known()) {
    if (term.k !== 'result' || (fact.signs & ZERO) !== 0) continue;
    if (!below.has(term.key.slice(1, term.key.lastIndexOf(':') + 1))) continue;
    const { origin } = term;
    if (models.lockApi(origin)?.lastReference === true || models.tellsLastPut(origin)) return origin;
  }
  return undefined;
}

/**
 * The path goes on only where something else runs than what is remembered: who remembers it may hold the lock, and
 * take it no second time.
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
