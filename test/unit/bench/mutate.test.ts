import assert from 'node:assert/strict';
import { applyEdits } from '../../../bench/support/inputs/mutate.js';

describe('edits of seeded mistakes', () => {
  it('swap the first arguments of two lock calls, each line keeping the rest', () => {
    const lines = ['\tmutex_lock(&a->lock);', '\tif (x)', '\t\tspin_lock_irqsave(&b->lock, flags);'];
    assert.deepEqual(applyEdits(lines, [{ op: 'swap-args', a: 1, b: 3 }]), [
      '\tmutex_lock(&b->lock);',
      '\tif (x)',
      '\t\tspin_lock_irqsave(&a->lock, flags);',
    ]);
  });

  it('parse brackets in an argument correctly', () => {
    const lines = ['down(&t[f(1, 2)].sem);', 'down(&u);'];
    assert.deepEqual(applyEdits(lines, [{ op: 'swap-args', a: 1, b: 2 }]), [
      'down(&u);',
      'down(&t[f(1, 2)].sem);',
    ]);
  });

  it('swap lines but not their indentation', () => {
    const lines = ['\tup(&a);', '\t\tup(&b);'];
    assert.deepEqual(applyEdits(lines, [{ op: 'swap-lines', a: 1, b: 2 }]), ['\tup(&b);', '\t\tup(&a);']);
  });

  it('blank, set and substitute whole words, and replace a call', () => {
    const lines = ['a();', 'b();', 'lock lockdep;', 'spin_lock_irqsave(&x, flags);'];
    assert.deepEqual(
      applyEdits(lines, [
        { op: 'blank', line: 1 },
        { op: 'set-line', line: 2, text: 'c();' },
        { op: 'subst', line: 3, from: 'lockdep', to: 'order' },
        { op: 'relock', line: 4, from: 'spin_lock_irqsave', to: 'spin_lock' },
      ]),
      ['', 'c();', 'lock order;', 'spin_lock(&x);'],
    );
  });

  it('refuse another version of the tree', () => {
    assert.throws(() => applyEdits(['x();'], [{ op: 'swap-args', a: 1, b: 1 }]), /no lock call/);
    assert.throws(() => applyEdits(['x();'], [{ op: 'subst', line: 1, from: 'y', to: 'z' }]), /no y/);
  });
});
