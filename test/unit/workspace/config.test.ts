import assert from 'node:assert/strict';
import { reversals } from '../../../analysis/workspace/unused-models.js';
import { parseConfig } from '../../../analysis/workspace/config.js';

function errorsOf(text: string): string {
  const parsed = parseConfig(text);
  return 'errors' in parsed ? parsed.errors.map(({ text: told }) => told).join('\n') : 'no error';
}

describe('lockorder.json', () => {
  it('is accepted if it is valid', () => {
    const text =
      '{ "models": [{ "try": [{ "name": "t", "success": "zero" }] }], "rules": { "irq-state": "off" } }';
    assert.deepEqual(parseConfig(text), { config: JSON.parse(text) as object });
  });

  it('accepts records of any kind as models', () => {
    const text = `{ "models": [
      { "name": "acme_lock", "acquire": { "kind": "spinlock", "arg": 1 }, "since": "6.4" },
      { "name": "acme_for_each", "loop": { "cursorArg": 0 } },
      { "field": "acme_ops.open", "runsIn": "process", "locksHeld": ["acme.lock(read)"] },
      { "type": "struct acme_mutex", "lock": "mutex" } ] }`;
    assert.deepEqual(parseConfig(text), { config: JSON.parse(text) as object });
  });

  it('names the invalid field of a record', () => {
    assert.match(
      errorsOf('{ "models": [{ "name": "a", "acquire": { "kind": "baton" } }] }'),
      /^models\[0\]\.acquire\.kind of a: must be one of .*mutex/,
    );
    assert.match(
      errorsOf('{ "models": [{ "acquire": [{ "name": "a", "kind": "baton" }] }] }'),
      /kind of a: .*mutex/,
    );
    assert.match(
      errorsOf('{ "models": [{ "name": "a", "acquires": {} }] }'),
      /^models\[0\] of a: unknown key “acquires”$/,
    );
    assert.match(errorsOf('{ "models": [{ "kind": "mutex" }] }'), /^models\[0\]: needs one of name, /);
    assert.match(errorsOf('{ "models": [3] }'), /^models\[0\]: /);
  });

  it('gives the line of each error', () => {
    const linesOf = (text: string): number[] => {
      const parsed = parseConfig(text);
      return 'errors' in parsed ? parsed.errors.map(({ line }) => line) : [];
    };
    const text = `{
      "models": [
        { "name": "a", "acquire": { "kind": "spinlock" } },
        {
          "name": "a,]}", "acquire":
            { "arg": 1,
              "kind": "baton" } },
        { "acquire": [{ "name": "b" },
          { "name": "c", "kind": "baton" }] }
      ],
      "rules": { "irq-state": "off",
        "self-deadlock": "loud" }
    }`;
    assert.deepEqual(new Set(linesOf(text)), new Set([7, 9, 12]));
    assert.deepEqual(linesOf('{\n "rules": {,\n}}'), [2]);
    assert.deepEqual(linesOf('{ "rules":\n\n{'), [3]);
    assert.deepEqual(linesOf('[]'), [1]);
    assert.deepEqual(linesOf('{\n\n"colour": 1 }'), [1]);
  });

  it('gives the path of each error', () => {
    assert.match(errorsOf('{ "rules": { "self-deadlock": "loud" } }'), /^rules\.self-deadlock: /);
    assert.match(
      errorsOf('{ "models": [{}, { "acquire": [{ "arg": 0 }] }] }'),
      /^models\[1\]\.acquire\[0\]\.name: /,
    );
    assert.match(errorsOf('{ "colour": 1 }'), /colour/);
    assert.match(errorsOf('{ "ignore": [{ "reason": "because" }] }'), /^ignore\[0\]: needs at least one of/);
    assert.match(errorsOf('{ "rules": '), /JSON/);
  });

  it('says in plain words what is wrong', () => {
    assert.equal(errorsOf('{ "rules": { "lock-cycle": "off" } }'), 'rules: unknown rule “lock-cycle”');
    assert.equal(errorsOf('{ "ignroe": [], "fix": 1 }'), '(top level): unknown keys “ignroe”, “fix”');
    assert.equal(errorsOf('{ "ignore": "all" }'), 'ignore: must be a list, not a text');
    assert.match(
      errorsOf('{ "rules": { "irq-state": "of" } }'),
      /^rules\.irq-state: must be one of error, warn/,
    );
    assert.match(errorsOf('{ "ignore": [{ "rule": "irq-state" }] }'), /reason: is missing/);
  });

  const wrong: readonly (readonly [what: string, record: string, error: string])[] = [
    ['a negative number', '{ "name": "a", "value": -1 }', '.value of a: must be at least 0'],
    ['a fraction', '{ "name": "a", "value": 1.5 }', '.value of a: must be a whole number'],
    ['a text for a number', '{ "name": "a", "value": "0" }', '.value of a: must be a number, not a text'],
    ['a flag that is not true', '{ "name": "a", "noreturn": false }', '.noreturn of a: must be true'],
    ['an empty text', '{ "name": "a", "setup": "" }', '.setup of a: must not be empty'],
    [
      'a version',
      '{ "name": "a", "inert": true, "since": "6" }',
      '.since of a: must be a version such as 6.12',
    ],
    [
      'none of several forms',
      '{ "name": "a", "register": { "objectArg": "0" } }',
      '.register.objectArg of a: must be a number, not a text, or result',
    ],
    [
      'a role of stacks',
      '{ "name": "a", "stack": { "k": "x" } }',
      '.stack.k of a: must be one of machinery, lock, wait, entry',
    ],
    [
      'a path without arrow',
      '{ "name": "a", "acquire": { "kind": "mutex", "path": "lock" } }',
      '.acquire.path of a: must be a path such as ->lock, ->dev.lock, RET->lock or *',
    ],
    [
      'a field without record',
      '{ "field": "open" }',
      '.field of open: must be a record and its member, such as acme_ops.open',
    ],
    [
      'two roles',
      '{ "name": "a", "acquire": { "kind": "mutex" }, "release": { "kind": "mutex" } }',
      ' of a: has the roles acquire and release, but a call has only one of them',
    ],
    [
      'no role',
      '{ "name": "acme_lock", "note": "?" }',
      ' of acme_lock: says nothing: it needs a role, such as acquire or release',
    ],
    [
      'a name with a blank',
      '{ "name": "acme lock", "inert": true }',
      ' of acme lock: “acme lock” is not the name of a function, macro or guard',
    ],
    [
      'a list with a wrong name',
      '{ "noreturn": ["die!"] }',
      ': “die!” is not the name of a function, macro or guard',
    ],
  ];
  for (const [what, record, error] of wrong)
    it(`refuses ${what} in a record`, () => {
      assert.equal(errorsOf(`{ "models": [${record}] }`), `models[0]${error}`);
    });

  it('refuses two records of one name, with the line of the second', () => {
    const text = `{ "models": [
      { "name": "a", "acquire": { "kind": "mutex" } },
      { "name": "b", "acquire": { "kind": "mutex" } },
      { "name": "a", "release": { "kind": "mutex" } } ] }`;
    assert.deepEqual(parseConfig(text), {
      errors: [{ line: 4, text: 'models[2] of a: models[0] says something else of a' }],
    });
    assert.equal(
      errorsOf('{ "models": [{ "acquire": [{ "name": "a" }], "release": [{ "name": "a" }] }] }'),
      'models[0]: the same entry says something else of a',
    );
  });

  it('accepts what agrees: a record twice, a lock beside a wait, a call that does not return', () => {
    const text = `{ "models": [
      { "name": "a", "acquire": { "kind": "mutex" } },
      { "name": "a", "acquire": { "kind": "mutex" } },
      { "noreturn": ["a"] },
      { "name": "mutex_lock", "note": "followed" },
      { "name": "guard:acme", "setup": "acme_enter", "cleanup": "acme_leave" },
      { "name": "b", "transient": { "kind": "mutex", "path": "->bus->lock" }, "wait": { "awaits": "work" } } ] }`;
    assert.deepEqual(parseConfig(text), { config: JSON.parse(text) as object });
  });

  it('warns of records that reverse a built-in one', () => {
    const models = [
      { name: 'mutex_lock', release: { kind: 'mutex' } },
      { name: 'mutex_trylock', acquire: { kind: 'mutex' } },
      { name: 'acme_unlock', acquire: { kind: 'mutex' } },
    ] as const;
    assert.deepEqual(
      reversals(models).map(({ place, text }) => [place, text]),
      [
        [
          ['models', 0],
          'models[0]: mutex_lock() releases a lock here, but takes it in the built-in record that this one replaces',
        ],
      ],
    );
  });
});
