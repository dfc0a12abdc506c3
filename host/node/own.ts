import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the running program: of the bundle (CommonJS), else of this compiled module. */
export function ownFolder(): string {
  return typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
}

/** The worker: a bundle beside the program's own bundle, else the module beside this one. */
export const WORKER_FILE: string =
  typeof __dirname === 'string'
    ? join(__dirname, 'worker.cjs')
    : join(ownFolder(), import.meta.url.endsWith('.ts') ? 'worker.ts' : 'worker.js');

/** The command line: a bundle beside the program's own bundle, else the compiled module. */
export const CLI_FILE: string =
  typeof __dirname === 'string' ? join(__dirname, 'cli.cjs') : join(ownFolder(), '../../cli/main.js');
