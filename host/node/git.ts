import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const MOST_BYTES = 1024 * 1024 * 1024;
/** What git sets for hooks, relative to the folder it runs them in. */
const PATHS = ['GIT_INDEX_FILE', 'GIT_DIR', 'GIT_WORK_TREE', 'GIT_OBJECT_DIRECTORY'];

/**
 * What git answers in a folder.
 * @throws {Error} with git's own words, or `failure` where it says nothing
 */
export function git(root: string, words: readonly string[], failure?: string, input = ''): Buffer {
  const run = spawnSync('git', words, { cwd: root, input, maxBuffer: MOST_BYTES, env: environment() });
  if (run.status === 0) return run.stdout;
  const said = run.error?.message ?? run.stderr.toString('utf8').trim();
  throw new Error(said === '' ? (failure ?? 'git failed') : said);
}

/** Git is asked in other folders than the one a hook runs in. */
function environment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of PATHS) {
    const path = env[name];
    if (path !== undefined && path !== '') env[name] = resolve(path);
  }
  return env;
}

/** Whether this is run by a hook of git, which looks at what is about to be committed. */
export function isInHook(): boolean {
  return (process.env['GIT_INDEX_FILE'] ?? '') !== '';
}
