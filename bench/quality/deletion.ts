// node out/bench/quality/deletion.js --tree DIR [--paths a,b] [--functions 500] [--seed 1]
// Measures completeness by deletion: removes one lock call from each of N randomly drawn functions. Either the
// function's summary changes, or a gap says what the analysis did not see.
import { join } from 'node:path';
import type { ShownSummary, ShownLock } from '../../analysis/checks/engine/engine.js';
import type { FunctionRef } from '../../analysis/link/types.js';
import { outlineFile } from '../../analysis/outline/index.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import { Compiler } from '../../host/compile.js';
import { DiskFiles } from '../../host/node/files/disk.js';
import { createNodeParser } from '../../host/node/parser.js';
import { Project } from '../../host/node/project.js';
import { decode } from '../../host/node/files/read.js';
import { drawn } from '../support/draw.js';
import { record } from '../support/history.js';
import { callsIn, withoutCall } from '../support/lock-calls.js';
import { options, percent } from '../support/options.js';

const given = options('deletion --tree DIR [--paths a,b] [--functions 500] [--seed 1]', {
  tree: undefined,
  paths: '.',
  functions: '500',
  seed: '1',
});
const paths = given.paths.split(',');
const compiler = new Compiler([], await createNodeParser());

// Only the drawn files are analysed, with the headers they include: a program of the whole tree would be linked a
// thousand times.
const chosen = drawn(candidates(), Number(given.functions), Number(given.seed));
const project = await Project.open({
  root: given.tree,
  paths: [...new Set(chosen.map(({ file }) => join(given.tree, file)))],
  config: {},
  confidence: 'high',
  rules: [],
  jobs: 1,
});
await project.load();
const whole = await project.analyse();

const tally = { changed: 0, gap: 0, silent: 0 };
for (const { file, index } of chosen) {
  const content = project.read(file);
  const fn = whole.program.functionAt(file, index);
  if (!('text' in content) || fn?.item === undefined) continue;
  const { text } = content;
  const calls = callsIn(text, fn.item, whole.program.models);
  const [call] = drawn(calls, 1, fn.item.line);
  if (call === undefined) continue;
  const before = known(whole, fn);
  const after = await analysed(file, withoutCall(text, call));
  const other = after.program.functionAt(file, index);
  const now = other && known(after, other);
  const outcome = before?.what !== now?.what ? 'changed' : before?.hasGap === true ? 'gap' : 'silent';
  tally[outcome] += 1;
  if (outcome === 'silent') console.log(`${file}:${call.line} ${fn.name}: ${call.name}() is not missed`);
  await analysed(file, text);
}
await project.close();

const all = tally.changed + tally.gap + tally.silent;
console.log(
  `${all} functions: effect changed ${tally.changed}, gap ${tally.gap}, silent ${tally.silent}; ` +
    `noticed ${percent(all - tally.silent, all)}`,
);
record('deletion', { paths, functions: all, seed: Number(given.seed), ...tally });

interface Candidate {
  readonly file: string;
  readonly index: number;
}

/** Every function of the tree with a lock site, according to the counter of lock sites. */
function candidates(): Candidate[] {
  const files = new DiskFiles(given.tree);
  const found: Candidate[] = [];
  const { files: names } = files.list(paths.map((path) => join(given.tree, path)));
  for (const file of [...names].sort()) {
    const raw = files.read(file);
    const content = 'bytes' in raw ? decode(raw.bytes) : raw;
    if (!('text' in content)) continue;
    const { functions } = outlineFile(content.text, compiler.models);
    functions.forEach(({ lockSites }, index) => lockSites > 0 && found.push({ file, index }));
  }
  return found;
}

async function analysed(file: string, text: string): Promise<Snapshot> {
  project.workspace.apply([{ file, ...compiler.compile(text) }]);
  return project.analyse();
}

/** The facts about a function, without places and event numbers. */
function known(snapshot: Snapshot, fn: FunctionRef): { what: string; hasGap: boolean } | undefined {
  const summary = snapshot.analysis.summary(fn);
  return summary && { what: describe(summary), hasGap: summary.gaps.length > 0 };
}

function describe(summary: ShownSummary): string {
  const name = ({ key, mode, text }: ShownLock): string => `${key} ${mode} ${text}`;
  const names = (locks: readonly ShownLock[]): string[] => locks.map(name).sort();
  return JSON.stringify([
    names(summary.acquires),
    names(summary.releases),
    names(summary.needs),
    summary.exits.map(({ held, released }) => [names(held), names(released)]),
    [...summary.heldAt.values()].map((locks) => names(locks).join()).sort(),
    [...summary.lockOf.values()].sort(),
  ]);
}
