import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));
const MAIN = existsSync(compiled) ? compiled : compiled.replace(/\.js$/, '.ts');

/** For tests that start processes, on a machine that does other things as well. */
export const TIMEOUT_MS = 60_000;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in a process of its own, without the user's cache. */
export function lockorder(words: readonly string[], cwd: string): Ran {
  const ran = spawnSync(process.execPath, [...process.execArgv, MAIN, ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, XDG_CACHE_HOME: `${cwd}/.cache` },
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}
