// node out/bench/kernel-edges.js --edges FILE --tree DIR [--paths a,b]
// How many of the dependencies that a booted kernel recorded (classes with the line where each is
// initialised) the static graph of the tree has, and why the rest are missing.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ClassMatcher } from './support/classes.js';
import { graph } from './support/cli.js';
import { record } from './support/history.js';
import { options, percent } from './support/options.js';

interface Side {
  readonly name: string;
  readonly symbol: string;
  readonly site?: readonly string[];
}

const given = options('kernel-edges --edges FILE --tree DIR [--paths a,b]', {
  edges: undefined,
  tree: undefined,
  paths: '',
});
const { edges } = JSON.parse(readFileSync(given.edges, 'utf8')) as {
  edges: readonly { readonly from: Side; readonly to: Side }[];
};
const paths = given.paths === '' ? ['.'] : given.paths.split(',');
const ours = graph([...paths.map((path) => join(given.tree, path)), '--root', given.tree]);

const matcher = new ClassMatcher(ours.classes);
const connected = new Set(ours.edges.map(({ from, to }) => `${from} -> ${to}`));

const classesOf = ({ name, site }: Side): string[] => [...matcher.match({ name, sites: site ?? [] })];

const missing = new Map<string, string[]>();
let known = 0;
let withSites = 0;
for (const { from, to } of edges) {
  if (!from.site?.length || !to.site?.length) continue;
  withSites += 1;
  const sources = classesOf(from);
  const targets = classesOf(to);
  if (sources.some((source) => targets.some((target) => connected.has(`${source} -> ${target}`)))) {
    known += 1;
    continue;
  }
  const cause =
    sources.length === 0 ? `no class ${from.name}` : targets.length === 0 ? `no class ${to.name}` : 'no edge';
  missing.set(cause, [...(missing.get(cause) ?? []), `${from.name} -> ${to.name}`]);
}

console.log(`${known} of ${withSites} recorded edges are in the static graph (${percent(known, withSites)})`);
for (const [cause, pairs] of [...missing].sort((a, b) => b[1].length - a[1].length).slice(0, 40)) {
  console.log(`${String(pairs.length).padStart(5)} ${cause}`);
  if (cause === 'no edge') for (const pair of pairs) console.log(`        ${pair}`);
}
record('kernel-edges', { tree: basename(given.tree), known, withSites });
