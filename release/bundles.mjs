// The inputs and outputs of esbuild: the programs for Node, the extension for a browser, the pages of windows.

import { readFileSync } from 'node:fs';

const NODE = {
  cli: 'cli/main.ts',
  program: 'cli/program.ts',
  worker: 'host/node/worker.ts',
  server: 'server/node.ts',
  client: 'client/node.ts',
};
const PAGES = { graph: 'client/webview/graph.ts', explain: 'client/webview/explain.ts' };

/** Files that are shipped unchanged. */
export const COPIES = {
  'dist/webview/explain.css': 'client/webview/explain.css',
  'dist/web-tree-sitter.wasm': 'node_modules/web-tree-sitter/web-tree-sitter.wasm',
  'dist/tree-sitter-c.wasm': 'node_modules/tree-sitter-c/tree-sitter-c.wasm',
};

/** Leaves what `cli/main.ts` loads on demand in its own bundle. */
const ON_DEMAND = {
  name: 'on demand',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/program\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './program.cjs', external: true } : undefined,
    ),
};

/** Engines parse a string of JSON several times as fast as the same values written as code. */
const FACTS = {
  name: 'facts',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]models[\\/]data[\\/].*\.json$/ }, ({ path }) => {
      const text = JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: `export default JSON.parse(${JSON.stringify(text)})`, loader: 'js' };
    }),
};

/** Options by name, for `build`; `names` selects among the programs for Node, and no name means everything. */
export function bundles(production, names = []) {
  const common = {
    bundle: true,
    minify: production,
    sourcemap: !production,
    legalComments: 'none',
    logLevel: 'warning',
  };
  const node = {
    ...common,
    entryPoints: Object.fromEntries(
      Object.entries(NODE).filter(([name]) => names.length === 0 || names.includes(name)),
    ),
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    plugins: [ON_DEMAND, FACTS],
    // Node would scan a bundle for its exports, which takes as long as loading it; require() does not.
    supported: { 'dynamic-import': false },
    // The package's ESM build reads import.meta.url, which is empty in a CommonJS bundle.
    alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' },
    // Code that runs both compiled and bundled tests for __dirname first.
    logOverride: { 'empty-import-meta': 'silent' },
  };
  if (names.length > 0) return [node];
  // The same extension for hosts without Node: a client for the extension worker, and a server in a worker of its own.
  const web = {
    ...common,
    platform: 'browser',
    target: 'es2022',
    outdir: 'dist/web',
    // In branches for Node only.
    external: ['fs/promises', 'module', 'fs', 'path', 'url'],
    plugins: [FACTS],
    // A base for the URL of a file that is never loaded: its bytes are passed in.
    define: { 'import.meta.url': '"file:///"' },
  };
  return [
    node,
    {
      ...web,
      entryPoints: { client: 'client/browser.ts' },
      // The package's type would be wrong for these .js files.
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      external: [...web.external, 'vscode'],
    },
    { ...web, entryPoints: { server: 'server/browser.ts' }, format: 'iife' },
    {
      ...common,
      entryPoints: PAGES,
      outdir: 'dist/webview',
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      sourcemap: false,
    },
  ];
}
