import assert from 'node:assert/strict';
import { ClassMatcher } from '../../../bench/support/classes.js';

const lock = (id: string, line: number, initAt: readonly number[] = [], lockdepNames: string[] = []) => ({
  id,
  kind: 'mutex',
  declaredAt: { file: 'a.h', line },
  initAt: initAt.map((at) => ({ file: 'a.c', line: at })),
  lockdepNames,
});

describe('matching the classes of lockdep', () => {
  const matcher = new ClassMatcher([
    lock('foo.lock', 1, [10], ['&f->lock']),
    lock('foo.lock/1', 1, [10], ['&f->lock']),
    lock('bar.lock', 2, [20], ['&b->lock']),
    lock('baz.gate', 3),
  ]);

  it('prefers the place of initialisation', () => {
    assert.deepEqual([...matcher.match({ name: '&b->lock', sites: ['a.c:10'] })], ['foo.lock']);
  });

  it('falls back to the initialised text, without the number that lockdep adds to namesakes', () => {
    assert.deepEqual([...matcher.match({ name: '&b->lock#3', sites: ['z.c:1'] })], ['bar.lock']);
  });

  it('falls back to the last field if no initialisation is known', () => {
    assert.deepEqual([...matcher.match({ name: '&x->gate', sites: [] })], ['baz.gate']);
    assert.deepEqual([...matcher.match({ name: '&x->lock', sites: [] })], []);
  });

  it('keeps subclasses apart', () => {
    assert.deepEqual([...matcher.match({ name: '&f->lock/1', sites: ['a.c:10'] })], ['foo.lock/1']);
  });
});
