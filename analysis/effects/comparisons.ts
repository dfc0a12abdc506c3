import { ORDERINGS } from './fact.js';
import type { Term } from './terms.js';

/** A comparison of two values. */
interface Comparison {
  /** Of its term. */
  readonly key: string;
  /** See {@link ORDERINGS}. */
  readonly orderings: number;
}

const COMPARISONS = Object.entries(ORDERINGS);
/** By the text of the two values: terms are made anew again and again, and texts put together must be hashed. */
const alike = new Map<string, readonly Comparison[]>();
/** So many pairs of values are more than a few functions compare. */
const MANY_PAIRS = 4096;

/** All comparisons of the two values that this one compares. */
export function comparisonsLike(term: Term & { k: 'operation' }): readonly Comparison[] {
  const values = term.key.slice(term.op.length + 1);
  let known = alike.get(values);
  if (known === undefined) {
    known = COMPARISONS.map(([op, orderings]) => ({ key: `(${op}${values}`, orderings }));
    if (alike.size >= MANY_PAIRS) alike.clear();
    alike.set(values, known);
  }
  return known;
}
