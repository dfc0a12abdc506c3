// node out/bench/quality/planted-recall.js --tree DIR --into DIR --seed N [--kinds a,b] [--functions 8] [--paths a,b] [--record yes] [--keep yes]
// Recall on mistakes that nobody chose: plants N mistakes of each kind (see planted.js) into randomly drawn files of a copy
// of the tree, one in a file; scans these files and the files beside them at any confidence, in the copy and in the tree;
// and says at which confidence the copy has a finding in the file that the tree has not. A planted change may be no
// mistake, since the drawing only reads text. The copy is made below --into out of links, and needs the same file system;
// --keep leaves the mistakes in it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishedFinding } from '../../analysis/report/formats/schema.js';
import { DiskFiles } from '../../host/node/files/disk.js';
import { scan } from '../support/cli.js';
import { drawn } from '../support/draw.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';
import { MISTAKES } from './planting/mistakes.js';

/** What is a mistake on nearly every drawing. */
const KINDS =
  'release,twice,order,wait,callee,inner,switch,state,alone,cancel,variant,again,edge,held,removal,irq,late,under,bare,readers,skip,unsaved,mutex';
const LEVELS = ['high', 'medium', 'low'] as const;
const NOT_FOUND = 'not found';

const given = options(
  'planted-recall --tree DIR --into DIR --seed N [--kinds a,b] [--functions 8] [--paths a,b] [--record yes|no] [--keep yes|no]',
  {
    tree: undefined,
    into: undefined,
    seed: undefined,
    kinds: KINDS,
    functions: '8',
    paths: 'drivers,sound,net,fs',
    record: 'no',
    keep: 'no',
  },
);

interface PlantedMistake {
  readonly kind: string;
  readonly file: string;
  readonly name: string;
}

/** A copy of the tree whose files are links to those of the tree; kept from one run to the next. */
function copyOfTree(): string {
  const copy = join(given.into, 'tree');
  if (!existsSync(copy)) {
    mkdirSync(given.into, { recursive: true });
    execFileSync('cp', ['-al', given.tree, copy]);
  }
  return copy;
}

function replace(file: string, text: Buffer | string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, 'latin1');
}

function plant(copy: string): PlantedMistake[] {
  const { files } = new DiskFiles(given.tree).list(
    given.paths.split(',').map((path) => join(given.tree, path)),
  );
  const seed = Number(given.seed);
  const sources = [...files].filter((file) => file.endsWith('.c')).sort();
  const order = drawn(sources, sources.length, seed);
  const taken = new Set<string>();
  const all: PlantedMistake[] = [];
  for (const kind of given.kinds.split(',')) {
    const placesIn = MISTAKES.get(kind);
    if (placesIn === undefined) throw new Error(`no such mistake: ${kind}`);
    let left = Number(given.functions);
    for (const file of order) {
      if (left === 0) break;
      if (taken.has(file)) continue;
      const text = readFileSync(join(given.tree, file), 'latin1');
      const [place] = drawn(placesIn(text), 1, seed);
      if (place === undefined) continue;
      replace(join(copy, file), text.slice(0, place.start) + place.text + text.slice(place.end));
      taken.add(file);
      all.push({ kind, file, name: place.name });
      left--;
    }
  }
  return all;
}

/** Findings of the files, by id. */
function findingsOf(tree: string, files: readonly string[]): Map<string, PublishedFinding> {
  const paths = files.map((file) => join(tree, file));
  const { findings } = scan([...paths, '--root', tree, '--no-cache', '--confidence', 'low']);
  return new Map(findings.map((finding) => [finding.id, finding]));
}

const copy = copyOfTree();
const mistakes = plant(copy);
const files = mistakes.map(({ file }) => file);
try {
  const before = findingsOf(given.tree, files);
  const came = [...findingsOf(copy, files)].filter(
    ([id, { confidence }]) => before.get(id)?.confidence !== confidence,
  );
  const counts = new Map<string, number>();
  const byKind = new Map<string, number>();
  for (const { kind, file, name } of mistakes) {
    const [best] = came
      .map(([, finding]) => finding)
      .filter(({ at, story }) => at.file === file || story.some((step) => step.file === file))
      .sort((a, b) => LEVELS.indexOf(a.confidence) - LEVELS.indexOf(b.confidence));
    const level = best?.confidence ?? NOT_FOUND;
    counts.set(level, (counts.get(level) ?? 0) + 1);
    byKind.set(kind, (byKind.get(kind) ?? 0) + (level === 'high' ? 1 : 0));
    const told = best === undefined ? '' : `  ${best.rule} ${best.at.function}(): ${best.message}`;
    console.log(`${level.padEnd(10)}${kind.padEnd(9)}${file} ${name}()${told}`);
  }
  const all = new Map<string, number>();
  for (const { kind } of mistakes) all.set(kind, (all.get(kind) ?? 0) + 1);
  console.log('\nat high confidence, by kind:');
  for (const [kind, number] of all) console.log(`${byKind.get(kind) ?? 0} of ${number} ${kind}`);
  const high = counts.get('high') ?? 0;
  const levels = [...LEVELS, NOT_FOUND].map((level) => `${level}: ${counts.get(level) ?? 0}`);
  console.log(`\n${levels.join(', ')} of ${mistakes.length} (${percent(high, mistakes.length)} at high)`);
  if (given.record === 'yes')
    record('planted-recall', {
      seed: given.seed,
      functions: given.functions,
      mistakes: mistakes.length,
      ...Object.fromEntries(counts),
      byKind: Object.fromEntries([...all].map(([kind, number]) => [kind, [byKind.get(kind) ?? 0, number]])),
    });
} finally {
  if (given.keep === 'no')
    for (const file of files) replace(join(copy, file), readFileSync(join(given.tree, file)));
}
