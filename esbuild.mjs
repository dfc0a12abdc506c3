// Bundles the programs into dist/ and puts beside them what they load.
// node esbuild.mjs [--production] [NAME…]   names pick among the programs for Node; none means everything
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { bundles, COPIES } from './release/bundles.mjs';

const production = process.argv.includes('--production');
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'));

// Stale source maps would end up in the package.
if (names.length === 0) rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/webview', { recursive: true });

await Promise.all(bundles(production, names).map((options) => build(options)));
for (const [to, from] of Object.entries(COPIES)) copyFileSync(from, to);

const { GRAPH_STYLE } = await load('analysis/report/graph/style.ts');
writeFileSync('dist/webview/graph.css', readFileSync('client/webview/graph.css', 'utf8') + GRAPH_STYLE);

// Its names are those of the models.
const { lockCallGrammar } = await load('analysis/ide/lock-call-grammar.ts');
writeFileSync('dist/lock-calls.tmLanguage.json', lockCallGrammar());

/** What a module of TypeScript exports: bundled in memory and run. */
async function load(entry) {
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}
