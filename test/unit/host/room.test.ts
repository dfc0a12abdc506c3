import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { within } from './temporary.js';

const room = new URL('../../../host/node/room.js', import.meta.url).href;
const script = `
import { getHeapStatistics } from 'node:v8';
import { hasRoom, withRoom } from ${JSON.stringify(room)};
if (!hasRoom()) process.exitCode = await withRoom((limit) => console.log('full', limit > 0));
else {
  console.log(process.argv[2], getHeapStatistics().heap_size_limit);
  if (process.argv[2] === 'abort') process.abort();
  process.exitCode = 7;
}
`;

const run = (word: string, env: NodeJS.ProcessEnv = {}): Promise<{ status: number | null; stdout: string }> =>
  within({ 'a.mjs': script }, ({ path }) =>
    Promise.resolve(
      spawnSync(process.execPath, [join(path, 'a.mjs'), word], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      }),
    ),
  );

/** Bytes that the heap of the program may have. */
const limitOf = (stdout: string): number => Number(stdout.trim().split(' ').at(-1));

describe('room for a large heap', () => {
  it('is made by starting again, with the same words and the same exit code', async () => {
    const standard = limitOf((await run('word', { LOCKORDER_HEAP_MB: '1' })).stdout);
    const { status, stdout } = await run('word');
    assert.equal(status, 7);
    assert.match(stdout, /^word /u);
    assert.notEqual(limitOf(stdout), standard);
  });

  it('is left as it is where the user has chosen one', async () => {
    const { status, stdout } = await run('word', { NODE_OPTIONS: '--max-old-space-size=300' });
    assert.equal(status, 7);
    assert.ok(limitOf(stdout) < 600 * 2 ** 20, stdout);
  });

  it('says so when it was not enough', async () => {
    const { stdout } = await run('abort');
    assert.match(stdout, /^full true$/mu);
  });
});
