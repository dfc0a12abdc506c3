import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode, MAX_FILE_BYTES, readRaw, readRawLater } from '../../../../host/node/files/read.js';
import { within } from '../temporary.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('reading files', () => {
  it('decodes UTF-8, and other bytes as Latin-1', () => {
    assert.deepEqual(decode(Buffer.from('ä = 1;')), { text: 'ä = 1;', encoding: 'utf-8', bom: false });
    assert.deepEqual(decode(bytes(0xe4, 0x0a)), { text: 'ä\n', encoding: 'latin-1', bom: false });
  });

  it('removes a byte order mark and keeps line ends', () => {
    assert.deepEqual(decode(bytes(0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a)), {
      text: 'a\r\n',
      encoding: 'utf-8',
      bom: true,
    });
  });

  it('encodes to the same bytes', () => {
    for (const original of [bytes(0xe4, 0x0a), bytes(0xef, 0xbb, 0xbf, 0x61), Buffer.from('ä\r\n')]) {
      const content = decode(original);
      assert.ok('text' in content);
      const { text, encoding, bom } = content;
      assert.deepEqual(Uint8Array.from(encode(text, encoding, bom)), Uint8Array.from(original));
    }
  });

  it('recognises a binary by its NUL bytes', () => {
    assert.deepEqual(decode(bytes(0x7f, 0x45, 0, 0x46)), { skipped: 'not-text' });
  });

  for (const [how, reads] of [
    ['at once', readRaw],
    ['without blocking', readRawLater],
  ] as const) {
    it(`says why a file cannot be read, ${how}`, () =>
      within({ 'a.c': 'int a;', 'big.c': '', 'empty.c': '' }, async ({ path }) => {
        truncateSync(join(path, 'big.c'), MAX_FILE_BYTES + 1);
        assert.deepEqual(await reads(join(path, 'big.c')), { skipped: 'file-too-large' });
        assert.deepEqual(await reads(join(path, 'none.c')), { skipped: 'not-found' });
        assert.deepEqual(await reads(path), { skipped: 'is-a-directory' });
        for (const [name, text] of [
          ['a.c', 'int a;'],
          ['empty.c', ''],
        ] as const) {
          const raw = await reads(join(path, name));
          assert.equal('bytes' in raw && Buffer.from(raw.bytes).toString(), text);
        }
      }));
  }
});
