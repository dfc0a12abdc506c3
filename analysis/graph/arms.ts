import { NONZERO, ZERO } from '../effects/fact.js';
import type { Dependency } from './dependency.js';

const CONFIG = '?config ';

/** The `#if` literals under which a side exists: those of its functions, and those its path went through. */
export function armsOf(side: Dependency): ReadonlyMap<string, boolean> {
  const arms = new Map<string, boolean>();
  for (const { fn } of [...side.holdSteps, ...side.steps]) {
    for (const literal of (fn.item?.condition ?? '').split(' && ')) {
      if (literal !== '') arms.set(literal.replace(/^!/, ''), !literal.startsWith('!'));
    }
  }
  for (const { term, fact } of side.facts.known()) {
    if (!term.key.startsWith(CONFIG)) continue;
    if (fact.signs === ZERO) arms.set(term.key.slice(CONFIG.length), false);
    else if ((fact.signs & ~NONZERO) === 0) arms.set(term.key.slice(CONFIG.length), true);
  }
  return arms;
}

/** A literal that one side needs to be defined and another undefined. */
export function exclusiveArms(sides: readonly Dependency[]): string | undefined {
  const needed = new Map<string, boolean>();
  for (const side of sides) {
    for (const [name, isDefined] of armsOf(side)) {
      const other = needed.get(name);
      if (other !== undefined && other !== isDefined) return name;
      needed.set(name, isDefined);
    }
  }
  return undefined;
}
