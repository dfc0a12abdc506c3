import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { ROOT } from '../../support/root.js';
import { within } from './temporary.js';

const room = new URL('../../../host/node/room.js', import.meta.url).href;
const script = `
import { getHeapStatistics } from 'node:v8';
import { hasRoom, inRoom, tellResultBegins, tellResultEnds, whyNoRoom } from ${JSON.stringify(room)};
if (!hasRoom()) {
  const code = whyNoRoom() ?? await inRoom();
  console.log('ended', code);
} else {
  console.error('said');
  if (process.argv[3] !== undefined) tellResultBegins();
  console.log(process.argv[2], getHeapStatistics().heap_size_limit);
  if (process.argv[3] !== undefined && process.argv[3] !== 'begins') tellResultEnds(Number(process.argv[3]));
  if (process.argv[2] === 'fill') for (let all = []; ; ) all.push(new Array(1000).fill(all.length));
  process.exitCode = 7;
}
`;

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

const run = (word: string, env: NodeJS.ProcessEnv = {}, more: readonly string[] = []): Promise<Ran> =>
  within({ 'a.mjs': script }, ({ path }) =>
    Promise.resolve(
      spawnSync(process.execPath, [join(path, 'a.mjs'), word, ...more], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      }),
    ),
  );

/** Bytes that the heap of the program may have. */
const limitOf = (stdout: string): number => Number(/^word (\d+)$/mu.exec(stdout)?.[1]);

describe('room for a large heap', () => {
  it('restarts the program with the same arguments and the same exit code', async () => {
    const standard = limitOf((await run('word', { LOCKORDER_HEAP_MB: '1' })).stdout);
    const { stdout, stderr } = await run('word');
    assert.match(stdout, /^word \d+\nended 7$/mu);
    assert.equal(stderr, 'said\n');
    assert.notEqual(limitOf(stdout), standard);
  });

  it('respects the limit that the user chose', async () => {
    const { stdout } = await run('word', { NODE_OPTIONS: '--max-old-space-size=300' });
    assert.match(stdout, /^ended 7$/mu);
    assert.ok(limitOf(stdout) < 600 * 2 ** 20, stdout);
  });

  it("reports a full heap, without the engine's message", async () => {
    const { stdout, stderr } = await run('fill', { NODE_OPTIONS: '--max-old-space-size=40' });
    assert.match(stdout, /^ended full$/mu);
    assert.equal(stderr.trim(), 'said');
  });

  // A scan wrote its result, ran out of memory while it closed its files, and was run in parts: two results, one after the other.
  it('reports the exit code of a program whose memory runs out after its result', async () => {
    const { stdout } = await run('fill', { NODE_OPTIONS: '--max-old-space-size=40' }, ['3']);
    assert.match(stdout, /^fill \d+\nended 3$/mu);
  });

  it('reports a result that a full heap cuts', async () => {
    const { stdout } = await run('fill', { NODE_OPTIONS: '--max-old-space-size=40' }, ['begins']);
    assert.match(stdout, /^ended cut$/mu);
  });

  it('continues in one process if no other can be started', () =>
    within(
      { 'a.c': 'void f(void)\n{\n}\n', 'none.cjs': `process.execPath = '/nowhere/node';\n` },
      ({ path }) => {
        const { status, stdout, stderr } = spawnSync(
          process.execPath,
          [
            '--require',
            './none.cjs',
            join(ROOT, 'out/cli/main.js'),
            'scan',
            'a.c',
            '--no-cache',
            '--jobs',
            '1',
          ],
          { cwd: path, encoding: 'utf8' },
        );
        assert.deepEqual([status, stderr], [0, '']);
        assert.match(stdout, /^no findings$/m);
      },
    ));

  it('reports that there is not enough memory', async () => {
    const { stdout } = await run('word', { NODE_OPTIONS: '--max-old-space-size=20' });
    assert.match(stdout, /^ended 20 MB of memory are left for the work, 32 are the least$/mu);
  });
});
