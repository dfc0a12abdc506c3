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
  /** Absolute path. */
  readonly path: string;
  /** {@link contentKey} of the content that `bytes` was made from; `undefined` for a new file. */
  readonly before: string | undefined;
  readonly bytes: Uint8Array;
}

export interface Refusal {
  readonly path: string;
  readonly why: string;
}

/**
 * Replaces files, each by a rename, after all new contents are on disk and if no old one has changed meanwhile: either
 * all are replaced or none. Returns the obstacles. Follows a symbolic link to another place in the root, never out of
 * it.
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
        if (lstatSync(path, { throwIfNoEntry: false })) refuse('already exists');
        else written.push({ temporary: writeBeside(path, bytes, NEW_FILE_MODE), path });
      } else {
        const now = readRaw(path);
        if (!('bytes' in now) || contentKey(now.bytes) !== before) refuse('has changed');
        else {
          // Replaces the target of a symbolic link, not the link.
          const target = realpathSync(path);
          written.push({ temporary: writeBeside(target, bytes, statSync(target).mode), path: target });
        }
      }
    } catch {
      refuse('not writable');
    }
  }
  for (const { temporary, path } of written) {
    if (bad.length > 0) rmSync(temporary, { force: true });
    else renameSync(temporary, path);
  }
  return bad;
}

/** Whether a file to be written is inside the root after resolving symbolic links; the file may not exist yet. */
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

/** Writes a new file beside another one, under an unpredictable name. */
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

/**
 * Replaces or creates a text file.
 * @throws {Error} if it cannot; then nothing has changed
 */
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
