// node out/bench/quality/judgement.js --scan FILE --known FILE --out DIR [--per 40] [--mixed 10] [--seed 1]
// Draws findings for a reader to judge: N of high confidence per rule, mixed with some of lower confidence known to
// be false, in random order. The output omits the confidence, so that it cannot influence the verdict. A verdict is
// true, plausible or false (bench/truth/).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishedFinding, ScanOutput } from '../../analysis/report/formats/schema.js';
import { drawn } from '../support/draw.js';
import { options } from '../support/options.js';

interface Verdict {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly verdict: string;
}

const given = options(
  'judgement --scan FILE --known FILE --out DIR [--per 40] [--mixed 10] [--seed 1] [--rules a,b]',
  { scan: undefined, known: undefined, out: undefined, per: '40', mixed: '10', seed: '1', rules: '' },
);
const seed = Number(given.seed);
const { findings } = JSON.parse(readFileSync(given.scan, 'utf8')) as ScanOutput;
const verdicts = JSON.parse(readFileSync(given.known, 'utf8')) as readonly Verdict[];
const wrong = new Set(
  verdicts.filter(({ verdict }) => verdict === 'false').map((known) => placeOf(known.rule, known)),
);
const rules = given.rules === '' ? [...new Set(findings.map(({ rule }) => rule))] : given.rules.split(',');

mkdirSync(given.out, { recursive: true });
for (const rule of rules.sort()) {
  const own = findings.filter((finding) => finding.rule === rule);
  const high = drawn(
    own.filter(({ confidence }) => confidence === 'high'),
    Number(given.per),
    seed,
  );
  const decoys = drawn(
    own.filter(({ confidence, at }) => confidence !== 'high' && wrong.has(placeOf(rule, at))),
    Number(given.mixed),
    seed,
  );
  const shown = drawn([...high, ...decoys], high.length + decoys.length, seed).map(withoutVerdict);
  writeFileSync(join(given.out, `${rule}.json`), JSON.stringify(shown, undefined, 1));
  console.log(`${rule}: ${high.length} of ${own.length}, ${decoys.length} known to be false among them`);
}

function placeOf(rule: string, { file, line }: { file: string; line: number }): string {
  return `${rule} ${file}:${line}`;
}

/** The part of a finding that a reader may see. */
function withoutVerdict({ id, rule, message, at, locks, story, assumes }: PublishedFinding): object {
  return { id, rule, message, at, locks, story, assumes };
}
