import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BareParse } from '../speed/bare-parse.js';
import { ROOT } from './root.js';

/** What parsing these files takes, and nothing else: what a scan is measured against. */
export function bareParse(files: readonly string[], threads: number): BareParse {
  const folder = mkdtempSync(join(tmpdir(), 'lockorder-bench-'));
  try {
    const list = join(folder, 'files');
    writeFileSync(list, files.join('\n'));
    const program = join(ROOT, 'out/bench/speed/bare-parse.js');
    return JSON.parse(
      execFileSync(process.execPath, [program, list, String(threads)]).toString(),
    ) as BareParse;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
