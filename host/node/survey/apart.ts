import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Config } from '../../../analysis/workspace/config.js';
import type { ApartOptions, PartsDone, ScannedApart } from '../../api.js';
import { CLI_FILE } from '../own.js';

/** The folder to scan. */
interface ApartFolder {
  /** Absolute. */
  readonly root: string;
  readonly scope: string;
  readonly config: Config;
  readonly cache: string;
  readonly jobs: number;
}

/**
 * Scans a folder with the command line, which divides a large one into parts and keeps the result of each. This process
 * only waits, however large the folder is. @throws {Error} with what the command line said
 */
export async function scanApart(place: ApartFolder, options: ApartOptions): Promise<ScannedApart> {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-scan-'));
  try {
    const config = join(folder, 'lockorder.json');
    const result = join(folder, 'result.json');
    writeFileSync(config, JSON.stringify(place.config));
    await ended(place, options, ['--config', config, '--out', result]);
    return JSON.parse(readFileSync(result, 'utf8')) as ScannedApart;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ended(
  { root, scope, jobs, cache }: ApartFolder,
  { confidence, signal, onProgress }: ApartOptions,
  more: readonly string[],
): Promise<void> {
  const words = ['scan-apart', scope, '--root', root, '--cache', cache, '--jobs', String(jobs)];
  const child = spawn(process.execPath, [CLI_FILE, ...words, '--confidence', confidence, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a desktop editor, this program is the editor unless told otherwise.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    signal,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  createInterface(child.stdout).on('line', (line) => {
    onProgress(JSON.parse(line) as PartsDone);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(said.trim() || `the scan ended with code ${code}`));
    });
  });
}
