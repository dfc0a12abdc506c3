import type { Random } from './random.js';

/** Values that no place of a JSON text expects. */
const ODD: readonly unknown[] = [
  null,
  true,
  '',
  [],
  {},
  -1,
  0.5,
  1e308,
  2 ** 31,
  '\u0000\u001b[2J\u202e\ud800',
  'x'.repeat(5_000),
  ['a', ['b', [{}]]],
  { __proto__: null, constructor: { prototype: 1 }, toString: 3 },
];

/** A value with up to `most` of its parts replaced, removed or duplicated. */
export function mutated(value: unknown, random: Random, most: number): unknown {
  const times = random.below(most + 1);
  let result = value;
  for (let i = 0; i < times; i += 1) result = once(result, random);
  return result;
}

function once(value: unknown, random: Random): unknown {
  const isInner = typeof value === 'object' && value !== null && random.below(8) > 0;
  if (!isInner) return random.pick(ODD);
  if (Array.isArray(value)) {
    const list: unknown[] = value;
    if (list.length === 0) return random.some(ODD, 3);
    const at = random.below(list.length);
    if (random.below(4) === 0) return [...list, list[at]];
    return list.map((each, index) => (index === at ? once(each, random) : each));
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return { x: random.pick(ODD) };
  const at = random.below(entries.length);
  if (random.below(4) === 0) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(
    entries.map(([key, each], index) => [key, index === at ? once(each, random) : each]),
  );
}
