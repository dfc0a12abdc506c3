import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { EvidenceOutput } from '../../../../analysis/evidence/tell/schema.js';
import type { GraphOutput } from '../../../../analysis/report/graph.js';
import type { ScanOutput } from '../../../../analysis/report/formats/schema.js';
import { sample } from '../../evidence/samples.js';
import { within } from '../../host/temporary.js';
import { ROOT } from '../../../support/root.js';
import { lockorder } from '../run.js';

/** The functions of the captured log, with the orders it shows. */
const SOURCE = `#include <linux/module.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(inode_mutex);
static DEFINE_MUTEX(super_mutex);

static void super_sync(void)
{
	mutex_lock(&super_mutex);
	mutex_unlock(&super_mutex);
}

static void inode_balance(void)
{
	super_sync();
}

static void inode_write(void)
{
	mutex_lock(&inode_mutex);
	inode_balance();
	mutex_unlock(&inode_mutex);
}

static void super_flush(void)
{
	mutex_lock(&super_mutex);
	mutex_lock(&inode_mutex);
	mutex_unlock(&inode_mutex);
	mutex_unlock(&super_mutex);
}

static int __init writeb_init(void)
{
	inode_write();
	super_flush();
	return 0;
}
module_init(writeb_init);
`;
const PROVING = ' memory used for stack traces: 4224 kB\n';
const AFTER = `${PROVING}all lock classes:
0000000000000001 OPS: 5 FD: 1 BD: 2 +.+.: inode_mutex

0000000000000002 OPS: 4 FD: 2 BD: 1 +.+.: super_mutex
 -> [0000000000000001] inode_mutex

`;

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  await within(
    {
      'writeb.c': SOURCE,
      'before.log': sample('drop_relock'),
      'after.log': AFTER,
      'empty.log': '',
      Makefile: 'obj-$(CONFIG_WRITEB) += writeb.o\n',
    },
    ({ path }) => use(path),
  );
}

