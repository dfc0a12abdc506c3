import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { lockApis } from '../../../analysis/models/locks/index.js';
import { lockCallGrammar } from '../../support/lock-call-grammar.js';
import { ROOT } from '../../support/root.js';
import { read } from '../../support/sources.js';

const FILE = 'syntaxes/lock-calls.tmLanguage.json';

describe('the grammar of locking calls', () => {
  const grammar = lockCallGrammar();
  if (process.env['UPDATE_GOLDEN'] !== undefined) writeFileSync(join(ROOT, FILE), grammar);

  const patterns = (JSON.parse(grammar) as { patterns: { name: string; match: string }[] }).patterns;
  const scopesOf = (text: string): string[] =>
    patterns.filter(({ match }) => new RegExp(match).test(text)).map(({ name }) => name);

  it(`is what the models say (UPDATE_GOLDEN=1 writes ${FILE})`, () => {
    assert.equal(read(FILE), grammar);
  });

  it('knows every locking call, each by one scope', () => {
    for (const { name } of lockApis.filter(({ name }) => /^\w+$/.test(name))) {
      assert.equal(scopesOf(`${name}(x)`).length, 1, name);
    }
  });

  it('tells taking from releasing', () => {
    assert.deepEqual(scopesOf('mutex_lock(&a)'), ['support.function.lock.acquire.c']);
    assert.deepEqual(scopesOf('spin_unlock_irqrestore (&a, flags)'), ['support.function.lock.release.c']);
    assert.deepEqual(scopesOf('__must_hold(&a)'), ['storage.modifier.lock.c']);
  });

  it('leaves other names alone, also those that begin or end like one', () => {
    assert.deepEqual(scopesOf('my_mutex_lock(&a)'), []);
    assert.deepEqual(scopesOf('mutex_locking(&a)'), []);
    assert.deepEqual(scopesOf('int up;'), []);
  });
});
