import type { CheckContext } from '../../engine/check.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { Skeleton } from '../../../skeleton/types.js';
import { ANY, POSITIVE, ZERO, type Signs } from '../../../summaries/facts/fact.js';
import { elementOf, rebuild, someTerm, type Term } from '../../../summaries/locks/terms.js';

/** Operators that give many numbers one result: a bank of channels, a bucket of hashes. */
const MANY_TO_ONE: ReadonlySet<string> = new Set(['/', '%', '&', '>>']);

/** The result of a comparison with which the two may be equal: it orders them, and says no more. */
const MAY_BE_EQUAL: Readonly<Record<string, Signs>> = {
  '<': ZERO,
  '>': ZERO,
  '<=': POSITIVE,
  '>=': POSITIVE,
};

/**
 * Whether two locks of an array's elements may be one: both indices are made from numbers in one way that gives many numbers one
 * element, `banks[a / 8]` and `banks[b / 8]`. Neither the path nor a caller asks whether the elements are equal. That the
 * path orders the two makes them no different.
 */
export function mayBeOneElement(
  { context, callers }: { readonly context: CheckContext; readonly callers: KnownCallers },
  side: Dependency,
): boolean {
  if (!OWNED_KINDS.includes(side.lock.kind)) return false;
  const [held, taken] = [elementOf(side.holds.term), elementOf(side.lock.term)];
  if (held === undefined || taken === undefined || held.key === taken.key) return false;
  const [a, b] = [numberIn(held.index), numberIn(taken.index)];
  if (a === undefined || b === undefined || areRelated(a, b)) return false;
  // But for the numbers, the two are spelled alike.
  const asTaken = rebuild(side.holds.term, (part) => (part.key === held.index.key ? taken.index : undefined));
  const isAlike = rebuild(held.index, (part) => (part.key === a.key ? b : undefined)).key === taken.index.key;
  if (!isAlike || asTaken.key !== side.lock.term.key) return false;
  const isOf = (term: Term, one: Term): boolean => someTerm(term, ({ key }) => key === one.key);
  const isAsked = [...side.facts.known()].some(
    ({ term, fact }) =>
      term.k === 'operation' &&
      isOf(term, held.index) &&
      isOf(term, taken.index) &&
      fact.signs !== (MAY_BE_EQUAL[term.op] ?? ANY),
  );
  const calls = callers.seen(side.root);
  return (
    !isAsked &&
    calls.length > 0 &&
    !calls.some(({ caller }) => asksElements(context.around.program.skeleton(caller)))
  );
}

/** The number from which an index is made, if many numbers give that index. */
function numberIn(index: Term): Term | undefined {
  if (index.k !== 'operation' || !MANY_TO_ONE.has(index.op)) return undefined;
  const [number] = index.operands;
  return number?.k === 'constant' ? undefined : number;
}

/** Whether one number is made from the other, as that of the next element: those differ. */
function areRelated(a: Term, b: Term): boolean {
  const isIn = (one: Term, other: Term): boolean => someTerm(one, ({ key }) => key === other.key);
  const basis = ({ k, ...rest }: Term): Term | undefined =>
    k === 'operation' && 'operands' in rest ? rest.operands[0] : undefined;
  return isIn(a, b) || isIn(b, a) || (basis(a) !== undefined && basis(a)?.key === basis(b)?.key);
}

/** Whether code compares two values that are computed as such indices are. */
function asksElements(skeleton: Skeleton | undefined): boolean {
  return (
    skeleton?.exprs.some(
      (expr) =>
        expr.k === 'binary' &&
        (expr.op === '==' || expr.op === '!=') &&
        [expr.left, expr.right].every((part) => {
          const side = skeleton.exprs[part];
          return side?.k === 'binary' && MANY_TO_ONE.has(side.op);
        }),
    ) === true
  );
}
