// node out/bench/proof/lockdep.js --kernel SOURCE --build DIR --out DIR [--jobs N]
// Goes from a frozen machine to a repaired one: builds a kernel with lockdep (once, in DIR) and the module
// `vending`, which acquires two locks in two orders; lets it freeze in qemu; reads its logs; applies Lockorder's
// fix to the module; runs it again under the same load; and asks `validate` whether the bug is fixed. Prints every
// command with its output. Exits with 1 if a step fails.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScanOutput } from '../../analysis/report/formats/schema.js';
import { record } from '../support/history.js';
import { ROOT } from '../support/root.js';
import { boot } from './guest.js';
import { bootImage, buildModule, copyModule, run, given } from './kernel.js';

const MODULE = 'vending';
const RUNTIME = [
  'dmesg.txt',
  'lockdep',
  'lockdep_chains',
  'lockdep_stats',
  'lock_stat',
  'interrupts',
  'cmdline',
];

/** Sells and collects concurrently, and waits until both are done or the kernel reports hung tasks. */
const SCRIPT = `
echo 5 > /proc/sys/kernel/hung_task_timeout_secs
insmod /vending.ko
(for i in 1 2 3 4 5 6 7 8 9 10; do echo 1 > /sys/kernel/vending/sell; done; echo > /tmp/sold) &
(for i in 1 2 3 4 5 6 7 8 9 10; do echo 1 > /sys/kernel/vending/collect; done; echo > /tmp/collected) &
for i in $(seq 60); do
  [ -e /tmp/sold ] && [ -e /tmp/collected ] && echo "both are done" && break
  dmesg | grep -q 'blocked for more than' && echo "the machine is stuck" && break
  sleep 1
done
/bin/ps -eo pid,state,wchan:32,comm > /results/ps.txt
for task in $(/bin/ps -eo pid,state | awk '$2 == "D" { print $1 }'); do
  cat /proc/$task/stack > /results/stack-$task.txt
done
if [ -e /lockorder ]; then
  (cd /vending && timeout 300 /bin/node /lockorder/dist/cli.cjs evidence --live --no-cache) > /results/live.txt 2> /results/live.err
fi
for key in w d; do echo $key > /proc/sysrq-trigger; done
sleep 1
dmesg > /results/dmesg.txt
for file in lockdep lockdep_chains lockdep_stats lock_stat interrupts cmdline kallsyms config.gz; do
  cat /proc/$file > /results/$file
done
`;

const { kernel, out } = given('lockdep');
const transcript: string[] = [];
const failures: string[] = [];
let steps = 0;

function say(text: string): void {
  transcript.push(text);
  console.log(text);
}

function expect(what: string, isSo: boolean): void {
  say(`${isSo ? 'yes' : 'NO '}  ${what}`);
  steps += 1;
  if (!isSo) failures.push(what);
}

/** Runs `lockorder` as a user would, from the output folder, and shows command, output and exit code. */
function lockorder(...args: readonly string[]): { readonly text: string; readonly status: number | null } {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(ROOT, 'dist/cli.cjs'), ...args], {
    cwd: out,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, XDG_CACHE_HOME: join(out, '.cache') },
  });
  say(`\n$ lockorder ${args.join(' ')}\n${stdout}${stderr}[exit ${status}]`);
  return { text: stdout, status };
}

/** The same for machine-readable output, which is not shown. */
function scan(...args: readonly string[]): ScanOutput {
  const { stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'dist/cli.cjs'), 'scan', ...args, '--format', 'json', '--no-cache'],
    { cwd: out, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  return JSON.parse(stdout) as ScanOutput;
}

/** Node.js and the files of the initramfs need more than a kernel alone. */
const LIVE_MEMORY_MB = 2048;

/** The command line and the module's source, as available to a user at the frozen machine. */
function liveFiles(): string[] {
  const installed = join(out, 'lockorder');
  mkdirSync(join(installed, 'dist'), { recursive: true });
  for (const file of [
    'package.json',
    'dist/cli.cjs',
    'dist/program.cjs',
    'dist/worker.cjs',
    'dist/tree-sitter-c.wasm',
    'dist/web-tree-sitter.wasm',
  ])
    cpSync(join(ROOT, file), join(installed, file));
  const source = join(out, 'source', MODULE);
  copyModule('module', source);
  return [installed, source];
}

async function runGuest(name: string, isLive: boolean): Promise<string[]> {
  // The kernel first: modules are built against it.
  const image = bootImage(kernel);
  buildModule(kernel, join(out, MODULE));
  const folder = join(out, name);
  mkdirSync(folder, { recursive: true });
  await boot({
    image,
    folder,
    files: [join(out, MODULE, `${MODULE}.ko`), ...(isLive ? liveFiles() : [])],
    programs: ['ps', ...(isLive ? ['node'] : [])],
    ...(isLive ? { memory: LIVE_MEMORY_MB } : {}),
    script: SCRIPT,
  });
  return RUNTIME.map((file) => join(name, 'results', file));
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
copyModule('module', join(out, MODULE));
writeFileSync(join(out, 'lockorder.json'), '{ "fixes": "all" }\n');

say('== The machine freezes');
const before = await runGuest('before', true);
const log = readFileSync(join(out, 'before/results/dmesg.txt'), 'utf8');
expect('lockdep reports the inversion', log.includes('possible circular locking dependency detected'));
expect('tasks hang', /task \S+ blocked for more than/.test(log));

say('\n== What the frozen machine says itself');
const live = readFileSync(join(out, 'before/results/live.txt'), 'utf8');
say(`\n$ lockorder evidence --live\n${live}`);
expect(
  'the machine names the deadlock while it lasts',
  /^Deadlock\b.*: .*(?:shelf_lock.*till_lock|till_lock.*shelf_lock)/.test(live),
);

say('\n== What happened');
lockorder('evidence', ...before);
const found = scan(MODULE, '--evidence', ...before).findings;
const cycle = found.find(({ rule }) => rule === 'lock-order-cycle');
expect('the source shows the cycle', cycle !== undefined);
expect('it was seen at run time', cycle?.evidence.some(({ verdict }) => verdict === 'seen') ?? false);
lockorder('scan', MODULE, '--evidence', ...before);
lockorder('plan', MODULE, cycle?.id ?? '');

say('\n== The repair');
lockorder('fix', MODULE);
lockorder('fix', MODULE, '--write');
expect('no cycle is left in the source', scan(MODULE).findings.length === 0);

say('\n== The machine runs again');
const after = await runGuest('after', false);
const newLog = readFileSync(join(out, 'after/results/dmesg.txt'), 'utf8');
expect('lockdep has nothing to report', !newLog.includes('possible circular locking'));
expect('no task hangs', !newLog.includes('blocked for more than'));
const verdict = lockorder('validate', MODULE, '--before', ...before, '--after', ...after);
expect('validate says fixed', verdict.status === 0);

say(
  `\n${run('uname', ['-m']).trim()}, ${kernel.source.split('/').at(-1) ?? ''}: ${failures.length} steps failed`,
);
writeFileSync(join(out, 'transcript.txt'), `${transcript.join('\n')}\n`);
record('proof', { kernel: kernel.source.split('/').at(-1) ?? '', steps, failed: failures });
process.exitCode = failures.length === 0 ? 0 : 1;
