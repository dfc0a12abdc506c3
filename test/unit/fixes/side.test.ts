import assert from 'node:assert/strict';
import { chooseSide, type Side } from '../../../analysis/graph/orders/side.js';
import type { ChainStep, EdgeWitness, LockClass } from '../../../analysis/graph/events/types.js';
import type { LockKind } from '../../../analysis/models/types.js';

function lock(id: string, line: number, kind: LockKind = 'mutex', file = 'a.c'): LockClass {
  const declaredAt = { file, line, column: 1, endLine: line, endColumn: 2 };
  return { key: id, id, kind, declaredAt, initAt: [], lockdepNames: [] };
}

function step(name: string, line: number): ChainStep {
  return { at: { file: 'a.c', line, column: 1, endLine: line, endColumn: 2 }, function: name, text: '' };
}

function direct(name: string, line: number, confidence: EdgeWitness['confidence'] = 'high'): EdgeWitness {
  return { id: name, holds: [step(name, line)], chain: [step(name, line + 1)], confidence, condition: '' };
}

function through(name: string, callee: string, line: number): EdgeWitness {
  return { ...direct(name, line), chain: [step(name, line + 1), step(callee, line + 50)] };
}

function sides(a: LockClass, b: LockClass, ab: readonly EdgeWitness[], ba: readonly EdgeWitness[]): Side[] {
  return [
    { from: a, to: b, witnesses: ab },
    { from: b, to: a, witnesses: ba },
  ];
}

describe('the wrong side of a cycle', () => {
  const a = lock('a', 1);
  const b = lock('b', 2);

  it('is the one against a declared order, whatever the majority', () => {
    const choice = chooseSide(sides(a, b, [direct('f', 10)], [direct('g', 20), direct('h', 30)]), {
      declared: [{ from: 'b', to: 'a', source: 'a.c:3' }],
    });
    assert.deepEqual(choice, { wrong: 0, reason: 'declared', text: 'as declared in a.c:3' });
  });
  it('is the one against an order recorded by a kernel', () => {
    const choice = chooseSide(sides(a, b, [direct('f', 10)], [direct('g', 20)]), {
      seen: [{ from: 'b', to: 'a', source: 'dmesg.txt:12' }],
    });
    assert.deepEqual(choice, { wrong: 0, reason: 'evidence', text: 'as seen at run time in dmesg.txt:12' });
  });
  it('is the one that takes a sleeping lock under a spinning one', () => {
    const spin = lock('s', 3, 'spinlock');
    const choice = chooseSide(sides(spin, a, [direct('f', 10), direct('e', 12)], [direct('g', 20)]));
    assert.deepEqual(choice, {
      wrong: 0,
      reason: 'kind',
      text: 'since a mutex must not be taken under a spinlock',
    });
  });
  it('is the one with fewer functions; uncertain ones count only if there are no others', () => {
    const most = [direct('g', 20), direct('h', 30), direct('h', 35)];
    const choice = chooseSide(sides(a, b, [direct('f', 10)], most));
    assert.deepEqual(choice, {
      wrong: 0,
      reason: 'majority',
      text: 'as g() and 1 other function do (2 against 1)',
    });
    const doubtful = [direct('g', 20), direct('h', 30, 'low'), direct('i', 40, 'low')];
    assert.equal(chooseSide(sides(a, b, [direct('f', 10)], doubtful)).reason, 'declaration');
  });
  it('is the one within a single function if the other one goes through a callee', () => {
    const choice = chooseSide(sides(a, b, [direct('f', 10)], [through('g', 'take_b', 20)]));
    assert.deepEqual(choice, { wrong: 0, reason: 'callee', text: 'as g() does through take_b()' });
  });
  it('is the one against the order in which the locks are declared', () => {
    const first = chooseSide(sides(a, b, [direct('f', 10)], [direct('g', 20)]));
    assert.deepEqual(first, {
      wrong: 1,
      reason: 'declaration',
      text: 'as f() does (1 each way; a is declared first)',
    });
    const second = chooseSide(sides(b, a, [direct('f', 10)], [direct('g', 20)]));
    assert.equal(second.wrong, 0);
    assert.equal(second.text, 'as g() does (1 each way; a is declared first)');
  });
  it('is the later one in the source if nothing else decides', () => {
    const elsewhere = lock('c', 1, 'mutex', 'c.c');
    const choice = chooseSide(sides(a, elsewhere, [direct('f', 10)], [direct('g', 20)]));
    assert.deepEqual(choice, { wrong: 1, reason: 'first', text: 'as f() does (1 each way)' });
  });
  it('does not depend on the order in which the sides are named', () => {
    for (const [left, right] of [
      [[direct('f', 10)], [direct('g', 20)]],
      [[direct('f', 10)], [through('g', 'take_b', 20)]],
      [[direct('f', 10)], [direct('g', 20), direct('h', 30)]],
    ] as const) {
      const [ab, ba] = sides(a, b, left, right) as [Side, Side];
      const one = chooseSide([ab, ba]);
      const other = chooseSide([ba, ab]);
      assert.deepEqual([one.wrong, one.reason, one.text], [1 - other.wrong, other.reason, other.text]);
    }
  });
  it('of three classes is the one against the order of declaration', () => {
    const c = lock('c', 3);
    const choice = chooseSide([
      { from: a, to: b, witnesses: [direct('f', 10)] },
      { from: b, to: c, witnesses: [direct('g', 20)] },
      { from: c, to: a, witnesses: [direct('h', 5)] },
    ]);
    assert.equal(choice.wrong, 2);
    assert.equal(choice.text, 'since a is declared first');
  });
});
