import { isUtf8 } from 'node:buffer';
import { readdirSync, type Dirent } from 'node:fs';

/*
 * Names of files are bytes, and older trees have some that are not UTF-8. Such a byte stands in a name as a lone surrogate
 * (U+DC80 to U+DCFF, as Python does it), which no valid text contains, so that every name leads back to its bytes.
 */

/** What Node puts in the place of bytes that are not UTF-8. */
const REPLACED = '\ufffd';
const ESCAPED = /[\udc80-\udcff]/;
const ESCAPE = 0xdc00;

/** A name as the system has it, as a string. */
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

/** The bytes of the valid character that begins at an offset, 0 where none does. */
function lengthAt(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++)
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  return 0;
}

/** A path for the system. */
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
export interface Entry extends Pick<Dirent, 'isFile' | 'isDirectory' | 'isSymbolicLink'> {
  readonly name: string;
}

/** The entries of a folder; throws as readdirSync does. */
export function entriesOf(path: string): readonly Entry[] {
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

/** The path that is meant by one of the command line, where bytes that are not UTF-8 are gone; itself where it is not clear. */
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
