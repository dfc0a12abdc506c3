/**
 * Link domains: which code is linked together. Separate programs (tools/, scripts/, boot loaders) and other
 * architectures define functions of the same names, but calls never resolve to them.
 */
import type { IncludeItem } from '../../outline/types.js';

/** Top-level directories with separate programs. */
const PROGRAMS = new Set(['tools', 'scripts', 'usr']);
/** Top-level directories whose code uses the kernel but is not used by it. */
const GUESTS = new Set(['samples', 'Documentation']);
/** Parts of an architecture that are linked separately. */
const ALONE_IN_ARCH = new Set(['boot', 'purgatory', 'realmode', 'tools', 'vdso']);
/** Architectures that run on another one instead of replacing it. */
const HOSTED = new Set(['um']);
/** Architectures without SMP in Linux 6.1: no `select HAVE_SMP`, no SMP in their Kconfig. */
const UNIPROCESSORS = new Set(['um', 'm68k', 'microblaze', 'nios2']);

/** Other parts that are linked separately. */
const ALONE = ['drivers/firmware/efi/libstub/', 'lib/raid6/test/', 'kernel/bounds.c', 'certs/extract-cert.c'];

/** Headers of the C library, which code of a kernel cannot include: who does is a program that runs during the build. */
const HOST_HEADERS = new Set(['stdio.h', 'stdlib.h', 'unistd.h', 'getopt.h', 'err.h']);

export const KERNEL = '';

/** The link domain of a file: {@link KERNEL}, or the directory that is linked separately. */
export function domainOf(path: string): string {
  const [first, second, third, fourth] = path.split('/', 4);
  if (first === undefined || second === undefined) return KERNEL;
  if (PROGRAMS.has(first) || GUESTS.has(first)) return first;
  if (first === 'arch') {
    if (HOSTED.has(second)) return `arch/${second}`;
    if (third !== undefined && HOSTED.has(third)) return `arch/${third}`;
    if (third !== undefined && fourth !== undefined && ALONE_IN_ARCH.has(third)) {
      return `arch/${second}/${third}`;
    }
    return KERNEL;
  }
  return ALONE.find((part) => path.startsWith(part)) ?? KERNEL;
}

/** Whether code in domain `from` can be linked with a definition in domain `to`. */
export function linksWith(from: string, to: string): boolean {
  if (from === to) return true;
  return to === KERNEL && (GUESTS.has(from) || HOSTED.has(from.slice('arch/'.length)));
}

/** Whether a domain holds host programs, which share with the kernel only the files they name by path. */
export function isProgram(domain: string): boolean {
  return PROGRAMS.has(domain);
}

/** Whether a source with these includes is a program that runs during the build. Conditional includes do not count. */
export function areOfHostProgram(includes: readonly IncludeItem[]): boolean {
  return includes.some(({ path, system, condition }) => system && condition === '' && HOST_HEADERS.has(path));
}

/** Whether the code belongs to an architecture without SMP, where spinlocks are never contended. */
export function hasOneProcessor(path: string): boolean {
  const [first, second, third] = path.split('/', 3);
  return first === 'arch' && (UNIPROCESSORS.has(second ?? '') || HOSTED.has(third ?? ''));
}

/** The architecture of a file; `''` for none or all. */
export function architectureOf(path: string): string {
  if (!path.startsWith('arch/')) return '';
  const end = path.indexOf('/', 'arch/'.length);
  if (end < 0) return '';
  const name = path.slice('arch/'.length, end);
  if (HOSTED.has(name)) return '';
  // arch/x86/um belongs to um.
  const next = path.slice(end + 1, path.indexOf('/', end + 1));
  return HOSTED.has(next) ? '' : name;
}

/** The number of leading directories two paths share. */
export function sharedDirectories(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let count = 0;
  for (let at = 0; at < length; at++) {
    const unit = left.charCodeAt(at);
    if (unit !== right.charCodeAt(at)) break;
    if (unit === SLASH) count += 1;
  }
  return count;
}

const SLASH = 47;

/** Joins a directory and a relative path, resolving `.` and `..`; `undefined` if the result is outside the root. */
export function join(directory: string, relative: string): string | undefined {
  const parts = directory === '' ? [] : directory.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}

/** A path without leading `.` and `..`. */
export function withoutUpwards(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '..' && part !== '.' && part !== '')
    .join('/');
}
