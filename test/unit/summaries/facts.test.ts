import assert from 'node:assert/strict';
import { NEGATIVE, NONZERO, POSITIVE, ZERO } from '../../../analysis/summaries/facts/fact.js';
import { Facts } from '../../../analysis/summaries/facts/facts.js';
import {
  constant,
  operation,
  parameter,
  result,
  type Term,
} from '../../../analysis/summaries/locks/terms.js';

const x = parameter(0, 'int');
const y = parameter(1, 'int');

function given(...conditions: readonly (readonly [Term, boolean])[]): Facts | undefined {
  const facts = Facts.empty();
  return conditions.every(([term, outcome]) => facts.assume(term, outcome)) ? facts : undefined;
}

const eq = (term: Term, value: number): Term => operation('==', [term, constant(value)]);
const lt = (term: Term, value: number): Term => operation('<', [term, constant(value)]);

describe('Facts', () => {
  it('rules out the negation of a known value', () => {
    assert.equal(given([x, true], [x, false]), undefined);
    assert.equal(given([x, true], [operation('!', [x]), true]), undefined);
    assert.notEqual(given([x, true], [y, false]), undefined);
  });

  it('follows comparisons with constants', () => {
    assert.equal(given([lt(x, 0), true], [eq(x, 3), true]), undefined);
    assert.equal(given([eq(x, 3), true], [eq(x, 4), true]), undefined);
    assert.equal(given([eq(x, 3), true], [eq(x, 3), false]), undefined);
    assert.notEqual(given([lt(x, 0), false], [eq(x, 3), true]), undefined);
  });

  it('treats error pointers as negative and NULL as zero', () => {
    const isError = operation('is-error', [x]);
    assert.equal(given([isError, true])?.of(x).signs, NEGATIVE);
    assert.equal(given([isError, false])?.of(x).signs, ZERO | POSITIVE);
    assert.equal(given([operation('is-error-or-null', [x]), false])?.of(x).signs, POSITIVE);
  });

  it('follows an error pointer into a number', () => {
    const error = operation('error-or-zero', [x]);
    assert.equal(given([error, true])?.of(x).signs, NEGATIVE);
    assert.equal(given([error, false])?.of(x).signs, ZERO | POSITIVE);
    assert.equal(given([lt(error, 0), true])?.of(x).signs, NEGATIVE);
    assert.equal(given([eq(error, 0), true])?.of(x).signs, ZERO | POSITIVE);
    assert.equal(given([eq(error, -2), true])?.of(x).signs, NEGATIVE);
    assert.equal(given([operation('is-error', [x]), false], [error, true]), undefined);
    assert.equal(given([operation('>', [error, constant(0)]), true]), undefined);
  });

  it('remembers a bit test for the same bit only', () => {
    const bit = (mask: number): Term => operation('&', [x, constant(mask)]);
    assert.equal(given([bit(4), true], [bit(4), false]), undefined);
    assert.notEqual(given([bit(4), true], [bit(8), false]), undefined);
    assert.equal(given([eq(x, 0), true], [bit(4), true]), undefined);
  });

  it('gives the same answer to a repeated call', () => {
    const first = result('e1', 'busy', 'busy(p0)', 'int');
    const second = result('e2', 'busy', 'busy(p0)', 'int');
    const other = result('e3', 'busy', 'busy(p1)', 'int');
    assert.equal(given([first, true], [second, false]), undefined);
    assert.notEqual(given([first, true], [other, false]), undefined);
  });

  it('shares facts between values found equal', () => {
    assert.equal(given([x, false], [operation('==', [x, y]), true], [y, true]), undefined);
  });

  it('keeps on a join only the facts both paths share', () => {
    const a = given([lt(x, 0), true], [y, true]);
    const b = given([operation('>', [x, constant(0)]), true]);
    assert.ok(a && b);
    assert.equal(a.intersect(b), true);
    assert.equal(a.of(x).signs, NONZERO);
    assert.equal(a.of(y).signs, NEGATIVE | ZERO | POSITIVE);
  });
});
