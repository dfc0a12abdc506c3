import { isOrderFile } from '../../analysis/base/paths.js';
import { CommandFailure } from '../failure.js';
import { git as runGit } from '../../host/node/git/git.js';
import { INDEX } from '../../host/node/git/revision.js';

/** A commit of a range, with its parent. */
export interface Commit {
  readonly hash: string;
  readonly subject: string;
  /** First parent; `undefined` for a root commit. */
  readonly parent: string | undefined;
  /** Whether the commit changes a file that findings depend on. */
  readonly changesSource: boolean;
}

/** Commits in `to` but not in `from`, oldest first, along first parents: a merge counts as one change. */
export function commitsOf(root: string, from: string, to: string): readonly Commit[] {
  if (to === INDEX) return [];
  // Not `git log`: it runs the signature verifier named in the configuration.
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
