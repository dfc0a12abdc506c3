import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from './own.js';

const WORKER = 'worker.cjs';
const GRAMMAR = 'tree-sitter-c.wasm';

/**
 * Identifies the code and the grammar that compile a file, so that skeletons of another build are not used: a hash of
 * the worker bundle and the grammar beside it, or of the modules of analysis/ if not bundled.
 * @param folder the folder of the program's bundle or module
 */
export function buildId(folder = ownFolder()): string {
  return isBundled(folder) ? hashOf(folder, [WORKER, GRAMMAR]) : hashOfModules(folder);
}

/**
 * Identifies all code that the result of a run depends on, since most of what links, checks and reports is not in the
 * worker: a hash of all bundles and the grammar, or of the modules of analysis/ if not bundled.
 */
export function programId(folder = ownFolder()): string {
  if (!isBundled(folder)) return hashOfModules(folder);
  const bundles = readdirSync(folder).filter((name) => name.endsWith('.cjs'));
  return hashOf(folder, [...bundles.sort(), GRAMMAR]);
}

function isBundled(folder: string): boolean {
  return existsSync(join(folder, WORKER));
}

function hashOfModules(folder: string): string {
  const modules = join(folder, '..', '..', 'analysis');
  const names = readdirSync(modules, { recursive: true, encoding: 'utf8' });
  return hashOf(modules, names.filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts')).sort());
}

function hashOf(folder: string, names: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of names) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}
