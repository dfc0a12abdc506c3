import { isUtf8 } from 'node:buffer';
import { readdirSync, type Dirent } from 'node:fs';

/*
 * File names are bytes, and older trees have some that are not UTF-8. Each invalid byte becomes a lone surrogate
 * (U+DC80 to U+DCFF, like Python's surrogateescape), which no valid text contains, so every name maps back to its
 * bytes.
 */

/** Node's replacement for bytes that are not UTF-8. */
const REPLACED = '\ufffd';
const ESCAPED = /[\udc80-\udcff]/;
const ESCAPE = 0xdc00;

/** A name from the file system as a string. */
export function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let name = '';
  for (let at = 0; at < bytes.length;) {
    const length = lengthAt(bytes, at);
    if (length === 0) name += String.fromCharCode(ESCAPE + (bytes[at] ?? 0));
    else name += bytes.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return name;
}

/** The length of the valid character at an offset; 0 if there is none. */
function lengthAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}

/** The form of a path for system calls. */
export function systemPath(path: string): string | Buffer {
  if (!ESCAPED.test(path)) return path;
  const parts = path.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part) =>
      ESCAPED.test(part) && part.length === 1
        ? Buffer.from([part.charCodeAt(0) - ESCAPE])
        : Buffer.from(part, 'utf8'),
    ),
  );
}

/** One entry of a folder. */
export interface ListedEntry extends Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'> {
  readonly name: string;
}

/** The entries of a folder; throws like readdirSync. */
export function entriesOf(path: string): readonly ListedEntry[] {
  const folder = systemPath(path);
  const entries = readdirSync(folder, { withFileTypes: true });
  if (!entries.some(({ name }) => name.includes(REPLACED))) return entries;
  return readdirSync(folder, { withFileTypes: true, encoding: 'buffer' }).map((entry) => ({
    name: nameOf(entry.name as unknown as Buffer),
    isFile: () => entry.isFile(),
    isDirectory: () => entry.isDirectory(),
    isSymbolicLink: () => entry.isSymbolicLink(),
  }));
}

/**
 * The path meant by a command-line argument in which bytes that are not UTF-8 were replaced; the argument itself if
 * that is ambiguous.
 */
export function meantPath(path: string): string {
  if (!path.includes(REPLACED)) return path;
  let known = path.startsWith('/') ? '/' : '.';
  for (const part of path.split('/').filter((each) => each !== '')) {
    let name = part;
    if (part.includes(REPLACED)) {
      try {
        const alike = entriesOf(known).filter((entry) => lossy(entry.name) === part);
        if (alike.length === 1) name = alike[0]?.name ?? part;
      } catch {
        return path;
      }
    }
    known = known === '/' ? `/${name}` : `${known}/${name}`;
  }
  return known;
}

function lossy(name: string): string {
  const path = systemPath(name);
  return typeof path === 'string' ? path : path.toString('utf8');
}
