import { createHash } from 'node:crypto';
import { answer } from './mail.js';

/** A blob's hash has as many digits as this in a repository with SHA-256. */
const LONG_HASH = 64;

/** Why `git am` cannot apply a mail to a file as it is, or what it needs to; `undefined` if nothing speaks against it. */
export function obstacle(root: string, file: string, text: string, bytes: Uint8Array): string | undefined {
  const listed = answer(root, ['ls-files', '--stage', '--', file]);
  // Without a repository, the mail is meant for another one.
  if (listed === undefined) return undefined;
  const [, staged] = /^\d+ ([0-9a-f]+) 0\t/.exec(listed) ?? [];
  if (staged === undefined)
    return 'git does not track it, so git am cannot apply its mail; add and commit it first';
  // Such a file may have other bytes in git than on disk, although it has not changed.
  if (text.includes('\r\n')) return 'its lines end with CR and LF, so apply its mail with git am --keep-cr';
  const committed = answer(root, ['rev-parse', '--verify', '--quiet', `HEAD:./${file}`]);
  const isChanged = staged !== committed || staged !== hashOf(bytes, staged.length);
  return isChanged
    ? 'it has changes that are not committed, so git am cannot apply its mail; commit them first'
    : undefined;
}

/** The hash by which git knows these bytes. */
function hashOf(bytes: Uint8Array, digits: number): string {
  const hash = createHash(digits === LONG_HASH ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}
