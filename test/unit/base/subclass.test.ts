import assert from 'node:assert/strict';
import {
  isOfSomeLevel,
  levelOf,
  subclassed,
  subclassOf,
  withoutSubclass,
} from '../../../analysis/base/subclass.js';

describe('subclasses in names of lock classes', () => {
  it('are told apart from names that contain a slash or end in a digit', () => {
    for (const name of ['inode.i_rwsem', 'fs/inode.c:lock', 'lock2', 'fs/2b', 'a/', '?', '1', '']) {
      assert.equal(subclassOf(name), '', name);
      assert.equal(withoutSubclass(name), name);
      assert.equal(levelOf(name), 0, name);
    }
  });

  it('are read as they are written', () => {
    for (const level of [0, 1, 12]) {
      const name = subclassed('fs/inode.c:lock2', level);
      assert.equal(levelOf(name), level);
      assert.equal(withoutSubclass(name), 'fs/inode.c:lock2');
    }
    assert.equal(levelOf(subclassed('q.lock', -1)), undefined);
    assert.equal(withoutSubclass('q.lock/?'), 'q.lock');
  });

  it('match an unknown level of the same class only', () => {
    assert.ok(isOfSomeLevel('q.lock/1', 'q.lock/?'));
    assert.ok(isOfSomeLevel('q.lock', 'q.lock/?'));
    assert.ok(!isOfSomeLevel('q.lock/1', 'q.lock/2'));
    assert.ok(!isOfSomeLevel('p.lock/1', 'q.lock/?'));
    assert.ok(!isOfSomeLevel(undefined, 'q.lock/?'));
  });
});
