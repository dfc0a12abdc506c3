// node out/bench/quality/kernel-edges.js --edges FILE --tree DIR [--paths a,b]
// Counts how many of the dependencies that a booted kernel recorded (classes with the line that initialises each)
// the published graph has, as edges or deeper, and why the others are missing. For comparison, also counts the
// share of all pairs of these classes that calls connect.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Program } from '../../analysis/link/types.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import { furtherDown } from '../../analysis/report/graph/further.js';
import { graphOutput, selectPart } from '../../analysis/report/graph.js';
import { runSession } from '../../cli/session/session.js';
import { settled } from '../../cli/settle.js';
import { ClassMatcher } from '../support/classes.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';

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
const NO_PATH = 'no path';
const paths = given.paths === '' ? ['.'] : given.paths.split(',');
/** The result of one comparison. */
interface Result {
  readonly tally: {
    withSites: number;
    known: number;
    deeper: number;
    /** Pairs of the classes with sites, and those that lead from one to the other. */
    pairs: number;
    reachable: number;
  };
  readonly depths: Map<number, number>;
  readonly missing: Map<string, string[]>;
  readonly omitted: number;
}

const { tally, depths, missing, omitted } = await runSession(
  paths.map((path) => join(given.tree, path)),
  { root: given.tree, confidence: 'high', rules: [], isSilent: true, cache: false },
  (session) => settled(session, ({ snapshot }) => compare(snapshot)),
);

const { withSites, known, deeper } = tally;
console.log(
  `${known + deeper} of ${withSites} recorded edges are in the graph (${percent(known + deeper, withSites)}), ` +
    `${known} of them as edges with witnesses (${percent(known, withSites)}); ${omitted} pairs are left out`,
);
const calls = [...depths].sort(([a], [b]) => a - b).map(([depth, count]) => `${depth}: ${count}`);
console.log(
  `of all ${tally.pairs} pairs of their classes ${percent(tally.reachable, tally.pairs)} lead from one to the other`,
);
console.log(`calls between the locks of the deeper ones: ${calls.join(', ')}`);
for (const [cause, pairs] of [...missing].sort((a, b) => b[1].length - a[1].length)) {
  console.log(`${String(pairs.length).padStart(5)} ${cause}`);
  if (cause === NO_PATH) for (const pair of pairs) console.log(`        ${pair}`);
}
record('kernel-edges', { tree: basename(given.tree), paths: given.paths, ...tally });

/**
 * A lock inside a variable has a class of its own at run time; in the source it is that of the struct's member.
 * The ids it may have, the longest first.
 */
function memberClasses({ name, site }: Side, program: Program): string[] {
  const [root = '', ...path] = name.split('.');
  const file = site?.[0]?.split(':')[0] ?? '';
  const type = path.length === 0 ? undefined : program.resolveVariable(root, file)?.item.type;
  const record = type === undefined ? undefined : program.resolveRecord(program.expand(type, file), file);
  if (record === undefined) return [];
  const tag = record.item.tag.replace(/^::/, '').replaceAll('::', '.');
  return path.map((_, at) => [tag, ...path.slice(0, path.length - at)].join('.'));
}

function compare({ analysis, program }: Snapshot): Result {
  const tally = { withSites: 0, known: 0, deeper: 0, pairs: 0, reachable: 0 };
  const depths = new Map<number, number>();
  const missing = new Map<string, string[]>();
  const all = new Map<string, readonly string[]>();
  const part = selectPart(analysis.graph) ?? { classes: [], edges: [], omitted: 0 };
  const matcher = new ClassMatcher(graphOutput(part).classes);
  const keys = new Map(part.classes.map(({ id, key }) => [id, key]));
  const further = furtherDown(part, (key) => analysis.inspection.reaches(key));
  const connected = new Set(part.edges.map(({ from, to }) => `${from} -> ${to}`));
  const classesOf = (side: Side): string[] => {
    const inside = memberClasses(side, program).filter((id) => keys.has(id));
    const ids =
      inside.length > 0
        ? inside.slice(0, 1)
        : [...matcher.match({ name: side.name, sites: side.site ?? [] })];
    return ids.map((id) => keys.get(id) ?? id);
  };
  for (const { from, to } of edges) {
    if (!from.site?.length || !to.site?.length) continue;
    tally.withSites += 1;
    const sources = classesOf(from);
    const targets = classesOf(to);
    for (const classes of [sources, targets]) if (classes.length > 0) all.set(classes.join(), classes);
    if (sources.some((source) => targets.some((target) => connected.has(`${source} -> ${target}`)))) {
      tally.known += 1;
      continue;
    }
    const found = sources.flatMap((source) =>
      targets.flatMap((target) => further.pairs.get(source)?.get(target) ?? []),
    );
    if (found.length > 0) {
      tally.deeper += 1;
      const depth = Math.min(...found);
      depths.set(depth, (depths.get(depth) ?? 0) + 1);
      continue;
    }
    const cause =
      sources.length === 0 ? `no class ${from.name}` : targets.length === 0 ? `no class ${to.name}` : NO_PATH;
    missing.set(cause, [...(missing.get(cause) ?? []), `${from.name} -> ${to.name}`]);
  }
  for (const sources of all.values()) {
    for (const targets of all.values()) {
      if (sources === targets) continue;
      tally.pairs += 1;
      const leads = sources.some((source) =>
        targets.some((target) => analysis.inspection.reaches(source).has(target)),
      );
      tally.reachable += Number(leads);
    }
  }
  return { tally, depths, missing, omitted: further.omitted };
}
