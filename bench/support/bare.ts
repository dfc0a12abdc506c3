import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BareParse } from '../speed/bare-parse.js';
import { ROOT } from './root.js';

/** The cost of only parsing these files: the baseline of a scan. */
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
