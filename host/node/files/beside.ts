import { folderOf } from '../../../analysis/base/paths.js';
import type { FileOutline } from '../../../analysis/outline/types.js';
import type { Files } from '../../api.js';
import { byCodeUnit, SOURCE } from '../../paths.js';

/** Bytes of files beside the given ones that are analysed with them: more than one driver has, less than a subsystem. */
const MOST_BYTES = 8_000_000;

/** Bytes of such files whose functions are checked as well, for what they do in the given ones: a driver of common size. */
export const BESIDE_CHECKED = 1_500_000;

/** A file with its outline, or with nothing if it could not be compiled. */
interface Outlined {
  readonly file: string;
  readonly summary: { readonly outline: FileOutline } | undefined;
}

/** The C files and headers in a folder, relative to the root; none if there is no such folder. */
export function sourcesIn(files: Files, folder: string): string[] {
  return files
    .entries(folder)
    .filter(({ name, kind }) => kind === 'file' && SOURCE.test(name))
    .map(({ name }) => (folder === '.' ? name : `${folder}/${name}`));
}

/** The C files in the folders of these files, relative to the root, without these files. */
export function sourcesBeside(files: Files, given: readonly string[]): string[] {
  const folders = new Set(given.map((file) => folderOf(file) || '.'));
  const named = new Set(given);
  return [...folders]
    .flatMap((folder) => sourcesIn(files, folder))
    .filter((file) => file.endsWith('.c') && !named.has(file))
    .sort(byCodeUnit);
}

/**
 * The files beside the given ones that share global functions or variables with them, directly or through others beside them: a
 * driver has its locks in one file and its callbacks in the next. Nearest first, up to a number of bytes.
 */
export function connected<T extends Outlined>(given: readonly Outlined[], beside: readonly T[]): T[] {
  const found: T[] = [];
  const left = new Map(beside.map((one) => [one, namesIn(one)]));
  let bytes = 0;
  for (let rim = given.map(namesIn); rim.length > 0;) {
    const next: Names[] = [];
    for (const [one, own] of left) {
      if (!rim.some(({ defined, used }) => meet(own.defined, used) || meet(defined, own.used))) continue;
      bytes += one.summary?.outline.bytes ?? 0;
      if (bytes > MOST_BYTES) return found;
      left.delete(one);
      next.push(own);
      found.push(one);
    }
    rim = next;
  }
  return found;
}

interface Names {
  /** Global functions and variables. */
  readonly defined: ReadonlySet<string>;
  /** What is called, passed on or stored. */
  readonly used: ReadonlySet<string>;
}

function namesIn({ summary }: Outlined): Names {
  const defined = new Set<string>();
  const used = new Set<string>();
  for (const { name, isStatic, calls, references } of summary?.outline.functions ?? []) {
    if (!isStatic) defined.add(name);
    for (const each of calls) used.add(each);
    for (const each of references) used.add(each);
  }
  for (const { name, isStatic, isExtern, members } of summary?.outline.variables ?? []) {
    if (!isStatic && !isExtern) defined.add(name);
    for (const { value } of members) used.add(value);
  }
  return { defined, used };
}

function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const name of some) if (others.has(name)) return true;
  return false;
}
