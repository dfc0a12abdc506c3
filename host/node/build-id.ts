import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder, WORKER_FILE } from './own.js';

/**
 * Identifies the analyser's code and grammar, so that nothing computed by another build is reused: a hash of
 * the worker bundle and the grammar beside it, or of the modules of analysis/ when not bundled.
 */
export function buildId(): string {
  const hash = createHash('sha256');
  if (WORKER_FILE.endsWith('.cjs')) {
    for (const file of [WORKER_FILE, join(ownFolder(), 'tree-sitter-c.wasm')])
      hash.update(readFileSync(file));
  } else {
    const modules = join(ownFolder(), '..', '..', 'analysis');
    for (const name of readdirSync(modules, { recursive: true, encoding: 'utf8' }).sort()) {
      if (/\.[jt]s$/.test(name) && !name.endsWith('.d.ts')) {
        hash.update(name).update(readFileSync(join(modules, name)));
      }
    }
  }
  return hash.digest('hex').slice(0, 16);
}
