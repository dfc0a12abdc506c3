// Bundles the programs into dist/ and puts the two wasm files beside them.
// node esbuild.mjs [--production] [NAME…]   names pick from the table below; none means all of them
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

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

// The same extension where there is no Node: a client for the worker of extensions, a server for one of its own.
const web = {
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  minify: production,
  sourcemap: !production,
  logLevel: 'warning',
  // In branches for Node only.
  external: ['fs/promises', 'module', 'fs', 'path', 'url'],
  // A base for the address of a file that is never loaded: its bytes are given.
  define: { 'import.meta.url': '"file:///"' },
};
await Promise.all([
  build({
    ...web,
    entryPoints: { client: 'client/browser.ts' },
    outdir: 'dist/web',
    // What the package's type says of .js files would be wrong.
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    external: [...web.external, 'vscode'],
  }),
  build({ ...web, entryPoints: { server: 'server/browser.ts' }, outdir: 'dist/web', format: 'iife' }),
]);

// The pages of windows in the editor: scripts of a browser, each with its style.
mkdirSync('dist/webview', { recursive: true });
await build({
  entryPoints: { graph: 'client/webview/graph.ts', explain: 'client/webview/explain.ts' },
  outdir: 'dist/webview',
  bundle: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  minify: production,
  logLevel: 'warning',
});
const { GRAPH_STYLE } = await load('analysis/report/graph/style.ts');
writeFileSync('dist/webview/graph.css', readFileSync('client/webview/graph.css', 'utf8') + GRAPH_STYLE);

copyFileSync('client/webview/explain.css', 'dist/webview/explain.css');

copyFileSync('node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/web-tree-sitter.wasm');
copyFileSync('node_modules/tree-sitter-c/tree-sitter-c.wasm', 'dist/tree-sitter-c.wasm');

// Its names are those of the models.
const { lockCallGrammar } = await load('analysis/ide/lock-call-grammar.ts');
writeFileSync('dist/lock-calls.tmLanguage.json', lockCallGrammar());

/** What a module of TypeScript exports: bundled in memory and run. */
async function load(entry) {
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
