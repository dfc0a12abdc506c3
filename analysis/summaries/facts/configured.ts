import { conditionOf } from '../../callgraph/conditions.js';
import type { FunctionRef } from '../../link/types.js';
import { isNegated, literalsOf, testedBy } from '../../outline/tokens/literals.js';
import type { Models } from '../../models/types.js';
import { configuration } from '../locks/names.js';
import { constant } from '../locks/terms.js';
import { NONZERO, ZERO } from './fact.js';
import type { KnownFact } from './facts.js';

/** The `#if` condition of a function, as facts about configuration options. */
export function configurationOf(fn: FunctionRef, models: Models): readonly KnownFact[] {
  return literalsOf(conditionOf(fn)).map((literal) => {
    const name = testedBy(literal);
    const value = models.configured(name);
    return {
      term: value === undefined ? configuration(name) : constant(value),
      fact: { signs: isNegated(literal) ? ZERO : NONZERO },
    };
  });
}
