import { BOUNDS } from '../../base/bounds.js';

/** The signs a value may have. Error pointers count as negative numbers, valid pointers as positive. */
export const NEGATIVE = 1;
export const ZERO = 2;
export const POSITIVE = 4;
export const NONZERO = NEGATIVE | POSITIVE;
export const ANY = NEGATIVE | ZERO | POSITIVE;
export type Signs = number;

/** What is known about a value on a path. */
export interface Fact {
  readonly signs: Signs;
  readonly equals?: number;
  /** Constants the value differs from, sorted. */
  readonly differs?: readonly number[];
  /** The constants the value may have, sorted, if they are few: `stage` after it was set to 1 or 2. */
  readonly among?: readonly number[];
}

export const UNKNOWN: Fact = { signs: ANY };
export const BOOLEAN_TRUE: Fact = { signs: POSITIVE };
export const BOOLEAN_FALSE: Fact = { signs: ZERO };

export function signOf(value: number): Signs {
  return value < 0 ? NEGATIVE : value === 0 ? ZERO : POSITIVE;
}

/** Signs of a pointer for which a test of error pointers is not zero. */
const ERRORS: Readonly<Record<string, Signs>> = {
  'is-error': NEGATIVE,
  'is-error-or-null': NEGATIVE | ZERO,
  'error-or-zero': NEGATIVE,
};

/** Whether an operator tests for error pointers. */
export function isErrorTest(op: string): boolean {
  return op in ERRORS;
}

/** The result of an error-pointer test for a pointer; `undefined` for other operators. */
export function testError(op: string, pointer: Fact): Fact | undefined {
  const errors = ERRORS[op];
  if (errors === undefined) return undefined;
  if (op !== 'error-or-zero') return truth(pointer.signs, errors);
  if (pointer.signs === NEGATIVE) return pointer;
  return { signs: (pointer.signs & NEGATIVE) | ((pointer.signs & ~NEGATIVE) === 0 ? 0 : ZERO) };
}

/** Signs of the pointer if its test has one of these signs; `undefined` for other operators. */
export function behindErrorTest(op: string, signs: Signs): Signs | undefined {
  const errors = ERRORS[op];
  if (errors === undefined) return undefined;
  return ((signs & NONZERO) === 0 ? 0 : errors) | ((signs & ZERO) === 0 ? 0 : ANY & ~errors);
}

/** Comparisons as sets of orderings: 1 less, 2 equal, 4 greater. */
export const ORDERINGS: Record<string, number> = { '<': 1, '==': 2, '<=': 3, '>': 4, '!=': 5, '>=': 6 };

export const INVERSE: Record<string, string> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};
export const MIRROR: Record<string, string> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
};

/** The constants a fact allows; `undefined` if any value is possible. */
function valuesOf(fact: Fact): readonly number[] | undefined {
  return fact.equals === undefined ? fact.among : [fact.equals];
}

/** The fact that a value is one of these constants; `undefined` for an empty list. */
export function factAmong(values: readonly number[]): Fact | undefined {
  const [first] = values;
  if (first === undefined) return undefined;
  if (values.length === 1) return { signs: signOf(first), equals: first };
  return { signs: values.reduce((signs, value) => signs | signOf(value), 0), among: values };
}

/** The fact about a value that satisfies `a` or `b`; `undefined` if it says nothing. */
export function joinFacts(a: Fact, b: Fact): Fact | undefined {
  if (a === b) return a;
  const signs = a.signs | b.signs;
  const equals = a.equals !== undefined && a.equals === b.equals ? a.equals : undefined;
  const [mine, theirs] = [valuesOf(a), valuesOf(b)];
  if (equals === undefined && mine !== undefined && theirs !== undefined) {
    if (theirs.every((value) => mine.includes(value))) return a;
    const all = [...new Set([...mine, ...theirs])].sort((x, y) => x - y);
    if (all.length <= BOUNDS.valuesOfFact) return factAmong(all);
  }
  const differs = commonDifferences(a, b);
  if (signs === ANY && equals === undefined && differs === undefined) return undefined;
  const isSame = signs === a.signs && equals === a.equals && a.among === undefined;
  if (isSame && (differs?.length ?? 0) === (a.differs?.length ?? 0)) return a;
  return {
    signs,
    ...(equals === undefined ? {} : { equals }),
    ...(differs === undefined ? {} : { differs }),
  };
}

function commonDifferences(a: Fact, b: Fact): readonly number[] | undefined {
  if (a.differs === undefined && b.differs === undefined) return undefined;
  const from = (x: Fact, y: Fact): readonly number[] =>
    (x.differs ?? []).filter((v) => y.differs?.includes(v) || valuesOf(y)?.includes(v) === false);
  const all = [...new Set([...from(a, b), ...from(b, a)])].sort((x, y) => x - y);
  return all.length === 0 ? undefined : all;
}

export function negate(fact: Fact): Fact {
  if ((fact.signs & ZERO) === 0) return BOOLEAN_FALSE;
  return fact.signs === ZERO ? BOOLEAN_TRUE : { signs: ZERO | POSITIVE };
}

