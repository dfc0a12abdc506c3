import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Cache, contentKey } from '../../../../host/node/cache/cache.js';
import { within } from '../temporary.js';

const KEY = contentKey(Buffer.from('text'));
const OTHER = contentKey(Buffer.from('other text'));
const RECIPE = '0123456789abcdef';
const data = Buffer.from('result');

function packs(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.pack'));
}

describe('cache', () => {
  it('returns a stored result in a later run, for the same content and recipe only', () =>
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

  it('ignores a damaged pack and rewrites it', () =>
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

  it('tolerates a read-only folder', () =>
    within({ file: '' }, ({ path }) => {
      const cache = new Cache(join(path, 'file'), RECIPE, '/root');
      cache.put('a.c', 'summary', KEY, data);
      cache.close();
    }));

  it('survives a truncated pack', () =>
    within({}, ({ path }) => {
      const cache = new Cache(path, RECIPE, '/root');
      for (let file = 0; file < 20; file++) cache.put(`d/${file}.c`, 'summary', KEY, Buffer.alloc(50, file));
      cache.close();
      const file = join(path, packs(path)[0] ?? '');
      const whole = readFileSync(file);
      for (let length = 0; length < whole.length; length++) {
        writeFileSync(file, whole.subarray(0, length));
        assert.equal(new Cache(path, RECIPE, '/root').get('d/0.c', 'summary', KEY), undefined);
      }
    }));

  it('keeps what another process has written meanwhile', () =>
    within({}, ({ path }) => {
      const [one, other] = ['a', 'b'].map((name) => {
        const cache = new Cache(path, RECIPE, '/root');
        assert.equal(cache.get(`d/${name}.c`, 'summary', KEY), undefined);
        cache.put(`d/${name}.c`, 'summary', KEY, data);
        return cache;
      });
      one?.close();
      other?.close();
      const later = new Cache(path, RECIPE, '/root');
      for (const name of ['a', 'b']) assert.deepEqual(later.get(`d/${name}.c`, 'summary', KEY), data);
    }));

  it("drops results of a file's previous text", () =>
    within({}, ({ path }) => {
      const fill = (key: string, ...names: string[]): void => {
        const cache = new Cache(path, RECIPE, '/root');
        for (const name of names) cache.put('d/a.c', name, key, data);
        cache.close();
      };
      fill(KEY, 'summary', 'function1');
      fill(KEY, 'function2');
      const cache = new Cache(path, RECIPE, '/root');
      for (const name of ['summary', 'function1', 'function2']) assert.ok(cache.get('d/a.c', name, KEY));
      fill(OTHER, 'summary');
      const later = new Cache(path, RECIPE, '/root');
      assert.ok(later.get('d/a.c', 'summary', OTHER));
      assert.equal(later.get('d/a.c', 'function1', KEY), undefined);
    }));

  it('evicts the least recently used results beyond its limit', () =>
    within({}, ({ path }) => {
      const noise = randomBytes(20_000);
      const fill = (root: string): void => {
        const cache = new Cache(path, RECIPE, root, 50_000);
        cache.put('a.c', 'summary', KEY, noise);
        cache.close();
      };
      for (const [age, root] of ['/one', '/two', '/three'].entries()) {
        fill(root);
        const newest = statSync(join(path, RECIPE)).mtimeMs / 1000 - 100 + age;
        for (const tree of readdirSync(join(path, RECIPE))) {
          const folder = join(path, RECIPE, tree);
          if (statSync(folder).mtimeMs / 1000 > newest + 50) utimesSync(folder, newest, newest);
        }
      }
      fill('/four');
      const has = (root: string): boolean =>
        new Cache(path, RECIPE, root).get('a.c', 'summary', KEY) !== undefined;
      assert.deepEqual(['/one', '/two', '/three', '/four'].map(has), [false, false, true, true]);
    }));

  it('evicts unused versions and half-written files', () =>
    within({}, ({ path }) => {
      const old = new Cache(path, 'fedcba9876543210', '/root');
      old.put('a.c', 'summary', KEY, data);
      old.close();
      const [tree = ''] = readdirSync(join(path, 'fedcba9876543210'));
      const long = Date.now() / 1000 - 40 * 24 * 3600;
      utimesSync(join(path, 'fedcba9876543210', tree), long, long);
      const fresh = new Cache(path, RECIPE, '/root');
      fresh.put('a.c', 'summary', KEY, data);
      fresh.flush();
      const [own = ''] = readdirSync(join(path, RECIPE));
      const half = join(path, RECIPE, own, '0123456789abcdef.pack.4711');
      writeFileSync(half, 'half');
      utimesSync(half, long, long);
      fresh.close();
      assert.deepEqual(readdirSync(path), [RECIPE]);
      assert.equal(readdirSync(join(path, RECIPE, own)).length, 1);
    }));

  it('tolerates a full disk', function () {
    return within({ 'disk/x': '' }, ({ path }) => {
      const disk = join(path, 'disk');
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
      // Only the system's own user may mount.
      if (mounted.status !== 0) this.skip();
      try {
        const small = new Cache(disk, RECIPE, '/root');
        small.put('a.c', 'summary', KEY, data);
        small.close();
        const cache = new Cache(disk, RECIPE, '/root');
        cache.put('a.c', 'function1', KEY, randomBytes(200_000));
        cache.put('d/b.c', 'summary', KEY, randomBytes(200_000));
        cache.close();
        const later = new Cache(disk, RECIPE, '/root');
        assert.deepEqual(later.get('a.c', 'summary', KEY), data);
        assert.equal(later.get('d/b.c', 'summary', KEY), undefined);
        assert.deepEqual(
          packs(disk).map((name) => basename(name).replace(/^[0-9a-f]+/, '')),
          ['.pack'],
        );
      } finally {
        spawnSync('umount', [disk]);
      }
    });
  });
});
