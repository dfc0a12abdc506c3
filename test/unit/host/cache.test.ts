import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cache, contentKey } from '../../../host/node/cache.js';
import { within } from './temporary.js';

const KEY = contentKey(Buffer.from('text'));
const OTHER = contentKey(Buffer.from('other text'));
const RECIPE = '0123456789abcdef';
const data = Buffer.from('result');

function packs(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pack'));
}

describe('cache', () => {
  it('gives back in a later run what was put in, for the same content and recipe only', () =>
    within({}, ({ path }) => {
      const first = new Cache(path, RECIPE, '/root');
      first.put('d/a.c', 'summary', KEY, data);
      assert.deepEqual(first.get('d/a.c', 'summary', KEY), data);
      first.close();
      const second = new Cache(path, RECIPE, '/root');
      assert.deepEqual(second.get('d/a.c', 'summary', KEY), data);
      assert.equal(second.get('d/a.c', 'summary', OTHER), undefined);
      assert.equal(second.get('d/a.c', 'function1', KEY), undefined);
      assert.equal(second.get('d/b.c', 'summary', KEY), undefined);
      assert.equal(
        new Cache(path, RECIPE.replace('0', 'f'), '/root').get('d/a.c', 'summary', KEY),
        undefined,
      );
      assert.equal(new Cache(path, RECIPE, '/other').get('d/a.c', 'summary', KEY), undefined);
    }));

  it('keeps the other entries of a folder when one is added', () =>
    within({}, ({ path }) => {
      for (const file of ['d/a.c', 'd/b.c']) {
        const cache = new Cache(path, RECIPE, '/root');
        cache.put(file, 'summary', KEY, data);
        cache.close();
      }
      const cache = new Cache(path, RECIPE, '/root');
      assert.ok(cache.get('d/a.c', 'summary', KEY));
      assert.ok(cache.get('d/b.c', 'summary', KEY));
    }));

  it('ignores a damaged pack and writes it anew', () =>
    within({}, ({ path }) => {
      const fill = (): void => {
        const cache = new Cache(path, RECIPE, '/root');
        cache.put('d/a.c', 'summary', KEY, data);
        cache.close();
      };
      fill();
      const [pack] = packs(path);
      const file = join(path, pack ?? '');
      const whole = readFileSync(file);
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(20) ^ 1, 20);
      for (const damaged of [flipped, whole.subarray(0, 30), Buffer.from('x')]) {
        writeFileSync(file, damaged);
        assert.equal(new Cache(path, RECIPE, '/root').get('d/a.c', 'summary', KEY), undefined);
      }
      fill();
      assert.deepEqual(readFileSync(file), whole);
    }));

  it('that cannot be written is no error', () =>
    within({ file: '' }, ({ path }) => {
      const cache = new Cache(join(path, 'file'), RECIPE, '/root');
      cache.put('a.c', 'summary', KEY, data);
      cache.close();
    }));
});
