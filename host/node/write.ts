import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { contentKey } from './cache.js';
import { readRaw } from './read.js';

const NEW_FILE_MODE = 0o644;

export interface Replacement {
  /** Absolute. */
  readonly path: string;
  /** {@link contentKey} of the bytes that `bytes` was made from; `undefined` for a file that is not there yet. */
  readonly before: string | undefined;
  readonly bytes: Uint8Array;
}

/**
 * Replaces files, each by a rename, after all new contents are on disk and no old one has changed in the
 * meantime: when a file cannot be replaced, none is. Answers the paths that stand in the way.
 */
export function replaceFiles(replacements: readonly Replacement[]): readonly string[] {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  const bad: string[] = [];
  for (const { path, before, bytes } of replacements) {
    try {
      if (before === undefined) {
        const temporary = `${path}.lockorder-${process.pid}`;
        if (existsSync(path)) bad.push(path);
        else {
          written.push({ temporary, path });
          writeBeside(temporary, bytes, NEW_FILE_MODE);
        }
        continue;
      }
      const now = readRaw(path);
      if (!('bytes' in now) || contentKey(now.bytes) !== before) bad.push(path);
      else {
        // What a symbolic link points to is replaced, not the link.
        const target = realpathSync(path);
        const temporary = `${target}.lockorder-${process.pid}`;
        written.push({ temporary, path: target });
        writeBeside(temporary, bytes, statSync(target).mode);
      }
    } catch {
      bad.push(path);
    }
  }
  for (const { temporary, path } of written) {
    if (bad.length > 0) rmSync(temporary, { force: true });
    else renameSync(temporary, path);
  }
  return bad;
}

function writeBeside(path: string, bytes: Uint8Array, mode: number): void {
  const file = openSync(path, 'w', mode);
  try {
    fchmodSync(file, mode);
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
