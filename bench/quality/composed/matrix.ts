// node out/bench/quality/composed/matrix.js [--each 12] [--seed 1] [--rules a,b] [--out DIR]
// Composes small modules with one mistake about a function or a lock along orthogonal axes (`support/matrix/`), each with
// a twin that differs in the mistake only, scans each by itself, and prints recall and false alarms by value of each
// axis, largest loss first. `--out` writes the modules that were missed at high, and the twins that were reported.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../../analysis/checks/types.js';
import { record } from '../../support/history.js';
import { analyse } from '../../support/in-process.js';
import { drawPairs, type Pair } from '../../support/matrix/draw.js';
import { options, percent } from '../../support/options.js';

const given = options('matrix [--each 12] [--seed 1] [--rules a,b] [--out DIR]', {
  each: '12',
  seed: '1',
  rules: '',
  out: '',
});

const LEVELS = ['high', 'medium', 'low'] as const;

interface Tally {
  bugs: number;
  high: number;
  medium: number;
  low: number;
  falseHigh: number;
  falseMedium: number;
}

const tallies = new Map<string, Map<string, Tally>>();
const pairs = drawPairs(
  Number(given.each),
  Number(given.seed),
  given.rules === '' ? [] : given.rules.split(','),
);
if (given.out !== '') mkdirSync(given.out, { recursive: true });

for (const [index, pair] of pairs.entries()) {
  const found = await findings(pair.bug);
  const told = LEVELS.find((level) =>
    found.some(({ rule, confidence }) => pair.rules.includes(rule) && confidence === level),
  );
  const alarms = await findings(pair.twin);
  count(pair, told, alarms);
  if (given.out === '') continue;
  const isFalse = alarms.some(({ confidence }) => confidence !== 'low');
  if (told !== 'high') write(index, pair, `missed-${told ?? 'silent'}`, pair.bug, found);
  if (isFalse) write(index, pair, 'false', pair.twin, alarms);
}
report();

async function findings(text: string): Promise<readonly Finding[]> {
  const { snapshot } = await analyse(new Map([['module.c', text]]));
  return snapshot.findings;
}

function count({ axes }: Pair, told: (typeof LEVELS)[number] | undefined, alarms: readonly Finding[]): void {
  for (const [axis, value] of [['all', 'all'] as const, ...axes]) {
    const values = tallies.get(axis) ?? new Map<string, Tally>();
    tallies.set(axis, values);
    const tally = values.get(value) ?? { bugs: 0, high: 0, medium: 0, low: 0, falseHigh: 0, falseMedium: 0 };
    values.set(value, tally);
    tally.bugs++;
    if (told !== undefined) tally[told]++;
    if (alarms.some(({ confidence }) => confidence === 'high')) tally.falseHigh++;
    else if (alarms.some(({ confidence }) => confidence === 'medium')) tally.falseMedium++;
  }
}

function write(index: number, { axes }: Pair, what: string, text: string, found: readonly Finding[]): void {
  const lines = [
    ...[...axes].map(([axis, value]) => `// ${axis}: ${value}`),
    ...found.map(
      ({ rule, confidence, at, message }) => `// ${confidence} ${rule} ${at.line} ${at.function}: ${message}`,
    ),
  ];
  const name = `${what}-${axes.get('rule') ?? ''}-${String(index).padStart(4, '0')}.c`;
  writeFileSync(join(given.out, name), `${text}${lines.join('\n')}\n`);
}

function report(): void {
  for (const [axis, values] of tallies) {
    console.log(`\n${axis.padEnd(64)} bugs   high medium    low missed  false high/medium`);
    const sorted = [...values].sort(([a, x], [b, y]) => lost(y) - lost(x) || (a < b ? -1 : 1));
    for (const [value, tally] of sorted) {
      const { bugs, high, medium, low, falseHigh, falseMedium } = tally;
      const cells = [high, medium, low, bugs - high - medium - low].map((n) => String(n).padStart(6));
      console.log(
        `  ${value.padEnd(62)}${String(bugs).padStart(5)} ${cells.join(' ')}  ${falseHigh}/${falseMedium}  ${percent(high, bugs)}`,
      );
    }
  }
  const all = tallies.get('all')?.get('all');
  record('matrix', { seed: given.seed, each: given.each, rules: given.rules, ...all });
}

/** Bugs that are not reported at high. */
function lost({ bugs, high }: Tally): number {
  return bugs - high;
}
