import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { contentKey } from '../cache/cache.js';
import { rootPath } from './list.js';
import { readRaw } from './read.js';

const NEW_FILE_MODE = 0o644;

export interface Replacement {
  /** Absolute. */
  readonly path: string;
  /** {@link contentKey} of the bytes that `bytes` was made from; `undefined` for a file that is not there yet. */
  readonly before: string | undefined;
  readonly bytes: Uint8Array;
}

export interface Refusal {
  readonly path: string;
  readonly why: string;
}

/**
 * Replaces files, each by a rename, after all new contents are on disk and no old one has changed in the
 * meantime: when a file cannot be replaced, none is. Answers what stands in the way. A symbolic link is followed
 * where it leads to another place in the root, never out of it.
 */
export function replaceFiles(root: string, replacements: readonly Replacement[]): readonly Refusal[] {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  const bad: Refusal[] = [];
  for (const { path, before, bytes } of replacements) {
    const refuse = (why: string): void => {
      bad.push({ path, why });
    };
    try {
      if (!staysInside(root, path)) refuse('a symbolic link leads out of the root');
      else if (before === undefined) {
        if (lstatSync(path, { throwIfNoEntry: false })) refuse('it is there already');
        else written.push({ temporary: writeBeside(path, bytes, NEW_FILE_MODE), path });
      } else {
        const now = readRaw(path);
        if (!('bytes' in now) || contentKey(now.bytes) !== before) refuse('it has changed');
        else {
          // What a symbolic link points to is replaced, not the link.
          const target = realpathSync(path);
          written.push({ temporary: writeBeside(target, bytes, statSync(target).mode), path: target });
        }
      }
    } catch {
      refuse('it is not writable');
    }
  }
  for (const { temporary, path } of written) {
    if (bad.length > 0) rmSync(temporary, { force: true });
    else renameSync(temporary, path);
  }
  return bad;
}

/** Whether a file that is written to is one of the root, wherever symbolic links lead; the file may be one to be made. */
export function staysInside(root: string, path: string): boolean {
  try {
    const real = lstatSync(path, { throwIfNoEntry: false })
      ? realpathSync(path)
      : join(realpathSync(dirname(path)), basename(path));
    return rootPath(realpathSync(root), real) !== undefined;
  } catch {
    return false;
  }
}

/** A new file beside another one, under a name that nobody can foresee. */
function writeBeside(target: string, bytes: Uint8Array, mode: number): string {
  const path = `${target}.${randomBytes(8).toString('hex')}`;
  const file = openSync(path, 'wx', mode);
  try {
    fchmodSync(file, mode);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return path;
}

/** Puts text in the place of a file, or of none. @throws {Error} when it cannot; then everything is as before */
export function replaceText(path: string, text: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o666 & ~process.umask();
  const temporary = writeBeside(path, Buffer.from(text), mode);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
