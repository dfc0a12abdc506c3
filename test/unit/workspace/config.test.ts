import assert from 'node:assert/strict';
import { parseConfig } from '../../../analysis/workspace/config.js';

function errorsOf(text: string): string {
  const parsed = parseConfig(text);
  return 'errors' in parsed ? parsed.errors.join('\n') : 'no error';
}

describe('lockorder.json', () => {
  it('is taken when it is right', () => {
    const text =
      '{ "models": [{ "try": [{ "name": "t", "success": "zero" }] }], "rules": { "irq-state": "off" } }';
    assert.deepEqual(parseConfig(text), { config: JSON.parse(text) as object });
  });

  it('names the place of each error', () => {
    assert.match(errorsOf('{ "rules": { "self-deadlock": "loud" } }'), /^rules\.self-deadlock: /);
    assert.match(
      errorsOf('{ "models": [{}, { "acquire": [{ "arg": 0 }] }] }'),
      /^models\[1\]\.acquire\[0\]\.name: /,
    );
    assert.match(errorsOf('{ "colour": 1 }'), /colour/);
    assert.match(errorsOf('{ "ignore": [{ "reason": "because" }] }'), /^ignore\[0\]: needs at least one of/);
    assert.match(errorsOf('{ "rules": '), /JSON/);
  });
});
