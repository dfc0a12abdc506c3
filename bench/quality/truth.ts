// node out/bench/quality/truth.js --truth DIR --tree DIR [--paths a,b|near] [--scan FILE]
// Counts how many bugs known from reading are reported, at the default confidence and at any confidence, and how
// many known false alarms are still reported with high confidence. Reads every real-mistakes.json and
// false-alarms.json in DIR. `--paths near` scans only the folders of the files named there. `--scan FILE` uses an
// earlier scan of the whole tree (JSON, any confidence).
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PublishedFinding, ScanOutput } from '../../analysis/report/formats/schema.js';
import { scan } from '../support/cli.js';
import { record } from '../support/history.js';
import { options, percent } from '../support/options.js';
import { existingRules } from '../support/root.js';
import { everyPlace } from '../support/every-place.js';

interface Inversion {
  readonly id: string;
  /** Absent if only the lines are known. */
  readonly classes?: readonly string[];
  readonly files: readonly string[];
  readonly sideA: readonly number[];
  readonly sideB: readonly number[];
}

interface OtherMistake {
  readonly id: string;
  readonly rule: string;
  readonly file: string;
  readonly lines: readonly number[];
  readonly functions: readonly string[];
}

interface FalseOrder {
  readonly id: string;
  readonly classes: readonly string[];
  readonly why: string;
}

interface FalseOther {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly cause: string;
}

const given = options('truth --truth DIR --tree DIR [--paths a,b|near] [--scan FILE]', {
  truth: undefined,
  tree: undefined,
  paths: '',
  scan: '',
});
const existing = existingRules();
const real = read<{ inversions: readonly Inversion[]; others: readonly OtherMistake[] }>(
  'real-mistakes.json',
);
const wrong = read<{ lockOrder: readonly FalseOrder[]; otherRules: readonly FalseOther[] }>(
  'false-alarms.json',
);

const paths =
  given.paths === 'near' ? foldersOfTruth() : given.paths.split(',').filter((path) => path !== '');
const everyPlaceOf = (output: ScanOutput): Pick<ScanOutput, 'findings'> => ({
  findings: [...everyPlace(output.findings)],
});
const { findings } =
  given.scan === ''
    ? scan([
        ...(paths.length > 0 ? paths : ['.']).map((path) => join(given.tree, path)),
        `--root=${given.tree}`,
        '--confidence=low',
      ])
    : everyPlaceOf(JSON.parse(readFileSync(given.scan, 'utf8')) as ScanOutput);
const isScanned = (file: string): boolean =>
  paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path}/`));

const NEAR_LINES = 3;
const isNear = (lines: readonly number[], line: number): boolean =>
  lines.some((each) => Math.abs(each - line) <= NEAR_LINES);

/** `foo.lock` of `G:lock@path`, `foo@header.h.lock`: the part that both naming schemes share. */
function plain(name: string): string {
  return name
    .replace(/^G:/, '')
    .replace(/@[\w/.-]+?\.[ch]/, '')
    .replace(/^[\w/.-]+\.[ch]:/, '')
    .replace(/\/\d+$/, '');
}

function isInversion(truth: Inversion, finding: PublishedFinding): boolean {
  if (finding.rule !== 'lock-order-cycle') return false;
  const locks = new Set(finding.locks.map(plain));
  if (truth.classes?.every((name) => locks.has(plain(name))) === true) return true;
  const places = [finding.at, ...finding.story].filter((place) => truth.files.includes(place.file));
  return [truth.sideA, truth.sideB].every((side) => places.some((place) => isNear(side, place.line)));
}

function isMistake(truth: OtherMistake, finding: PublishedFinding): boolean {
  if (finding.rule !== truth.rule) return false;
  return [finding.at, ...finding.story].some(
    (place) =>
      place.file === truth.file &&
      (isNear(truth.lines, place.line) || truth.functions.includes(place.function)),
  );
}

interface Recall {
  all: number;
  shown: number;
  found: number;
}
const recall = new Map<string, Recall>();

function count(rule: string, id: string, isIt: (finding: PublishedFinding) => boolean): void {
  const row = recall.get(rule) ?? { all: 0, shown: 0, found: 0 };
  recall.set(rule, row);
  const hits = findings.filter(isIt);
  const best = ['high', 'medium', 'low'].find((level) => hits.some((hit) => hit.confidence === level));
  row.all += 1;
  row.found += Number(best !== undefined);
  row.shown += Number(best === 'high');
  console.log(`${rule.padEnd(18)} ${(best ?? 'MISSED').padEnd(7)} ${id}`);
}

for (const truth of real.inversions) {
  if (truth.files.every(isScanned)) count('lock-order-cycle', truth.id, (each) => isInversion(truth, each));
}
for (const truth of real.others) {
  if (existing.has(truth.rule) && isScanned(truth.file)) {
    count(truth.rule, truth.id, (each) => isMistake(truth, each));
  }
}

const high = findings.filter((each) => each.confidence === 'high');
const alarms: string[] = [];
for (const truth of wrong.lockOrder) {
  for (const finding of high) {
    const locks = new Set(finding.locks.map(plain));
    const isIt = finding.rule === 'lock-order-cycle' && truth.classes.every((name) => locks.has(plain(name)));
    if (isIt) alarms.push(`${truth.id}: ${truth.why}`);
  }
}
for (const truth of wrong.otherRules) {
  for (const { rule, at } of high) {
    const isIt =
      rule === truth.rule && at.file === truth.file && Math.abs(at.line - truth.line) <= NEAR_LINES;
    if (isIt) alarms.push(`${rule} ${at.file}:${at.line}: ${truth.cause}`);
  }
}

console.log('');
for (const [rule, { all, shown, found }] of recall) {
  console.log(
    `${rule.padEnd(18)} of ${all}: ${shown} at default confidence (${percent(shown, all)}), ${found} at all (${percent(found, all)})`,
  );
}
console.log(`known false alarms at high confidence: ${alarms.length}`);
for (const alarm of alarms) console.log(`  ${alarm}`);
record('truth', {
  tree: basename(given.tree),
  paths: given.paths,
  recall: Object.fromEntries(recall),
  falseAlarms: alarms.length,
});

function foldersOfTruth(): string[] {
  const files = [
    ...real.inversions.flatMap((each) => each.files),
    ...real.others.map((each) => each.file),
    ...wrong.otherRules.map((each) => each.file),
  ];
  return [...new Set(files.map((file) => dirname(file)))].sort();
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(given.truth, file), 'utf8')) as T;
}
