import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scanSchema } from '../../../../analysis/report/formats/schema.js';
import { nameOf, systemPath } from '../../../../host/node/files/names.js';
import { within } from '../../host/temporary.js';
import { lockorder } from '../run.js';
import { CYCLE } from '../sources.js';

const bytes = (...parts: (string | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

describe('file names that are not UTF-8', () => {
  it('map back to their bytes', () => {
    const names = [
      bytes('a.c'),
      bytes('é☃😀.c'),
      bytes(0xff, 0xfe, '.c'),
      bytes('d', 0xe9, '/', 0xc3, 'é', 0x80),
      bytes(0xed, 0xb3, 0xa9, '.c'),
      bytes(0xf0, 0x9f, 0x98, 'x'),
    ];
    for (const name of names) assert.deepEqual(Buffer.from(systemPath(nameOf(name))), name);
  });

  it('are read from folders and from arguments, and are printed', () =>
    within({ 'plain.c': '' }, async ({ path }) => {
      const folder = Buffer.concat([bytes(path), bytes('/d', 0xe9)]);
      mkdirSync(folder);
      writeFileSync(Buffer.concat([folder, bytes('/f', 0xff, '.c')]), CYCLE);
      const files = async (...words: string[]): Promise<string[]> => {
        const { out } = await lockorder(['scan', '--format=json', ...words], path);
        return scanSchema.parse(JSON.parse(out)).findings.map(({ at }) => at.file);
      };
      assert.deepEqual(await files(), ['d\udce9/f\udcff.c']);
      // From the cache.
      assert.deepEqual(await files(), ['d\udce9/f\udcff.c']);
      // What is left of the name on the command line.
      assert.deepEqual(await files(join('d\ufffd', 'f\ufffd.c')), ['d\udce9/f\udcff.c']);
      const text = await lockorder(['scan'], path);
      assert.match(text.out, /--> d\\udce9\/f\\udcff\.c:/);
      assert.equal(text.err, '');
    }));
});
