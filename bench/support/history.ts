import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './root.js';

/** Appends one line of JSON to bench/history/NAME.jsonl: when, which commit, on what, and the figures. */
export function record(name: string, figures: Readonly<Record<string, unknown>>): void {
  const folder = join(ROOT, 'bench/history');
  mkdirSync(folder, { recursive: true });
  const line = {
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+'),
    node: process.version,
    cpus: availableParallelism(),
    ...figures,
  };
  appendFileSync(join(folder, `${name}.jsonl`), JSON.stringify(line) + '\n');
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}
