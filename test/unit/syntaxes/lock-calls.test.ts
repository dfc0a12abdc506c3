import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { lockCallGrammar } from '../../../analysis/ide/lock-call-grammar.js';
import { BUILT_IN } from '../../../analysis/models/records/built-in.js';

describe('the grammar of locking calls', () => {
  const { patterns } = JSON.parse(lockCallGrammar()) as { patterns: { name: string; match: string }[] };
  const tests = patterns.map(({ name, match }) => ({ name, match: new RegExp(match) }));
  const scopesOf = (text: string): string[] =>
    tests.filter(({ match }) => match.test(text)).map(({ name }) => name);

  it('matches every locking call, with one scope each', () => {
    const names = [...BUILT_IN.locks.keys()].filter((name) => /^\w+$/.test(name));
    assert.deepEqual(
      names.filter((name) => scopesOf(`${name}(x)`).length !== 1),
      [],
    );
  });

  it('distinguishes acquisitions from releases', () => {
    assert.deepEqual(scopesOf('mutex_lock(&a)'), ['support.function.lock.acquire.c']);
    assert.deepEqual(scopesOf('spin_unlock_irqrestore (&a, flags)'), ['support.function.lock.release.c']);
    assert.deepEqual(scopesOf('__must_hold(&a)'), ['storage.modifier.lock.c']);
  });

  it('ignores other names, including those with the same prefix or suffix', () => {
    assert.deepEqual(scopesOf('my_mutex_lock(&a)'), []);
    assert.deepEqual(scopesOf('mutex_locking(&a)'), []);
    assert.deepEqual(scopesOf('int up;'), []);
  });
});
