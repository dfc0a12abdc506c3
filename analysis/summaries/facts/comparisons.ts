import { BOUNDS } from '../../base/bounds.js';
import { MIRROR, ORDERINGS, POSITIVE, ZERO, type Fact } from './fact.js';
import { operation, rebuild, type Term } from '../locks/terms.js';

/** What is known of a term. */
interface About {
  readonly term: Term;
  readonly fact: Fact;
}

/** A comparison of two values. */
interface Comparison {
  /** Key of the comparison's term. */
  readonly key: string;
  /** See {@link ORDERINGS}. */
  readonly orderings: number;
}

const COMPARISONS = Object.entries(ORDERINGS);
/**
 * Keyed by the text of the two operands, because terms are rebuilt over and over and hashing concatenated text is
 * expensive.
 */
const alike = new Map<string, readonly Comparison[]>();

/** All comparisons of the same two operands, in either order. */
export function comparisonsLike(term: Term & { k: 'operation' }): readonly Comparison[] {
  const values = term.key.slice(term.op.length + 1);
  let known = alike.get(values);
  if (known === undefined) {
    const [left, right] = term.operands;
    const isOfConstant = left?.k === 'constant' || right?.k === 'constant';
    known = COMPARISONS.flatMap(([op, orderings]) => [
      { key: `(${op}${values}`, orderings },
      ...(isOfConstant ? [] : [{ key: `(${MIRROR[op]} ${right?.key} ${left?.key})`, orderings }]),
    ]);
    if (alike.size >= BOUNDS.cachedComparisons) alike.clear();
    alike.set(values, known);
  }
  return known;
}

/**
 * Whether what is known of a comparison excludes a value of its left operand: `x >= 5` excludes that `x` is 3. A negative
 * constant may stand for a large one.
 */
export function excludes(known: About, key: string, value: number): boolean {
  const { term: comparison, fact } = known;
  if (comparison.k !== 'operation' || value < 0) return false;
  const [left, right] = comparison.operands;
  const orderings = ORDERINGS[comparison.op];
  if (orderings === undefined || left?.key !== key || right?.k !== 'constant' || right.value < 0)
    return false;
  const isTrue = (orderings & (value < right.value ? 1 : value === right.value ? 2 : 4)) !== 0;
  return isTrue ? fact.signs === ZERO : (fact.signs & ZERO) === 0;
}

/** Whether `all` is a bitwise OR of named flags that include `one`. */
export function isOrOf(all: Term, one: Term): boolean {
  return (
    all.k === 'operation' &&
    all.op === '|' &&
    all.operands.some((part) => part.key === one.key || isOrOf(part, one))
  );
}

/** What is known of `x == a ? b : a`, where `pair` is `a other b`; `undefined` if it may be either. */
export function otherOf(subject: Term, pair: Term, factOf: (term: Term) => Fact): Fact | undefined {
  const [value, other] = pair.k === 'operation' ? pair.operands : [];
  if (value === undefined || other === undefined) return undefined;
  const { signs } = factOf(operation('==', [subject, value]));
  if (signs === ZERO) return factOf(value);
  return (signs & ZERO) === 0 ? factOf(other) : undefined;
}

/** A comparison that may be true or false carries no information. */
export function isVoid(term: Term | undefined, fact: Fact): boolean {
  return term?.k === 'operation' && fact.signs === (ZERO | POSITIVE) && term.op in ORDERINGS;
}

/** Terms that are not composed of others. */
export const ATOMS = new Set<Term['k']>(['result', 'opaque', 'parameter', 'local', 'global', 'constant']);

/** Makes a term with another value in place of `from`. */
export function renamer(term: Term, from: Term): (to: Term) => Term {
  return (to) => rebuild(term, (part) => (part.key === from.key ? to : undefined));
}
