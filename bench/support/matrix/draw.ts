import { CHAINS, RESULTS, type Chain, type Choice, type Named, type Result } from './choice.js';
import { CALLEES, CONDITIONS, compose, isSound } from './compose.js';
import { FAMILIES, type Family } from './families.js';
import { ENTRIES, ORIGINS, PATHS, VIAS } from './origins.js';
import { BHS, INNERS } from './shapes/irqs.js';
import { SLEEPS } from './shapes/sleeping.js';
import { SHAPES } from './shapes/index.js';
import type { Shape } from './shapes/shape.js';

/** One faulty module, its correct twin, and its values by axis. */
export interface Pair {
  readonly bug: string;
  readonly twin: string;
  /** The rules, one of which must report the faulty module. */
  readonly rules: readonly string[];
  readonly axes: ReadonlyMap<string, string>;
}

/** The same numbers between 0 and 1 for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Pairs of modules: `each` for every shape, the other axes drawn at random. Half of the draws stay plain on all axes
 * but two, so that a loss on one axis is not hidden behind one on another.
 */
export function drawPairs(each: number, seed: number, rules: readonly string[] = []): readonly Pair[] {
  const random = numbers(seed);
  return SHAPES.filter(({ rule }) => rules.length === 0 || rules.includes(rule)).flatMap((shape) => {
    const pairs = new Map<string, Pair>();
    for (let tries = 0; pairs.size < each && tries < each * 400; tries++) {
      const choice = choose(shape, random, tries % 2 === 0);
      if (!isSound(choice)) continue;
      const { bug, twin } = compose(choice);
      if (bug === twin || pairs.has(bug)) continue;
      pairs.set(bug, {
        bug,
        twin,
        rules: [shape.rule, ...(shape.also ?? []), ...(isSwitch(choice.family) ? ['irq-state'] : [])],
        axes: axesOf(choice),
      });
    }
    return [...pairs.values()];
  });
}

/** Interrupts, bottom halves, preemption: the state in which they are left. */
function isSwitch({ name }: Family): boolean {
  return /^(?:local_|preempt_)/.test(name);
}

type Random = () => number;

function one<T>(items: readonly T[], random: Random): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('nothing to draw from');
  return item;
}

const AXES = ['origin', 'path', 'entry', 'via', 'condition', 'callee', 'result', 'depth'] as const;

function choose(shape: Shape, random: Random, isPlain: boolean): Choice {
  const varied: ReadonlySet<string> = new Set(isPlain ? [one(AXES, random), one(AXES, random)] : AXES);
  const first = <T>(axis: (typeof AXES)[number], items: readonly T[]): T =>
    varied.has(axis) ? one(items, random) : one(items.slice(0, 1), random);
  const entry = first('entry', ENTRIES);
  const result: Result = entry.handler?.result ?? first('result', RESULTS);
  const least = shape.deep === 'ASSERT' ? 1 : 0;
  const depth = shape.deep === undefined ? 0 : first('depth', [least, 1, 1, 2, 3]);
  const chain: Chain = depth === 0 || !varied.has('depth') ? 'plain' : one(CHAINS, random);
  return {
    shape,
    family: one(FAMILIES, random),
    origin: entry.handler ? one(ORIGINS.slice(0, 1), random) : first('origin', ORIGINS),
    path: first('path', PATHS),
    entry,
    via: first('via', VIAS),
    condition: first('condition', CONDITIONS),
    callee: first('callee', CALLEES),
    result,
    deed: deed(shape, random),
    depth,
    chain,
  };
}

/** What the callees do: a way to sleep, an inner section. */
function deed(shape: Shape, random: Random): Named {
  if (shape.deep === 'SLEEP') return one(SLEEPS, random);
  const texts = shape.deep === 'INNER' ? INNERS : shape.deep === 'BHS' ? BHS : undefined;
  if (texts === undefined) return { name: '', text: '' };
  const text = one(texts, random);
  return { name: text.slice(0, text.indexOf(';')).split('\n')[0] ?? '', text };
}

function axesOf(choice: Choice): ReadonlyMap<string, string> {
  const { shape, family, depth, chain, deed: done } = choice;
  const isDeep = shape.deep !== undefined;
  const values: readonly (readonly [string, string])[] = [
    ['rule', shape.rule],
    ['shape', `${shape.rule}: ${shape.name}`],
    ['family', family.name],
    ['origin', choice.origin.name],
    ['path', choice.path.name],
    ['entry', choice.entry.name],
    ['via', choice.via.name],
    ...(shape.body.includes('COND') ? [['condition', choice.condition.name] as const] : []),
    ...(shape.body.includes('CALL') ? [['callee', choice.callee.name] as const] : []),
    ['result', choice.result],
    ...(isDeep ? [['depth', `${depth}`] as const, ['chain', chain] as const] : []),
    ...(done.name === '' ? [] : [['deed', done.name] as const]),
  ];
  return new Map(values);
}
