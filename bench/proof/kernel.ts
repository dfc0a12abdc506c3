import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { options } from '../support/options.js';
import { ROOT } from '../support/root.js';

const SOURCES = join(ROOT, 'bench/proof');

export interface Kernel {
  /** Source tree, only read. */
  readonly source: string;
  /** Where it is built, with vmlinux and .config. */
  readonly build: string;
  readonly jobs: number;
}

/** The parameters of every proof: the kernel, and the output folder. */
export function given(proof: string): { readonly kernel: Kernel; readonly out: string } {
  const { kernel, build, out, jobs } = options(`${proof} --kernel SOURCE --build DIR --out DIR [--jobs N]`, {
    kernel: undefined,
    build: undefined,
    out: undefined,
    jobs: '2',
  });
  return {
    kernel: { source: resolve(kernel), build: resolve(build), jobs: Number(jobs) },
    out: resolve(out),
  };
}

/** Runs a program and returns its output. Throws with the end of that output if it fails. */
export function run(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (status === 0) return stdout;
  const words = error?.message ?? `${stdout}\n${stderr}`.trim().slice(-3000);
  throw new Error(`${command} ${args.join(' ')} failed:\n${words}`);
}

function make(kernel: Kernel, args: readonly string[]): void {
  const base = ['-s', '-C', kernel.source, `O=${kernel.build}`, `-j${kernel.jobs}`];
  run('nice', ['-n', '10', 'make', ...base, ...args]);
}

/**
 * The boot image of a kernel with every lock check; built from tinyconfig and lockdep.config when missing, and when
 * lockdep.config has changed since.
 */
export function bootImage(kernel: Kernel): string {
  const image = join(kernel.build, 'arch/x86/boot/bzImage');
  const wanted = join(SOURCES, 'lockdep.config');
  const built = join(kernel.build, 'lockdep.config');
  if (existsSync(image) && existsSync(built) && readFileSync(built).equals(readFileSync(wanted)))
    return image;
  rmSync(built, { force: true });
  mkdirSync(kernel.build, { recursive: true });
  make(kernel, ['tinyconfig']);
  const merge = join(kernel.source, 'scripts/kconfig/merge_config.sh');
  const config = join(kernel.build, '.config');
  run(merge, ['-m', '-O', kernel.build, config, wanted], kernel.build);
  make(kernel, ['olddefconfig']);
  make(kernel, ['bzImage', 'modules']);
  cpSync(wanted, built);
  return image;
}

/** A copy of a module's sources under `bench/proof` to build and to repair. */
export function copyModule(name: string, to: string): void {
  mkdirSync(to, { recursive: true });
  cpSync(join(SOURCES, name), to, { recursive: true });
}

/** Builds the module in a folder against the kernel. */
export function buildModule(kernel: Kernel, folder: string): void {
  make(kernel, [`M=${folder}`, 'modules']);
}
