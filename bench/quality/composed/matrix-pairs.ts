// node out/bench/quality/composed/matrix-pairs.js [--rule all] [--depth 1|2] [--axis NAME] [--share 1] [--show high|medium|low|none] [--into DIR]
// Analyses programs put together from parts (bench/support/pairs): a mistake of two sides, each entered in some way, and
// the same program without it. Depth 1 varies one axis at a time from the plain program, depth 2 every pair of axes.
// Prints, for each value, at which confidence the mistake is found, and what is reported at high where nothing is wrong.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, RuleId } from '../../../analysis/checks/types.js';
import { analyse } from '../../support/in-process.js';
import { record } from '../../support/history.js';
import { options, percent } from '../../support/options.js';
import { SHAPES, type Choice, type Shape } from '../../support/pairs/shapes.js';

const given = options(
  'matrix-pairs [--rule all] [--depth 1|2] [--axis NAME] [--share 1] [--show LEVEL] [--into DIR]',
  {
    rule: 'all',
    depth: '1',
    axis: '',
    share: '1',
    show: '',
    into: '',
  },
);

type Level = 'high' | 'medium' | 'low' | 'none';
const LEVELS: readonly Level[] = ['high', 'medium', 'low', 'none'];

interface Tally {
  programs: number;
  readonly levels: Record<Level, number>;
  correct: number;
  alarms: number;
}

const empty = (): Tally => ({
  programs: 0,
  levels: { high: 0, medium: 0, low: 0, none: 0 },
  correct: 0,
  alarms: 0,
});

const known = new Map<string, readonly Finding[]>();

async function findingsOf(text: string): Promise<readonly Finding[]> {
  const before = known.get(text);
  if (before !== undefined) return before;
  const { snapshot } = await analyse(new Map([['drivers/bolt/bolt.c', text]]));
  known.set(text, snapshot.findings);
  return snapshot.findings;
}

function levelOf(findings: readonly Finding[], wanted: readonly RuleId[]): Level {
  const told = findings.filter(({ rule }) => wanted.includes(rule)).map(({ confidence }) => confidence);
  return LEVELS.find((level) => told.some((each) => each === level)) ?? 'none';
}

/** The plain choice, the choices that differ from it in one axis, and for depth 2 in two. */
function* choices({ axes }: Shape): Generator<Choice> {
  const list = Object.entries(axes);
  const plain: Choice = Object.fromEntries(list.map(([axis, [value]]) => [axis, value ?? '']));
  yield plain;
  for (const [axis, values] of list)
    if (given.depth === '2' || given.axis === '' || given.axis === axis)
      for (const value of values.slice(1)) yield { ...plain, [axis]: value };
  if (given.depth !== '2') return;
  let drawn = 0;
  for (const [i, [axis, values]] of list.entries()) {
    for (const value of values.slice(1)) {
      for (const [other, others] of list.slice(i + 1)) {
        if (given.axis !== '' && given.axis !== axis && given.axis !== other) continue;
        for (const each of others.slice(1))
          if ((drawn += Number(given.share)) >= 1) {
            drawn -= 1;
            yield { ...plain, [axis]: value, [other]: each };
          }
      }
    }
  }
}

function changed(shape: Shape, choice: Choice): string[] {
  const own = Object.entries(choice).filter(([axis, value]) => shape.axes[axis]?.[0] !== value);
  return own.map(([axis, value]) => `${axis} = ${value}`);
}

function keep(name: string, text: string): void {
  if (given.into === '') return;
  mkdirSync(given.into, { recursive: true });
  writeFileSync(join(given.into, `${name.replaceAll(/[^\w=]+/g, '-')}.c`), text);
}

for (const shape of SHAPES) {
  if (given.rule !== 'all' && given.rule !== shape.rule) continue;
  const total = empty();
  const byValue = new Map<string, Tally>();
  const singles = new Map<string, Level>();
  const losses: string[] = [];
  const alarms: string[] = [];
  for (const choice of choices(shape)) {
    const text = shape.build(choice);
    if (text === undefined) continue;
    const values = changed(shape, choice);
    const label = values.join(', ') || 'plain';
    const tallies = [
      total,
      ...(values.length === 0 ? ['plain'] : values).map((value) => tallyOf(byValue, value)),
    ];
    const level = levelOf(await findingsOf(text), shape.wanted(choice));
    if (values.length < 2) singles.set(label, level);
    // A loss caused by one value alone is printed once.
    const isNew = values.length < 2 || values.every((value) => singles.get(value) === 'high');
    if (level !== 'high' && isNew) losses.push(`${level.padEnd(6)} ${label}`);
    for (const tally of tallies) {
      tally.programs += 1;
      tally.levels[level] += 1;
    }
    if (given.show === level) keep(`${shape.rule} ${label}`, text);
    for (const twin of shape.twins) {
      const correct = shape.build(choice, twin);
      if (correct === undefined) continue;
      const told = (await findingsOf(correct)).filter(({ confidence }) => confidence === 'high');
      for (const tally of tallies) {
        tally.correct += 1;
        if (told.length > 0) tally.alarms += 1;
      }
      if (told.length === 0) continue;
      alarms.push(
        `${label} (${twin}): ${told.map(({ rule, at, message }) => `${rule} line ${at.line} ${message}`).join('; ')}`,
      );
      if (given.show !== '') keep(`${shape.rule} ${label} ${twin}`, correct);
    }
  }
  const { programs, levels, correct } = total;
  console.log(
    `\n${shape.rule}: ${programs} mistakes, high ${percent(levels.high, programs)}, medium ${percent(levels.medium, programs)}, ` +
      `low ${percent(levels.low, programs)}, not found ${percent(levels.none, programs)}; ${total.alarms} of ${correct} correct programs reported at high`,
  );
  const lost = (tally: Tally): number => 1 - tally.levels.high / tally.programs;
  if (given.depth === '2') {
    console.log('\n  high medium low none of  alarms  value');
    for (const [value, tally] of [...byValue].sort((a, b) => lost(b[1]) - lost(a[1]))) {
      const counts = LEVELS.map((level) => String(tally.levels[level]).padStart(5)).join('');
      console.log(
        `${counts} ${String(tally.programs).padStart(5)} ${String(tally.alarms).padStart(5)}  ${value}`,
      );
    }
  }
  console.log(`\nlosses (${losses.length}):\n  ${losses.join('\n  ')}`);
  console.log(`\nalarms (${alarms.length}):\n  ${alarms.join('\n  ')}`);
  if (given.axis === '' && given.show === '' && given.rule === 'all')
    record('matrix-pairs', {
      rule: shape.rule,
      depth: given.depth,
      programs,
      ...levels,
      correct,
      alarms: total.alarms,
    });
}

function tallyOf(map: Map<string, Tally>, value: string): Tally {
  const tally = map.get(value) ?? empty();
  map.set(value, tally);
  return tally;
}
