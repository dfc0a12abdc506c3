import assert from 'node:assert/strict';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';

describe('model', () => {
  it('prints the records of a name in the data and in lockorder.json', () =>
    within(
      { 'lockorder.json': '{ "models": [{ "name": "acme_lock", "acquire": { "kind": "spinlock" } }] }' },
      async ({ path }) => {
        const { code, out } = await lockorder(['model', 'acme_lock'], path);
        assert.equal(code, 0);
        assert.match(out, /acquire: kind spinlock \(by default: .*atomic\)/);
        const json = await lockorder(['model', '--json', 'down_trylock'], path);
        const [record] = JSON.parse(json.out) as { try: { success: string } }[];
        assert.equal(record?.try.success, 'zero');
      },
    ));

  it('fails for a name without a record, and suggests others', () =>
    within({ 'a.c': '' }, async ({ path }) => {
      const { code, err } = await lockorder(['model', 'mutex_lock_inter'], path);
      assert.equal(code, 2);
      assert.match(err, /no model of 'mutex_lock_inter': if it is a function .*mutex_lock_interruptible/);
    }));
});