/** The truth value of "the sign is in `wanted`". */
export function truth(signs: Signs, wanted: Signs): Fact {
  if ((signs & wanted) === 0) return BOOLEAN_FALSE;
  return (signs & ~wanted) === 0 ? BOOLEAN_TRUE : { signs: ZERO | POSITIVE };
}

export function compare(op: string, a: Fact, b: Fact, same: boolean): Fact | undefined {
  if (!(op in INVERSE)) return undefined;
  const open: Fact = { signs: ZERO | POSITIVE };
  if (same) return op === '==' || op === '<=' || op === '>=' ? BOOLEAN_TRUE : BOOLEAN_FALSE;
  const [mine, theirs] = [valuesOf(a), valuesOf(b)];
  if (mine !== undefined && theirs !== undefined) {
    const outcomes = new Set(mine.flatMap((x) => theirs.map((y) => holds(op, x, y))));
    return outcomes.size > 1 ? open : outcomes.has(true) ? BOOLEAN_TRUE : BOOLEAN_FALSE;
  }
  if (b.equals === undefined && a.equals !== undefined) return compare(MIRROR[op] ?? op, b, a, false);
  const apart =
    (a.signs & b.signs) === 0 || (b.equals !== undefined && a.differs?.includes(b.equals) === true);
  if (op === '==') return apart ? BOOLEAN_FALSE : open;
  if (op === '!=') return apart ? BOOLEAN_TRUE : open;
  const value = b.equals;
  if (value === undefined) return open;
  switch (op) {
    case '<':
      return value === 0
        ? truth(a.signs, NEGATIVE)
        : value > 0 && (a.signs & POSITIVE) === 0
          ? BOOLEAN_TRUE
          : value < 0 && (a.signs & NEGATIVE) === 0
            ? BOOLEAN_FALSE
            : open;
    case '<=':
      return value === 0
        ? truth(a.signs, NEGATIVE | ZERO)
        : value > 0 && (a.signs & POSITIVE) === 0
          ? BOOLEAN_TRUE
          : value < 0 && (a.signs & NEGATIVE) === 0
            ? BOOLEAN_FALSE
            : open;
    case '>':
      return value === 0
        ? truth(a.signs, POSITIVE)
        : value < 0 && (a.signs & NEGATIVE) === 0
          ? BOOLEAN_TRUE
          : value > 0 && (a.signs & POSITIVE) === 0
            ? BOOLEAN_FALSE
            : open;
    case '>=':
      return value === 0
        ? truth(a.signs, ZERO | POSITIVE)
        : value < 0 && (a.signs & NEGATIVE) === 0
          ? BOOLEAN_TRUE
          : value > 0 && (a.signs & POSITIVE) === 0
            ? BOOLEAN_FALSE
            : open;
    default:
      return open;
  }
}

function holds(op: string, x: number, y: number): boolean {
  return { '==': x === y, '!=': x !== y, '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y }[op] === true;
}

/** Whether no value satisfies both facts. */
export function contradicts(a: Fact, b: Fact): boolean {
  return compare('==', a, b, false)?.signs === ZERO;
}

export function arithmetic(op: string, a: Fact, b: Fact): Fact | undefined {
  if (op === '&' && (a.equals === 0 || b.equals === 0)) return { signs: ZERO, equals: 0 };
  if (a.equals === undefined || b.equals === undefined) {
    const [mine, theirs] = [valuesOf(a), valuesOf(b)];
    if (mine !== undefined && theirs !== undefined && mine.length * theirs.length <= BOUNDS.valuesOfFact) {
      const values = mine.flatMap((x) => theirs.map((y) => calculate(op, x, y)));
      const known = values.filter((value) => value !== undefined);
      if (known.length === values.length) return factAmong([...new Set(known)].sort((x, y) => x - y));
    }
    if (op === '|' && ((a.signs & ZERO) === 0 || (b.signs & ZERO) === 0)) return { signs: NONZERO };
    // The operands are treated as counters; overflow is another kind of bug.
    if ((a.signs & NEGATIVE) !== 0 || (b.signs & NEGATIVE) !== 0) return undefined;
    if (op === '+') return { signs: (a.signs & b.signs & ZERO) !== 0 ? ZERO | POSITIVE : POSITIVE };
    return op === '-' && a.signs === POSITIVE && b.equals === 1 ? { signs: ZERO | POSITIVE } : undefined;
  }
  const value = calculate(op, a.equals, b.equals);
  return value === undefined ? undefined : { signs: signOf(value), equals: value };
}

function calculate(op: string, x: number, y: number): number | undefined {
  const values: Record<string, number> = {
    '+': x + y,
    '-': x - y,
    '*': x * y,
    '&': x & y,
    '|': x | y,
    '^': x ^ y,
    '<<': x << y,
    '>>': x >> y,
  };
  return values[op];
}

export function isSameFact(a: Fact, b: Fact | undefined): boolean {
  return (
    b !== undefined &&
    a.signs === b.signs &&
    a.equals === b.equals &&
    (a.differs?.join() ?? '') === (b.differs?.join() ?? '') &&
    (a.among?.join() ?? '') === (b.among?.join() ?? '')
  );
}
