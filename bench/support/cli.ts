import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphOutput } from '../../analysis/report/graph.js';
import type { ScanOutput } from '../../analysis/report/formats/schema.js';
import { everyPlace } from './every-place.js';
import { ROOT } from './root.js';

export interface Timed {
  readonly text: string;
  readonly wallMs: number;
}

const NOTHING_FOUND = 0;
const FOUND = 1;

/**
 * Runs the bundled program, or another build of it, and returns its output. Throws if it ends with anything but 0 or 1.
 */
export function lockorder(args: readonly string[], program = join(ROOT, 'dist/cli.cjs')): Timed {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-bench-'));
  const file = join(folder, 'out');
  const out = openSync(file, 'w');
  try {
    const start = performance.now();
    const { status, stderr, signal } = spawnSync(process.execPath, [program, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', out, 'pipe'],
      maxBuffer: 1 << 28,
    });
    const wallMs = performance.now() - start;
    if (status !== NOTHING_FOUND && status !== FOUND) {
      throw new Error(`lockorder ${args.join(' ')} ended with ${status ?? signal}\n${stderr.slice(-4000)}`);
    }
    return { text: readFileSync(file, 'utf8'), wallMs };
  } finally {
    closeSync(out);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a scan finds, place by place. */
export function scan(args: readonly string[]): ScanOutput {
  const output = JSON.parse(lockorder(['scan', ...args, '--format', 'json']).text) as ScanOutput;
  return { ...output, findings: [...everyPlace(output.findings)] };
}

export function graph(args: readonly string[]): GraphOutput {
  return JSON.parse(lockorder(['graph', ...args, '--format', 'json']).text) as GraphOutput;
}
