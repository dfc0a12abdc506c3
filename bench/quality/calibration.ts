// node out/bench/quality/calibration.js --scans FILE,FILE --litmus DIR
// Measures which share of the findings is true, by rule and confidence. Compares the verdicts in bench/truth with
// scans (JSON), and the modules of --litmus with the verdicts beside them. Writes docs/calibration.md.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { append } from '../../analysis/base/lists.js';
import type { PublishedFinding, ScanOutput } from '../../analysis/report/formats/schema.js';
import { scan } from '../support/cli.js';
import { record } from '../support/history.js';
import { formatted } from '../support/pages/formatted.js';
import { options, percent } from '../support/options.js';

interface Verdict {
  readonly file: string;
  readonly functions: readonly string[];
  readonly rule: string;
  readonly verdict: 'true' | 'plausible' | 'false';
}

/** A verdict on a randomly drawn finding: nobody had looked at it, or at its kind, before. */
interface Drawn extends Verdict {
  readonly confidence: (typeof LEVELS)[number];
}

interface Tally {
  true: number;
  plausible: number;
  false: number;
}

const TRUTH = 'bench/truth';
const LEVELS = ['high', 'medium', 'low'] as const;
const given = options('calibration --scans FILE,FILE --litmus DIR', { scans: undefined, litmus: undefined });

/** The verdicts on findings, by rule, file and function; the last reader decides. */
function verdicts(): ReadonlyMap<string, readonly Verdict[]> {
  const byFunction = new Map<string, Verdict[]>();
  const names = readdirSync(TRUTH).filter((name) => /^judged-(?!repairs).*\.json$/.test(name));
  for (const name of names.sort())
    for (const one of JSON.parse(readFileSync(join(TRUTH, name), 'utf8')) as readonly Verdict[])
      for (const fn of one.functions) append(byFunction, keyOf(one.rule, one.file, fn), one);
  return byFunction;
}

function keyOf(rule: string, file: string, fn: string): string {
  return `${rule} ${file}:${fn}`;
}

/** What the last reader said of a finding: the verdict that shares most functions with its story. */
function verdictOn(
  finding: PublishedFinding,
  known: ReadonlyMap<string, readonly Verdict[]>,
): Verdict | undefined {
  const { rule, at, story } = finding;
  const told = new Set([at.function, ...story.map((step) => step.function)]);
  const shared = ({ functions }: Verdict): number => functions.filter((fn) => told.has(fn)).length;
  let best: Verdict | undefined;
  for (const one of known.get(keyOf(rule, at.file, at.function)) ?? [])
    if (best === undefined || shared(one) >= shared(best)) best = one;
  return best;
}

type ByRule = Map<string, Record<(typeof LEVELS)[number], Tally>>;

function count(into: ByRule, rule: string, level: (typeof LEVELS)[number], verdict: keyof Tally): void {
  let levels = into.get(rule);
  if (levels === undefined) into.set(rule, (levels = { high: none(), medium: none(), low: none() }));
  levels[level][verdict]++;
}

const byRule: ByRule = new Map();
const known = verdicts();
let unread = 0;
for (const path of given.scans.split(',')) {
  const { findings } = JSON.parse(readFileSync(path, 'utf8')) as ScanOutput;
  for (const finding of findings) {
    const verdict = verdictOn(finding, known)?.verdict;
    if (verdict !== undefined) count(byRule, finding.rule, finding.confidence, verdict);
    else if (finding.confidence === 'high') unread++;
  }
}

const fresh: ByRule = new Map();
for (const name of readdirSync(TRUTH).filter((file) => /^judged-7\.3.*\.json$/.test(file)))
  for (const { rule, confidence, verdict } of JSON.parse(
    readFileSync(join(TRUTH, name), 'utf8'),
  ) as readonly Drawn[])
    count(fresh, rule, confidence, verdict);

function none(): Tally {
  return { true: 0, plausible: 0, false: 0 };
}

function shown(tally: Tally): string {
  const all = tally.true + tally.plausible + tally.false;
  return all === 0
    ? '–'
    : `${tally.true} / ${tally.plausible} / ${tally.false} (${percent(tally.true, all)})`;
}

function sum(tallies: readonly Tally[]): Tally {
  const all = none();
  for (const tally of tallies) {
    all.true += tally.true;
    all.plausible += tally.plausible;
    all.false += tally.false;
  }
  return all;
}

// ---- modules with the verdict of real lockdep

const modules = { high: none(), medium: none(), low: none() };
let missed = 0;
const cases = join(given.litmus, 'cases');
for (const name of readdirSync(cases).sort()) {
  const { rules } = JSON.parse(readFileSync(join(cases, name, 'verdict.json'), 'utf8')) as {
    readonly rules: readonly string[];
  };
  if (rules.includes('out-of-scope')) continue;
  const folder = join(cases, name);
  const own = scan([folder, '--root', folder, '--no-cache', '--confidence', 'low']).findings;
  for (const { rule, confidence } of own) modules[confidence][rules.includes(rule) ? 'true' : 'false']++;
  if (rules.length > 0 && !own.some(({ rule }) => rules.includes(rule))) missed++;
}

// ---- the page

function tableOf(counted: ByRule): string {
  const rules = [...counted].sort(([a], [b]) => (a < b ? -1 : 1));
  const row = (name: string, of: (level: (typeof LEVELS)[number]) => Tally): string =>
    `| ${name} | ${LEVELS.map((level) => shown(of(level))).join(' | ')} |`;
  return [
    '| rule | high | medium | low |',
    '| --- | --- | --- | --- |',
    ...rules.map(([rule, levels]) => row(rule, (level) => levels[level])),
    row('all', (level) => sum(rules.map(([, levels]) => levels[level]))),
  ].join('\n');
}

const page = [
  '# Calibration',
  'How much of what Lockorder reports is true, by rule and confidence.',
  '## Fresh draws',
  'Findings in Linux 7.3 that nobody had read in any version before, with their confidence at that ' +
    'time: true / plausible / false, and the share that is true. Where the analysis can recognise the cause of' +
    ' a false one, a later version no longer reports it.',
  tableOf(fresh),
  '## All that was read',
  'Findings of a scan of Linux 7.3 that somebody has read on both sides in some version (`bench/truth`), by their ' +
    'confidence: true / plausible / false, and the share that is true. Some of them led to a change of a rule, so ' +
    `the shares say less than those of a fresh draw. Nobody has read ${unread} more of high confidence.`,
  tableOf(byRule),
  '## Modules under the real lockdep',
  'Findings in small modules, each run on a kernel with lock validation: true if the module has that bug, false if ' +
    `it has none or another one. ${missed} modules have a bug that is not reported at any confidence.`,
  [
    '| confidence | true | false |',
    '| --- | --- | --- |',
    ...LEVELS.map((level) => `| ${level} | ${modules[level].true} | ${modules[level].false} |`),
  ].join('\n'),
  'Generated by `node out/bench/quality/calibration.js --scans FILE,FILE --litmus DIR`.',
].join('\n\n');
writeFileSync('docs/calibration.md', await formatted('calibration.md', `${page}\n`));
record('calibration', {
  rules: Object.fromEntries(byRule),
  fresh: Object.fromEntries(fresh),
  modules,
  missed,
});
console.log(page);
