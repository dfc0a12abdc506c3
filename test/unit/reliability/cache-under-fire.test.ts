import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { drawn } from '../../../bench/support/draw.js';
import { ROOT } from '../../support/root.js';
import { type Temporary, within } from '../host/temporary.js';

/*
 * What can happen to a cache. By hand with more of it: LOCKORDER_KILLS=100 LOCKORDER_DAMAGES=100.
 */
const KILLS = Number(process.env['LOCKORDER_KILLS'] ?? 2);
const DAMAGES = Number(process.env['LOCKORDER_DAMAGES'] ?? 1);
/** The bundle starts in half the time. */
const PROGRAM = join(ROOT, 'dist/cli.cjs');

/** Folders enough for many packs, and bodies that are asked for later. */
function files(): Record<string, string> {
  const all: Record<string, string> = {
    Kbuild: 'obj-y += d0/\n',
    'include/dev.h': '#include <linux/mutex.h>\nstruct dev { struct mutex a, b; int n; };\n',
  };
  for (let folder = 0; folder < 12; folder++) {
    for (let file = 0; file < 4; file++) {
      const name = `${folder}_${file}`;
      const [first, second] = file === 2 ? ['b', 'a'] : ['a', 'b'];
      all[`d${folder}/f${file}.c`] = `#include <dev.h>
static void inner_${name}(struct dev *d) { mutex_lock(&d->${second}); d->n++; mutex_unlock(&d->${second}); }
static void middle_${name}(struct dev *d) { inner_${name}(d); }
void outer_${name}(struct dev *d) { mutex_lock(&d->${first}); middle_${name}(d); mutex_unlock(&d->${first}); }
`;
    }
  }
  return all;
}

const words = (...more: readonly string[]): string[] => [
  PROGRAM,
  'scan',
  '.',
  '--format=json',
  '--confidence=low',
  '--fail-on=never',
  ...more,
];

interface Scan {
  readonly out: string;
  readonly err: string;
}

/** Only the killed scans have threads, which take a third of the time of one this small. */
const ALONE = '--jobs=1';

function scan(cwd: string, cache: string, env: NodeJS.ProcessEnv = {}, uid?: number): Scan {
  return scanWith([ALONE, ...(cache === '' ? [] : [`--cache=${cache}`])], cwd, env, uid);
}

function scanWith(more: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}, uid?: number): Scan {
  const given = words(...more);
  // Another user may not reach the folder of the sources.
  const own = uid === undefined ? given : given.map((word) => (word === PROGRAM ? copyOfProgram(cwd) : word));
  const run = spawnSync(process.execPath, own, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  assert.equal(run.status, 0, run.stderr);
  return { out: run.stdout, err: run.stderr };
}

function copyOfProgram(folder: string): string {
  const to = join(folder, '.program');
  const filter = (from: string): boolean => !/\.map$|\/web(?:view)?$/.test(from);
  cpSync(dirname(PROGRAM), to, { recursive: true, filter });
  cpSync(join(dirname(PROGRAM), '../package.json'), join(to, 'package.json'));
  return join(to, basename(PROGRAM));
}

/** What a scan prints, while others may run. */
function output(cwd: string, cache: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words(`--cache=${cache}`, ALONE), {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.once('close', (code) => (code === 0 ? resolve(out) : reject(new Error(String(code)))));
  });
}

/** Flips a bit, or cuts off the rest of every third file. */
function damage(file: string, round: number, index: number): void {
  const bytes = readFileSync(file);
  const [place = 0] = drawn([...bytes.keys()], 1, round * 1000 + index);
  if ((round + index) % 3 === 2) truncateSync(file, place);
  else writeFileSync(file, bytes.fill((bytes[place] ?? 0) ^ (1 << (index % 8)), place, place + 1));
}

const packs = (cache: string): string[] =>
  readdirSync(cache, { recursive: true, encoding: 'utf8' })
    .map((name) => join(cache, name))
    .filter((path) => statSync(path).isFile());

