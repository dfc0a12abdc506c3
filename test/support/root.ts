import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  return findRoot(dirname(from));
}

/** The repository: the folder of package.json above this file, compiled or not. */
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));