describe('runtime evidence on the command line', function () {
  it('evidence: prints reports with class, place and finding, and edges; standard error stays empty', async () => {
    await inFolder(async (folder) => {
      const { code, out, err } = await lockorder(['evidence', 'before.log', '--format', 'json'], folder);
      assert.equal(code, 0);
      assert.equal(err, '');
      const { events, edges, sources } = JSON.parse(out) as EvidenceOutput;
      const [event] = events;
      assert.deepEqual(event?.locks, [
        {
          class: 'writeb.c:inode_mutex',
          role: 'acquiring',
          where: { function: 'super_flush', file: 'writeb.c', line: 28 },
        },
        {
          class: 'writeb.c:super_mutex',
          role: 'held',
          where: { function: 'super_flush', file: 'writeb.c', line: 27 },
        },
        {
          class: 'writeb.c:super_mutex',
          role: 'chain',
          where: { function: 'super_sync', file: 'writeb.c', line: 9 },
        },
        {
          class: 'writeb.c:inode_mutex',
          role: 'chain',
          where: { function: 'super_flush', file: 'writeb.c', line: 28 },
        },
      ]);
      assert.equal(event?.explainedBy.length, 1);
      assert.equal(event?.gap, undefined);
      assert.deepEqual(
        edges.map(({ from, to, verdict }) => `${from} ${to} ${verdict}`),
        [
          'writeb.c:inode_mutex writeb.c:super_mutex explained',
          'writeb.c:super_mutex writeb.c:inode_mutex explained',
        ],
      );
      assert.equal(sources[0]?.file, 'before.log');
    });
  });

  it('evidence: prints a command for a finding that works in the current folder', async () => {
    await inFolder(async (folder) => {
      await within({ 'x.txt': 'x' }, async ({ path: elsewhere }) => {
        const places: readonly (readonly [string, readonly string[]])[] = [
          [folder, []],
          [elsewhere, ['--root', folder]],
        ];
        for (const [where, options] of places) {
          const { out } = await lockorder(['evidence', join(folder, 'before.log'), ...options], where);
          const command = /: (lockorder explain .*)$/m.exec(out)?.[1] ?? '';
          const words = command.split(' ').slice(1);
          assert.ok(words.length > 1, out);
          const { code, out: story } = await lockorder(words, where);
          assert.equal(code, 0, command);
          assert.match(story, /lock-order-cycle/);
        }
      });
    });
  });

  it('evidence: prints a contended lock with its class and the findings about it', async () => {
    await inFolder(async (folder) => {
      const perf = ` contended   total wait     max wait     avg wait         type   caller

        17    317.74 ms    134.54 ms     18.69 ms        mutex   super_sync+0x15
`;
      writeFileSync(join(folder, 'perf.txt'), perf);
      const { out } = await lockorder(['evidence', 'perf.txt'], folder);
      assert.match(
        out,
        /^No task is known to hang\. The longest waits are for writeb\.c:super_mutex in super_sync: /,
      );
      assert.match(out, /super_mutex in super_sync: 17 waits[^]*findings that involve it: [0-9a-f]+/);
    });
  });

  it('evidence: reads standard input and compressed files', async () => {
    await within({ 'x.txt': 'x' }, async ({ path: folder }) => {
      const log = join(folder, 'log');
      for (const [program, suffix] of [
        ['xz', 'xz'],
        ['zstd', 'zst'],
        ['bzip2', 'bz2'],
      ] as const) {
        writeFileSync(log, sample('spin_self'));
        const packed = spawnSync(program, ['-c', log], { maxBuffer: 1e8 });
        // Not everywhere all of them are installed.
        if (packed.error) continue;
        writeFileSync(`${log}.${suffix}`, packed.stdout);
        const { out } = await lockorder(['evidence', `${log}.${suffix}`], folder);
        assert.match(out, /recursive: WARNING: possible recursive locking/, program);
      }
      const { stdout } = spawnSync(process.execPath, [join(ROOT, 'dist/cli.cjs'), 'evidence', '-'], {
        cwd: folder,
        input: gzipSync(sample('spin_self')),
        encoding: 'utf8',
      });
      assert.match(stdout, /recursive: WARNING: possible recursive locking/);
    });
  });

  it('evidence: names a missing decompressor, and reports a compressed log without output as damaged', async () => {
    await within({ 'x.txt': 'x' }, async ({ path: folder }) => {
      const xz = Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4);
      writeFileSync(join(folder, 'log.xz'), xz);
      const { stderr, status } = spawnSync(
        process.execPath,
        [join(ROOT, 'dist/cli.cjs'), 'evidence', 'log.xz'],
        {
          cwd: folder,
          env: { ...process.env, PATH: folder },
          encoding: 'utf8',
        },
      );
      assert.match(stderr, /log\.xz: needs xz, which is not installed on this machine/);
      assert.equal(status, 2);
      writeFileSync(join(folder, 'log.gz'), gzipSync(sample('spin_self')).subarray(0, 15));
      const { code, err } = await lockorder(['evidence', 'log.gz'], folder);
      assert.match(err, /log\.gz: compressed data is truncated or damaged/);
      assert.equal(code, 2);
    });
  });

  it('evidence: says that only the readable part of a truncated compressed log was read', async () => {
    await within({ 'x.txt': 'x' }, async ({ path: folder }) => {
      const packed = gzipSync(sample('spin_self'));
      writeFileSync(join(folder, 'log.gz'), packed.subarray(0, packed.length - 40));
      const { code, out } = await lockorder(['evidence', 'log.gz'], folder);
      assert.match(out, /^log\.gz: kernel log \(\d+ lines; compressed data is truncated or damaged/m);
      assert.equal(code, 0);
      const json = await lockorder(['evidence', 'log.gz', '--format', 'json'], folder);
      assert.match(json.out, /"isTorn": true/);
    });
  });

  it('evidence: joins the parts of a pstore record into one log, the last part first', async () => {
    const lines = sample('drop_relock').split('\n');
    const part = (number: number, from: number, to: number): string =>
      `Panic#1 Part${number}\n${lines.slice(from, to).join('\n')}\n`;
    await within(
      { 'dmesg-erst-1': part(1, 40, lines.length), 'dmesg-erst-2': part(2, 0, 40) },
      async ({ path: folder }) => {
        const { out } = await lockorder(['evidence', 'dmesg-erst-1', 'dmesg-erst-2'], folder);
        assert.match(out, /circular: WARNING: possible circular[^]*acquiring inode_mutex/);
        assert.match(out, /\n1 report\n/);
      },
    );
  });

  it('evidence: works without source, and names compressed and missing files', async () => {
    await within({ 'x.txt': 'x' }, async ({ path: folder }) => {
      writeFileSync(join(folder, 'log.gz'), gzipSync(sample('spin_self')));
      const { code, out, err } = await lockorder(['evidence', 'log.gz', 'none.log'], folder);
      assert.equal(code, 0);
      assert.match(err, /none\.log: no such file/);
      assert.match(
        out,
        /Compare with the source: [^]*recursive: WARNING: possible recursive locking detected[^]*tb_lock/,
      );
      assert.equal((await lockorder(['evidence', 'none.log'], folder)).code, 2);
      assert.equal((await lockorder(['evidence'], folder)).code, 2);
    });
  });

  it('scan --evidence marks findings that were seen, and takes a folder as source, not as a log', async () => {
    await inFolder(async (folder) => {
      const { out } = await lockorder(['scan', '--format', 'json', '--evidence', 'before.log', '.'], folder);
      const { findings } = JSON.parse(out) as ScanOutput;
      assert.deepEqual(
        findings.map(({ evidence }) =>
          evidence.map(({ verdict, source }) => `${verdict} ${source.split(':')[0] ?? ''}`),
        ),
        [['seen before.log']],
      );
      const later = await lockorder(['scan', '.', '--format', 'json', '--evidence', 'after.log'], folder);
      assert.deepEqual((JSON.parse(later.out) as ScanOutput).findings[0]?.evidence, [
        { source: 'after.log', verdict: 'not-seen' },
      ]);
    });
  });

  it('graph --evidence marks for each edge whether it ran', async () => {
    await inFolder(async (folder) => {
      const { out } = await lockorder(['graph', '.', '--format', 'json', '--evidence', 'after.log'], folder);
      const { edges, classes } = JSON.parse(out) as GraphOutput;
      const verdict = edges.find(({ from }) => from === 'writeb.c:super_mutex')?.evidence;
      assert.equal(verdict, 'seen');
      assert.ok(edges.every(({ evidence }) => evidence !== 'unknown'));
      assert.deepEqual(classes.map(({ lockdepNames }) => String(lockdepNames[0])).sort(), [
        'inode_mutex',
        'super_mutex',
      ]);
    });
  });

  it('validate: exits with 0 if fixed, 1 if not fixed, 2 without a subject, 3 if not exercised', async () => {
    await inFolder(async (folder) => {
      const run = async (...words: string[]): Promise<number> =>
        (await lockorder(['validate', ...words], folder)).code;
      assert.equal(await run('--before', 'before.log', '--after', 'after.log'), 0);
      assert.equal(await run('--before', 'before.log', '--after', 'before.log'), 1);
      assert.equal(await run('--before', 'empty.log', '--after', 'after.log'), 2);
      assert.equal(await run('--before', 'before.log', '--after', 'empty.log'), 3);
      assert.equal(await run('.', 'f00d', '--before', 'before.log', '--after', 'after.log'), 2);
      assert.equal(await run('--before', 'before.log'), 2);
    });
  });

  it('the command that a plan ends with names the same source, from any folder', async () => {
    await inFolder(async (folder) => {
      const scanned = await lockorder(['scan', '.', '--format', 'json'], folder);
      const id = (JSON.parse(scanned.out) as ScanOutput).findings[0]?.id ?? '';
      const plan = await lockorder(['plan', '--root', folder, id], tmpdir());
      assert.equal(plan.code, 0, plan.err);
      const [command = ''] = /^ *lockorder validate .*$/m.exec(plan.out) ?? [];
      const words = command
        .replace('before/run.*', join(folder, 'before.log'))
        .replace('after/run.*', join(folder, 'after.log'))
        .trim()
        .split(' ');
      const { code, err } = await lockorder(words.slice(1), tmpdir());
      assert.equal(code, 0, err);
    });
  });

  it('says how many lines it read, also one', async () => {
    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'cmdline'), 'BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro quiet\n');
      const { out } = await lockorder(['evidence', 'cmdline'], folder);
      assert.match(out, /^cmdline: kernel command line \(1 line\)$/m);
    });
  });

  it('validate and plan find a finding by id; validate does so even after the repair', async () => {
    await inFolder(async (folder) => {
      const scanned = await lockorder(['scan', '.', '--format', 'json'], folder);
      const id = (JSON.parse(scanned.out) as ScanOutput).findings[0]?.id ?? '';
      const plan = await lockorder(['plan', '.', id], folder);
      assert.equal(plan.code, 0);
      assert.match(plan.out, /CONFIG_PROVE_LOCKING=y[^]*CONFIG_WRITEB=m[^]*Side 2[^]*MODULE=writeb/);
      assert.equal((await lockorder(['plan', '.', 'f00d'], folder)).code, 2);
      const words = ['validate', '.', id, '--before', 'before.log', '--after', 'after.log'];
      assert.equal((await lockorder(words, folder)).code, 0);
      writeFileSync(join(folder, 'writeb.c'), SOURCE.replace('\tsuper_sync();\n', ''));
      const { code, out } = await lockorder(words, folder);
      assert.equal(code, 0);
      assert.ok(out.includes(id));
    });
  });
});
