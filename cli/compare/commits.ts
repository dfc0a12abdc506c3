import { isOrderFile } from '../../analysis/base/paths.js';
import { CommandFailure } from '../failure.js';
import { git as runGit } from '../../host/node/git/git.js';
import { INDEX } from '../../host/node/git/revision.js';

/** One commit of a range, and what it is compared with. */
export interface Commit {
  readonly hash: string;
  readonly subject: string;
  /** Its first parent; `undefined` for the first commit of all. */
  readonly parent: string | undefined;
  /** Whether it changes anything that findings depend on. */
  readonly changesSource: boolean;
}

/** The commits that are in `to` and not in `from`, oldest first; along first parents, so that a merge is one change. */
export function commitsOf(root: string, from: string, to: string): readonly Commit[] {
  if (to === INDEX) return [];
  // Not `git log`: that verifies signatures where the configuration says so, by a program that it names.
  const listed = git(root, [
    'rev-list',
    '--first-parent',
    '--reverse',
    '--format=%H%x00%P%x00%s',
    hashOf(root, to),
    `^${hashOf(root, from)}`,
    '--',
  ]);
  return listed
    .split('\n')
    .filter((line) => line.includes('\0'))
    .map((line) => {
      const [hash = '', parents = '', subject = ''] = line.split('\0');
      const [parent] = parents.split(' ').filter((each) => each !== '');
      return { hash, subject, parent, changesSource: changesSource(root, hash, parent) };
    });
}

/** The full hash of a revision. */
export function hashOf(root: string, revision: string): string {
  return git(root, ['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`]).trim();
}

function changesSource(root: string, hash: string, parent: string | undefined): boolean {
  const base = parent === undefined ? ['--root', hash] : [parent, hash];
  const names = git(root, [
    'diff-tree',
    '-r',
    '--no-commit-id',
    '--no-ext-diff',
    '--name-only',
    '-z',
    ...base,
    '--',
    '.',
  ]);
  return names.split('\0').some((name) => /\.[ch]$/.test(name) || isOrderFile(name));
}

function git(root: string, words: readonly string[]): string {
  try {
    return runGit(root, words).toString('utf8');
  } catch (error) {
    throw new CommandFailure(`--diff: ${error instanceof Error ? error.message : String(error)}`);
  }
}
