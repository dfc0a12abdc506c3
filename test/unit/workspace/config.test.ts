import assert from 'node:assert/strict';
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
      /^models\[0\]\.acquire\.kind: /,
    );
    assert.match(
      errorsOf('{ "models": [{ "acquire": [{ "name": "a", "kind": "baton" }] }] }'),
      /kind: .*mutex/,
    );
    assert.match(errorsOf('{ "models": [{ "name": "a", "acquires": {} }] }'), /^models\[0\]: .*acquires/);
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
});
