import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './kernel.js';

/** Maximum lifetime of a guest, in milliseconds: emulated, on a busy machine. */
const LIMIT_MS = 600_000;
const MEMORY_MB = 384;
const MACHINE = '-accel tcg -cpu qemu64 -no-reboot -nodefaults -display none'.split(' ');

export interface Boot {
  readonly image: string;
  /** The folder for the console log, the results and intermediate files. */
  readonly folder: string;
  /** Modules and other files that the script finds in `/`. */
  readonly files: readonly string[];
  /** Host programs that the guest gets as well, with their libraries. */
  readonly programs: readonly string[];
  /** Shell commands; files that they leave in `/results` are copied out. */
  readonly script: string;
  /** Further options of qemu, e.g. for a debugger. */
  readonly qemu?: readonly string[];
  /** Megabytes of memory; by default enough for the kernel and small programs. */
  readonly memory?: number;
  /** Processors; two when absent. */
  readonly cpus?: number;
  /** Called each second while the guest runs, with its console so far; returns true to end the guest. */
  readonly watch?: (console: string) => Promise<'end' | 'go on'>;
}

const HEAD = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mkdir -p /results /tmp
`;

const TAIL = `
stty -F /dev/ttyS1 raw
tar -c -C /results . > /dev/ttyS1
sync
reboot -f
`;

/** Boots a kernel in qemu, runs the script, and leaves `console.log` and `results/` in the folder. */
export async function boot(options: Boot): Promise<void> {
  const { folder, image } = options;
  const tree = join(folder, 'initramfs');
  rmSync(tree, { recursive: true, force: true });
  for (const name of ['bin', 'proc', 'sys', 'dev']) mkdirSync(join(tree, name), { recursive: true });
  cpSync(run('which', ['busybox']).trim(), join(tree, 'bin/busybox'));
  for (const name of run('busybox', ['--list']).trim().split('\n')) link(tree, name);
  for (const file of options.files) cpSync(file, join(tree, basename(file)), { recursive: true });
  for (const program of options.programs) withLibraries(program, tree);
  writeFileSync(join(tree, 'init'), HEAD + options.script + TAIL);
  chmodSync(join(tree, 'init'), 0o755);
  const archive = join(folder, 'initramfs.gz');
  run('sh', ['-c', `find . | cpio -o -H newc --quiet | gzip -1 > '${archive}'`], tree);
  rmSync(tree, { recursive: true });

  const log = join(folder, 'console.log');
  const tar = join(folder, 'results.tar');
  for (const file of [log, tar]) writeFileSync(file, '');
  const child = spawn(
    'qemu-system-x86_64',
    [
      ...MACHINE,
      '-smp',
      String(options.cpus ?? 2),
      '-m',
      String(options.memory ?? MEMORY_MB),
      '-kernel',
      image,
      '-initrd',
      archive,
      '-append',
      'console=ttyS0 no_timer_check no_hash_pointers panic=5 lock_stat=1',
      '-serial',
      `file:${log}`,
      '-serial',
      `file:${tar}`,
      ...(options.qemu ?? []),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  try {
    for (let isOver = false; !isOver;) {
      isOver = await Promise.race([ended.then(() => true), sleep(1000, false)]);
      if ((await options.watch?.(readFileSync(log, 'utf8'))) === 'end') break;
    }
  } finally {
    clearTimeout(limit);
    child.kill('SIGKILL');
  }
  const results = join(folder, 'results');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  if (statSync(tar).size > 0) run('tar', ['-x', '-f', tar, '-C', results]);
}

function link(tree: string, name: string): void {
  if (name !== 'busybox') run('ln', ['-sf', 'busybox', join(tree, 'bin', name)]);
}

function withLibraries(program: string, tree: string): void {
  const path = run('which', [program]).trim();
  const libraries = [...run('ldd', [path]).matchAll(/(\/\S+) \(0x/g)].flatMap(([, file]) => file ?? []);
  for (const file of [...libraries, path]) {
    const to = file === path ? join(tree, 'bin', basename(program)) : join(tree, file);
    mkdirSync(dirname(to), { recursive: true });
    rmSync(to, { force: true });
    cpSync(file, to, { dereference: true });
  }
}
