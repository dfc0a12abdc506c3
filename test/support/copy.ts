import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './root.js';
import { filesUnder } from './sources.js';

/** Projects of what is published; only they have to be compiled. */
const PARTS = ['analysis', 'protocol', 'host', 'server', 'cli', 'client'];

/**
 * Copies the sources to a folder of their own, with what is compiled already, so that it need not be compiled again.
 * Packaging there leaves `dist/` alone, which other tests run.
 */
export function copySources(folder: string): string {
  for (const file of filesUnder('')) {
    if (/^(?:test|bench)\//.test(file)) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file), { preserveTimestamps: true });
  }
  for (const part of PARTS) {
    const from = join(ROOT, 'out', part);
    cpSync(from, join(folder, 'out', part), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ files: [], references: [...PARTS, 'client/webview'].map((path) => ({ path })) }),
  );
  return folder;
}
