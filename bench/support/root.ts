import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : findRoot(dirname(from));
}

/** The repository. */
export const ROOT = findRoot(dirname(fileURLToPath(import.meta.url)));

/** The existing rules: those with a page. */
export function existingRules(): ReadonlySet<string> {
  return new Set(readdirSync(join(ROOT, 'docs/rules')).map((file) => file.replace(/\.md$/, '')));
}
