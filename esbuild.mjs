// Bundles the programs into dist/ and puts the two wasm files beside them.
// node esbuild.mjs [--production] [NAME…]   names pick from the table below; none means all of them
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';

const ENTRIES = {
  cli: 'cli/main.ts',
  worker: 'host/node/worker.ts',
  server: 'server/node.ts',
  client: 'client/node.ts',
};

const production = process.argv.includes('--production');
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const chosen = Object.entries(ENTRIES).filter(([name]) => names.length === 0 || names.includes(name));

// Stale source maps would end up in the package.
if (names.length === 0) rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });

await build({
  entryPoints: Object.fromEntries(chosen),
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: production,
  sourcemap: !production,
  external: ['vscode'],
  // The package's ESM build reads import.meta.url, which is empty in a CommonJS bundle.
  alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' },
  logLevel: 'warning',
  // Code that runs compiled as well as bundled asks for __dirname first.
  logOverride: { 'empty-import-meta': 'silent' },
});

copyFileSync('node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/web-tree-sitter.wasm');
copyFileSync('node_modules/tree-sitter-c/tree-sitter-c.wasm', 'dist/tree-sitter-c.wasm');

// Its names are those of the models, which are TypeScript: bundled in memory and run.
const { outputFiles } = await build({
  entryPoints: ['analysis/ide/lock-call-grammar.ts'],
  bundle: true,
  format: 'esm',
  write: false,
});
const grammar = Buffer.from(outputFiles[0].contents).toString('base64');
const { lockCallGrammar } = await import(`data:text/javascript;base64,${grammar}`);
writeFileSync('dist/lock-calls.tmLanguage.json', lockCallGrammar());
