import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Parser } from '../../analysis/syntax/types.js';
import { createParserFrom } from '../parser.js';

/** The parser for Node. The two wasm files are beside the bundle, else in the packages they come from. */
export function createNodeParser(): Promise<Parser> {
  return createParserFrom(
    () => readFileSync(find('web-tree-sitter.wasm', 'web-tree-sitter/web-tree-sitter.wasm')),
    () => readFileSync(find('tree-sitter-c.wasm', 'tree-sitter-c/tree-sitter-c.wasm')),
  );
}

function find(beside: string, inPackage: string): string {
  const here = ownFolder();
  const bundled = join(here, beside);
  return existsSync(bundled) ? bundled : createRequire(join(here, 'package.json')).resolve(inPackage);
}

/** A bundle is CommonJS and has `__dirname`; the compiled modules are ESM and have `import.meta.url`. */
function ownFolder(): string {
  return typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
}
