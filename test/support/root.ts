import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository, seen from the compiled tests in out/test/support. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
