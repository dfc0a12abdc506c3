import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { Facts } from '../../../analysis/summaries/facts/facts.js';
import { KeptFacts } from '../../../analysis/summaries/facts/kept-facts.js';
import {
  constant,
  operation,
  parameter,
  result,
  type Term,
} from '../../../analysis/summaries/locks/terms.js';

const values: readonly Term[] = [
  parameter(0, 'int'),
  parameter(1, 'char*'),
  result('3', 'is_set', 'is_set(p0)', 'int'),
];
const conditions: readonly Term[] = [
  ...values,
  ...values.flatMap((value) =>
    ['==', '<', '&'].flatMap((op) => [0, 1, 4].map((n) => operation(op, [value, constant(n)]))),
  ),
];
/** The same call again: another value, the same answer. */
const asked = [...conditions, result('5', 'is_set', 'is_set(p0)', 'int')];

describe('KeptFacts', () => {
  it('agrees with the facts of the path', () => {
    const outcomes = fc.array(fc.tuple(fc.constantFrom(...conditions), fc.boolean()), { maxLength: 8 });
    fc.assert(
      fc.property(outcomes, (all) => {
        const facts = Facts.empty();
        for (const [term, outcome] of all) facts.assume(term, outcome);
        const kept = new KeptFacts(facts);
        assert.deepEqual([...kept.known()], [...facts.known()]);
        for (const term of asked) assert.deepEqual(kept.of(term), facts.of(term));
      }),
    );
  });

  it('does not change when the path learns more', () => {
    const facts = Facts.empty();
    const [value] = values;
    assert.ok(value);
    const kept = new KeptFacts(facts);
    facts.assume(value, true);
    assert.deepEqual([...kept.known()], []);
  });
});
