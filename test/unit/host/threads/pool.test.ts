import assert from 'node:assert/strict';
import { createCompilers, inThreads } from '../../../../host/node/threads/pool.js';

describe('threads that compile', () => {
  it('work again after they were released', async () => {
    const compilers = inThreads(1, []);
    try {
      const file = { file: 'a.c', bytes: new TextEncoder().encode('int f(void) { return 0; }\n') };
      const [before] = await compilers.compile([file]);
      // So much that the memory of their work is given back.
      await compilers.compile([{ file: 'large.c', bytes: new Uint8Array(64 * 1024 * 1024) }]);
      await compilers.rest();
      const [after] = await compilers.compile([file]);
      assert.ok(before && 'data' in before && after && 'data' in after);
      assert.deepEqual(after.data, before.data);
    } finally {
      await compilers.close();
    }
  });

  it('start once there is more to compile than one message holds', async () => {
    const compilers = await createCompilers(2, []);
    try {
      // Bytes that are sent to a thread are gone here, so a file that still has them was compiled here.
      const sent = async (size: number): Promise<boolean> => {
        const again = (): Uint8Array => new Uint8Array(size).fill(32);
        const file = { file: 'a.c', bytes: again(), again };
        const [compiled] = await compilers.compile([file]);
        assert.ok(compiled && 'data' in compiled);
        return file.bytes.length === 0;
      };
      assert.deepEqual([await sent(200_000), await sent(100_000), await sent(10)], [false, true, true]);
    } finally {
      await compilers.close();
    }
  });

  it('move the bytes of files that can be read again, and copy others', async () => {
    const compilers = inThreads(1, []);
    try {
      const bytes = (): Uint8Array => new TextEncoder().encode('int f(void) { return 0; }\n');
      const moved = { file: 'a.c', bytes: bytes(), again: bytes };
      const copied = { file: 'a.c', bytes: bytes() };
      const part = { file: 'a.c', bytes: new Uint8Array([...bytes(), 0, 0]).subarray(0, -2), again: bytes };
      const [first, ...others] = await compilers.compile([moved, copied, part]);
      assert.ok(first && 'data' in first);
      for (const other of others) assert.deepEqual('data' in other && other.data, first.data);
      assert.deepEqual(
        [moved, copied, part].map((file) => file.bytes.length),
        [0, bytes().length, bytes().length],
      );
    } finally {
      await compilers.close();
    }
  });
});
