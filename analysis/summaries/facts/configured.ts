import { conditionOf } from '../../callgraph/conditions.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { configuration } from '../locks/names.js';
import { constant } from '../locks/terms.js';
import { NONZERO, ZERO } from './fact.js';
import type { KnownFact } from './facts.js';

/** The `#if` condition of a function, as facts about configuration options. */
export function configurationOf(fn: FunctionRef, models: Models): readonly KnownFact[] {
  return conditionOf(fn)
    .split(' && ')
    .map((literal) => {
      const name = literal.replace(/^!/, '');
      const value = models.configured(name);
      return {
        term: value === undefined ? configuration(name) : constant(value),
        fact: { signs: literal.startsWith('!') ? ZERO : NONZERO },
      };
    });
}
