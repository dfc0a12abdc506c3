import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * C files below a folder that differ from the last commit, new ones included, as absolute paths. git may run
 * filters that the repository's configuration names, so ask only where the repository is trusted.
 * @throws {Error} with git's own words when there is no repository or no commit
 */
export async function changedFiles(folder: string): Promise<readonly string[]> {
  const git = async (...args: readonly string[]): Promise<readonly string[]> => {
    const options = { cwd: folder, maxBuffer: MAX_BYTES };
    const { stdout } = await run('git', ['-c', 'core.fsmonitor=false', ...args], options);
    return stdout.split('\0').filter((name) => /\.[ch]$/.test(name));
  };
  const tracked = git(
    'diff',
    '--name-only',
    '--relative',
    '--no-ext-diff',
    '--diff-filter=d',
    '-z',
    'HEAD',
    '--',
  );
  const untracked = git('ls-files', '--others', '--exclude-standard', '-z');
  const names = new Set([...(await tracked), ...(await untracked)]);
  return [...names].sort().map((name) => resolve(folder, name));
}
