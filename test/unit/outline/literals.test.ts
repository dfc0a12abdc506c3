import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  conditionOfAll,
  isNegated,
  literalsOf,
  notAll,
  opposite,
  testedBy,
} from '../../../analysis/outline/tokens/literals.js';

describe('literals of conditions', () => {
  it('are what a condition is made of', () => {
    for (const literals of [[], ['A'], ['A', '!B'], ['!(A && B)', 'C'], ['(A || (B && C))', '!D']])
      assert.deepEqual(literalsOf(conditionOfAll(literals)), literals);
  });

  it('have an opposite', () => {
    assert.equal(opposite('A'), '!A');
    assert.equal(opposite('!(A && B)'), '(A && B)');
    assert.equal(notAll(['!A']), 'A');
    assert.equal(notAll(['A', '!B']), '!(A && !B)');
  });

  it('test something', () => {
    assert.deepEqual(['A', '!A'].map(testedBy), ['A', 'A']);
    assert.deepEqual(['A', '!A'].map(isNegated), [false, true]);
  });
});