describe('a cache', function () {
  this.timeout(Math.max(300_000, (KILLS + DAMAGES) * 60_000));

  /** What a scan of the files prints without a cache, and how long it takes. */
  let clean = '';
  let longest = 0;
  before(() =>
    within(files(), ({ path }) => {
      const start = performance.now();
      clean = scanWith(['--no-cache'], path).out;
      longest = performance.now() - start;
      assert.match(clean, /lock-order-cycle/);
    }),
  );

  it(`loses nothing when its writer is killed ${KILLS} times`, () =>
    within(files(), async ({ path }) => {
      const cache = join(path, '.cache');
      const moments = drawn(
        Array.from({ length: 1000 }, (_, at) => at / 1000),
        KILLS,
        20261120,
      );
      for (let round = 0, killed = 0; killed < KILLS; round++) {
        const moment = moments[killed] ?? 0;
        // Half of them begin with nothing, the others with what the killed ones have left.
        if (round % 2 === 0) rmSync(cache, { recursive: true, force: true });
        const child = spawn(process.execPath, words(`--cache=${cache}`), {
          cwd: path,
          stdio: 'ignore',
          detached: true,
        });
        const ended = new Promise<NodeJS.Signals | null>((resolve) =>
          child.once('exit', (_, signal) => resolve(signal)),
        );
        await delay(moment * longest);
        // The program and the process that it has started.
        if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGKILL');
        const signal = await ended;
        assert.equal(scan(path, cache).out, clean, `killed after ${Math.round(moment * longest)} ms`);
        // The machine may have become faster since the first run: one that had ended was not killed.
        if (signal === 'SIGKILL') killed += 1;
        else longest /= 2;
      }
    }));

  /** Rounds in folders of their own, two at a time. */
  const rounds = (
    count: number,
    work: (folder: Temporary, cache: string, round: number) => Promise<void>,
  ): Promise<unknown> => {
    let next = 0;
    const some = async (): Promise<void> => {
      for (let round = next++; round < count; round = next++)
        await within(files(), (folder) => work(folder, join(folder.path, '.cache'), round));
    };
    return Promise.all([some(), some()]);
  };

  it(`damaged ${DAMAGES} times in each of its files works like an empty one`, () =>
    rounds(DAMAGES, async ({ path }, cache, round) => {
      await output(path, cache);
      const all = packs(cache);
      assert.ok(all.length > 10, String(all.length));
      for (const [index, file] of all.entries()) damage(file, round, index);
      assert.equal(await output(path, cache), clean);
      assert.equal(await output(path, cache), clean);
    }));

  it(`damaged ${DAMAGES} times in everything but the kept results, or not at all, gives the same findings`, () =>
    rounds(DAMAGES + 1, async (folder, cache, round) => {
      const { path } = folder;
      // A scan beside a baseline keeps what it reads, and no result.
      folder.write('none.json', JSON.stringify({ version: 1, findings: [] }));
      scanWith([ALONE, `--cache=${cache}`, '--baseline=none.json'], path);
      const others = packs(cache);
      await output(path, cache);
      assert.equal(packs(cache).length, others.length + 1);
      if (round < DAMAGES) for (const [index, file] of others.entries()) damage(file, round, index);
      folder.write('include/dev.h', `${files()['include/dev.h']}/* here */\n`);
      // A comment at the end of a header changes no result.
      assert.equal(await output(path, cache), clean);
      assert.equal(await output(path, cache), clean);
    }));

  it('serves several processes at once', () =>
    within(files(), async ({ path }) => {
      const cache = join(path, '.cache');
      const all = Array.from({ length: 4 }, () => output(path, cache));
      for (const out of await Promise.all(all)) assert.equal(out, clean);
      assert.equal(scan(path, cache).out, clean);
    }));

  it('is skipped on a full disk, in a read-only home, and without permission', function () {
    return within({ ...files(), 'disk/x': '' }, ({ path }) => {
      const disk = join(path, 'disk');
      for (const options of ['size=16k', 'ro']) {
        const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]);
        // Only the system's own user may mount.
        if (mounted.status !== 0) this.skip();
        try {
          assert.equal(scan(path, '', { HOME: disk, XDG_CACHE_HOME: undefined }).out, clean, options);
        } finally {
          spawnSync('umount', [disk]);
        }
      }
    });
  });

  it('that cannot be written, beside an unreadable folder, does not end the run', function () {
    return within(files(), ({ path }) => {
      const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
      chmodSync(path, 0o755);
      chmodSync(join(path, 'd3'), 0);
      try {
        const { out, err } = scan(path, '', { HOME: '/nonexistent', XDG_CACHE_HOME: undefined }, nobody);
        assert.match(err, /^lockorder: d3: cannot be read/mu);
        assert.match(out, /"file": "d3",\s*"reason": "unreadable"/);
        assert.match(out, /d0\/f2\.c/);
      } finally {
        chmodSync(join(path, 'd3'), 0o755);
      }
    });
  });
});
