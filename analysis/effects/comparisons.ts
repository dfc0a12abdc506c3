import { BOUNDS } from '../base/bounds.js';
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

/** All comparisons of the two values that this one compares. */
export function comparisonsLike(term: Term & { k: 'operation' }): readonly Comparison[] {
  const values = term.key.slice(term.op.length + 1);
  let known = alike.get(values);
  if (known === undefined) {
    known = COMPARISONS.map(([op, orderings]) => ({ key: `(${op}${values}`, orderings }));
    if (alike.size >= BOUNDS.cachedComparisons) alike.clear();
    alike.set(values, known);
  }
  return known;
}
