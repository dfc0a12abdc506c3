import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { GitFailure, gitLater } from './git.js';
import { readRawLater } from '../files/read.js';

const SHA1_DIGITS = 40;
const SOURCE = /\.[ch]$/;

/**
 * C files below a folder that differ from a commit, by default the last one, including new files, as absolute paths.
 * Does not run the filters of the repository's configuration: a file that differs only by their effect counts as
 * changed.
 * @throws {GitFailure} with git's message if there is no repository or no commit
 */
export async function changedFiles(folder: string, revision = 'HEAD'): Promise<readonly string[]> {
  const [touched, untracked] = await Promise.all([
    touchedFiles(folder, revision),
    gitLater(folder, ['ls-files', '--others', '--exclude-standard', '-z']),
  ]);
  const names = new Set(
    untracked
      .toString('utf8')
      .split('\0')
      .filter((name) => SOURCE.test(name)),
  );
  for (const { name, hash } of touched) if (!(await isSame(resolve(folder, name), hash))) names.add(name);
  return [...names].sort().map((name) => resolve(folder, name));
}

interface Touched {
  readonly name: string;
  /** Hash of the content in the last commit. */
  readonly hash: string;
}

/**
 * Tracked C files that differ from the index. Git would compare contents through filters, which must not run. It
 * therefore gets a configuration without filters, and {@link isSame} compares what it lists.
 */
async function touchedFiles(folder: string, revision: string): Promise<Touched[]> {
  const off = await withoutFilters(folder);
  const words = ['diff-index', '-z', '--raw', '--no-renames', '--no-ext-diff', '--ignore-submodules=all'];
  const listed = await gitLater(folder, [...off, ...words, '--abbrev=64', '--relative', revision, '--']);
  const parts = listed.toString('utf8').split('\0');
  const touched: Touched[] = [];
  // `:100644 100644 <before> <after> M`, then the name.
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, , hash = '', , status = ''] = (parts[at] ?? '').split(' ');
    const name = parts[at + 1] ?? '';
    if (SOURCE.test(name) && !status.startsWith('D')) touched.push({ name, hash });
  }
  return touched;
}

/** Options that disable the filters of all configuration files. */
async function withoutFilters(folder: string): Promise<string[]> {
  const listed = await gitLater(folder, ['config', '--list', '--name-only', '-z']);
  const names = new Set(
    listed
      .toString('utf8')
      .split('\0')
      .filter((name) => /^filter\..*\.(?:clean|smudge|process|required)$/s.test(name)),
  );
  return [...names].flatMap((name) => {
    // A name given with -c ends at the first `=`.
    if (name.includes('='))
      throw new GitFailure(
        `the repository's configuration has a filter that cannot be switched off: ${name}`,
      );
    return ['-c', name.endsWith('.required') ? `${name}=false` : `${name}=`];
  });
}

async function isSame(path: string, hash: string): Promise<boolean> {
  const raw = await readRawLater(path);
  if (!('bytes' in raw)) return false;
  const digest = createHash(hash.length === SHA1_DIGITS ? 'sha1' : 'sha256');
  return digest.update(`blob ${raw.bytes.length}\0`).update(raw.bytes).digest('hex') === hash;
}
