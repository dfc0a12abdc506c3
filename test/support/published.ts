import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copySources } from './copy.js';

/** Environment variable: the folder in which `run.mjs` has built what is published, for all its processes. */
const BUILT = 'LOCKORDER_PUBLISHED';
/** Times in the archives, in seconds since 1970. */
const EPOCH = '1700000000';
export const VSIX = 'lockorder.vsix';

let built: string | undefined;

/** A folder with the sources, the .vsix and the npm package that are published; built once. Throws with the tools' words. */
export function published(): string {
  return (built ??= process.env[BUILT] ?? inTemporary());
}

/** Builds what is published from a copy of the sources in a folder, which is returned. Throws with the tools' words. */
export function publish(folder: string): string {
  copySources(folder);
  run(folder, process.execPath, ['release/package.mjs', '--out', VSIX]);
  run(folder, 'npm', ['pack', '--ignore-scripts', '--silent']);
  return folder;
}

function inTemporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-published-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return publish(folder);
}

function run(cwd: string, command: string, args: readonly string[]): void {
  const env = { ...process.env, SOURCE_DATE_EPOCH: EPOCH };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
}
