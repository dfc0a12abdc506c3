import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { scanSchema } from '../../../analysis/report/formats/schema.js';
import { within } from '../host/temporary.js';
import { lockorder } from './run.js';

const compiled = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));
const MAIN = existsSync(compiled) ? compiled : compiled.replace(/\.js$/, '.ts');
/** Bytes read before the signal: more than the program itself, less than the program and its sources. */
const READ_BYTES = 60_000_000;

/** Files of which each takes a while. */
const FILES = Object.fromEntries(
  Array.from({ length: 800 }, (_, file): [string, string] => [
    `f${file}.c`,
    `struct obj { struct mutex m; };\n/* ${'x'.repeat(130_000)} */\n` +
      Array.from(
        { length: 20 },
        (_each, at) =>
          `void f${file}_${at}(struct obj *o)\n{\n\tmutex_lock(&o->m);\n\to->x = ${at};\n\tmutex_unlock(&o->m);\n}\n`,
      ).join(''),
  ]),
);

/** A process and all below it. */
function family(pid: number): readonly number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const children = threads.flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
    return [pid, ...children.flatMap(family)];
  } catch {
    return [];
  }
}

function bytesRead(pid: number): number {
  try {
    return Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
  } catch {
    return 0;
  }
}

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A scan that is in the middle of its files, with what it started. */
async function begun(
  path: string,
  more: readonly string[],
  isInTheMiddle: (all: readonly number[]) => boolean,
): Promise<{ readonly scan: ChildProcess; readonly all: readonly number[] }> {
  const scan = spawn(process.execPath, [...process.execArgv, MAIN, 'scan', '.', '--jobs', '2', ...more], {
    cwd: path,
    stdio: 'ignore',
    env: { ...process.env, XDG_CACHE_HOME: `${path}/.cache`, TMPDIR: `${path}/tmp` },
  });
  for (;;) {
    assert.equal(scan.exitCode, null, 'ended before it was in the middle');
    const all = family(scan.pid ?? 0);
    if (isInTheMiddle(all)) return { scan, all };
    await setTimeout(20);
  }
}

/** A scan of everything at once that has read many of the files. */
const whole = (path: string): ReturnType<typeof begun> =>
  begun(path, ['--whole'], (all) => all.some((pid) => bytesRead(pid) > READ_BYTES));

describe('an interrupted scan', function () {
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });

  it('keeps its index on SIGINT, and dies of the signal', () =>
    within(FILES, async ({ path }) => {
      const { scan, all } = await whole(path);
      const ended = once(scan, 'exit');
      scan.kill('SIGINT');
      assert.deepEqual(await ended, [null, 'SIGINT']);
      assert.deepEqual(all.filter(isThere), []);
      // The first of them in order.
      const first = ['f0.c', 'f1.c', 'f10.c', 'f100.c'];
      const { out } = await lockorder(['scan', ...first, '--format=json', '--stats'], path);
      const { stats } = scanSchema.parse(JSON.parse(out));
      const kept = (stats?.cache ?? []).reduce((sum, { hits }) => sum + hits, 0);
      assert.ok(kept > 0, JSON.stringify(stats?.cache));
    }));

  it('ends with its parts, and leaves nothing of them behind', () =>
    within({ ...FILES, 'tmp/here': '' }, async ({ path }) => {
      const parts = (): readonly string[] =>
        readdirSync(`${path}/tmp`).filter((name) => name.startsWith('lockorder-part-'));
      const { scan, all } = await begun(path, [], () => parts().length === 2);
      const ended = once(scan, 'exit');
      scan.kill('SIGINT');
      assert.deepEqual(await ended, [null, 'SIGINT']);
      // A process that just began learns a little later that nobody waits for it.
      for (const pid of all) while (isThere(pid)) await setTimeout(50);
      assert.deepEqual(parts(), []);
    }));

  it('ends when its parent is killed', () =>
    within(FILES, async ({ path }) => {
      const { scan, all } = await whole(path);
      assert.ok(all.length > 1, 'it works in a process of its own');
      scan.kill('SIGKILL');
      for (const pid of all) while (isThere(pid)) await setTimeout(50);
    }));
});
