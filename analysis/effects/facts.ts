import type { Term } from './terms.js';

/** Which signs a value may have. Error pointers count as negative, valid pointers as positive numbers. */
export const NEGATIVE = 1;
export const ZERO = 2;
export const POSITIVE = 4;
export const NONZERO = NEGATIVE | POSITIVE;
export const ANY = NEGATIVE | ZERO | POSITIVE;
export type Signs = number;

/** What is known of a value on a path. */
export interface Fact {
  readonly signs: Signs;
  readonly equals?: number;
  /** Constants it is known to differ from, sorted. */
  readonly differs?: readonly number[];
}

const UNKNOWN: Fact = { signs: ANY };
const BOOLEAN_TRUE: Fact = { signs: POSITIVE };
const BOOLEAN_FALSE: Fact = { signs: ZERO };

function signOf(value: number): Signs {
  return value < 0 ? NEGATIVE : value === 0 ? ZERO : POSITIVE;
}

/** A fact with the term it is about; predicates (a repeated call) have no term. */
interface Entry {
  readonly fact: Fact;
  readonly term: Term | undefined;
}

/** Facts of one path, by term key. Its owner clones it before a path forks. */
export class Facts {
  private constructor(private readonly map: Map<string, Entry>) {}

  static empty(): Facts {
    return new Facts(new Map());
  }

  clone(): Facts {
    return new Facts(new Map(this.map));
  }

  /** Every term something is known of. */
  *known(): Generator<{ readonly term: Term; readonly fact: Fact }> {
    for (const { term, fact } of this.map.values()) if (term !== undefined) yield { term, fact };
  }

  /** Forgets what is known of every term whose key `matches`. */
  forget(matches: (key: string) => boolean): void {
    for (const key of this.map.keys()) if (matches(key)) this.map.delete(key);
  }

  /** Keeps what both paths know; true when something was lost. */
  intersect(other: Facts): boolean {
    let changed = false;
    for (const [key, mine] of this.map) {
      const theirs = other.map.get(key);
      if (theirs === undefined) {
        this.map.delete(key);
        changed = true;
        continue;
      }
      const joined = joinFacts(mine.fact, theirs.fact);
      if (joined === mine.fact) continue;
      changed = true;
      if (joined === undefined) this.map.delete(key);
      else this.map.set(key, { fact: joined, term: mine.term });
    }
    return changed;
  }

  /** What is known of a term's value. */
  of(term: Term): Fact {
    switch (term.k) {
      case 'constant':
        return { signs: signOf(term.value), equals: term.value };
      case 'address':
        return BOOLEAN_TRUE;
      case 'operation':
        return this.ofOperation(term);
      case 'result':
        return (
          this.lookup(term.key) ??
          (term.predicate === undefined ? UNKNOWN : (this.lookup(term.predicate) ?? UNKNOWN))
        );
      default:
        return this.lookup(term.key) ?? UNKNOWN;
    }
  }

  private lookup(key: string): Fact | undefined {
    return this.map.get(key)?.fact;
  }

  private ofOperation(term: Term & { k: 'operation' }): Fact {
    const known = this.lookup(term.key);
    if (known !== undefined) return known;
    const [left, right] = term.operands;
    if (left === undefined) return UNKNOWN;
    if (term.op === '!') return negate(this.of(left));
    if (term.op === 'is-error') return truth(this.of(left).signs, NEGATIVE);
    if (term.op === 'is-error-or-null') return truth(this.of(left).signs, NEGATIVE | ZERO);
    if (right === undefined) return UNKNOWN;
    const related = this.ofRelated(term.op, left, right);
    if (related !== undefined) return related;
    if (term.op === '&' && (isOrOf(left, right) || isOrOf(right, left))) return { signs: NONZERO };
    const a = this.of(left);
    const b = this.of(right);
    return compare(term.op, a, b, left.key === right.key) ?? arithmetic(term.op, a, b) ?? UNKNOWN;
  }

  /** What another comparison of the same two values says about this one. */
  private ofRelated(op: string, left: Term, right: Term): Fact | undefined {
    const wanted = ORDERINGS[op];
    if (wanted === undefined) return undefined;
    for (const [other, orderings] of Object.entries(ORDERINGS)) {
      const known = this.lookup(`(${other} ${left.key} ${right.key})`);
      if (known === undefined) continue;
      const possible = known.signs === ZERO ? 7 & ~orderings : (known.signs & ZERO) === 0 ? orderings : 7;
      if ((possible & wanted) === 0) return BOOLEAN_FALSE;
      if ((possible & ~wanted) === 0) return BOOLEAN_TRUE;
    }
    return undefined;
  }

  /** Adds that a condition came out as `outcome`; false when the path cannot exist. */
  assume(term: Term, outcome: boolean): boolean {
    const { signs } = this.of(term);
    if (outcome ? (signs & NONZERO) === 0 : (signs & ZERO) === 0) return false;
    // What is known already teaches nothing.
    if (outcome ? (signs & ZERO) === 0 : signs === ZERO) return true;
    return this.learn(term, outcome);
  }

  private learn(term: Term, outcome: boolean): boolean {
    if (term.k === 'constant' || term.k === 'address') return true;
    if (term.k === 'operation') {
      const [left, right] = term.operands;
      if (left === undefined) return true;
      if (term.op === '!') return this.assume(left, !outcome);
      if (term.op === 'is-error') return this.narrow(left, outcome ? NEGATIVE : ZERO | POSITIVE);
      if (term.op === 'is-error-or-null') return this.narrow(left, outcome ? NEGATIVE | ZERO : POSITIVE);
      this.map.set(term.key, { fact: outcome ? BOOLEAN_TRUE : BOOLEAN_FALSE, term });
      if (right !== undefined && !this.learnComparison(term.op, left, right, outcome)) return false;
      return true;
    }
    return this.narrow(term, outcome ? NONZERO : ZERO);
  }

  private learnComparison(op: string, left: Term, right: Term, outcome: boolean): boolean {
    if (left.k === 'constant' && right.k !== 'constant') {
      const mirrored = MIRROR[op];
      return mirrored === undefined ? true : this.learnComparison(mirrored, right, left, outcome);
    }
    const actual = outcome ? op : INVERSE[op];
    if (right.k !== 'constant' || actual === undefined) {
      if (actual === '==') {
        // Two values known equal share what is known of either.
        const fact = this.of(right);
        if (fact.signs !== ANY && !this.narrow(left, fact.signs)) return false;
        const back = this.of(left);
        return back.signs === ANY || this.narrow(right, back.signs);
      }
      return true;
    }
    const value = right.value;
    switch (actual) {
      case '==':
        return this.setEqual(left, value);
      case '!=':
        return value === 0 ? this.narrow(left, NONZERO) : this.setDifferent(left, value);
      case '<':
        return value <= 0 ? this.narrow(left, NEGATIVE) : true;
      case '<=':
        return value < 0
          ? this.narrow(left, NEGATIVE)
          : value === 0
            ? this.narrow(left, NEGATIVE | ZERO)
            : true;
      case '>':
        return value >= 0 ? this.narrow(left, POSITIVE) : true;
      case '>=':
        return value > 0
          ? this.narrow(left, POSITIVE)
          : value === 0
            ? this.narrow(left, ZERO | POSITIVE)
            : true;
      default:
        return true;
    }
  }

  /** Adds that a value has one of `signs`; false when it cannot. */
  narrow(term: Term, signs: Signs): boolean {
    const old = this.of(term);
    const next = old.signs & signs;
    if (next === 0) return false;
    if (next === old.signs) return true;
    if (term.k === 'operation' && (next & ZERO) === 0) {
      this.map.set(term.key, { fact: { ...old, signs: next }, term });
      return true;
    }
    this.put(term, { ...old, signs: next });
    return true;
  }

  private setEqual(term: Term, value: number): boolean {
    const old = this.of(term);
    if ((old.signs & signOf(value)) === 0) return false;
    if (old.equals !== undefined && old.equals !== value) return false;
    if (old.differs?.includes(value)) return false;
    this.put(term, { signs: signOf(value), equals: value });
    return true;
  }

  private setDifferent(term: Term, value: number): boolean {
    const old = this.of(term);
    if (old.equals === value) return false;
    if (old.equals !== undefined || old.differs?.includes(value)) return true;
    this.put(term, { signs: old.signs, differs: [...(old.differs ?? []), value].sort((a, b) => a - b) });
    return true;
  }

  private put(term: Term, fact: Fact): void {
    this.map.set(term.key, { fact, term });
    if (term.k === 'result' && term.predicate !== undefined)
      this.map.set(term.predicate, { fact, term: undefined });
  }
}

/** Comparisons as sets of orderings: 1 less, 2 equal, 4 greater. */
const ORDERINGS: Record<string, number> = { '<': 1, '==': 2, '<=': 3, '>': 4, '!=': 5, '>=': 6 };

/** `all` is an or of flags with `one` among them, by name. */
function isOrOf(all: Term, one: Term): boolean {
  return (
    all.k === 'operation' &&
    all.op === '|' &&
    all.operands.some((part) => part.key === one.key || isOrOf(part, one))
  );
}

const INVERSE: Record<string, string> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};
const MIRROR: Record<string, string> = { '==': '==', '!=': '!=', '<': '>', '>': '<', '<=': '>=', '>=': '<=' };

function joinFacts(a: Fact, b: Fact): Fact | undefined {
  if (a === b) return a;
  const signs = a.signs | b.signs;
  const equals = a.equals !== undefined && a.equals === b.equals ? a.equals : undefined;
  const differs = commonDifferences(a, b);
  if (signs === ANY && equals === undefined && differs === undefined) return undefined;
  if (signs === a.signs && equals === a.equals && (differs?.length ?? 0) === (a.differs?.length ?? 0))
    return a;
  return {
    signs,
    ...(equals === undefined ? {} : { equals }),
    ...(differs === undefined ? {} : { differs }),
  };
}

function commonDifferences(a: Fact, b: Fact): readonly number[] | undefined {
  const from = (x: Fact, y: Fact): readonly number[] =>
    (x.differs ?? []).filter((v) => y.differs?.includes(v) || (y.equals !== undefined && y.equals !== v));
  const all = [...new Set([...from(a, b), ...from(b, a)])].sort((x, y) => x - y);
  return all.length === 0 ? undefined : all;
}

function negate(fact: Fact): Fact {
  if ((fact.signs & ZERO) === 0) return BOOLEAN_FALSE;
  return fact.signs === ZERO ? BOOLEAN_TRUE : { signs: ZERO | POSITIVE };
}

/** The truth of "the value's sign is among `wanted`". */
function truth(signs: Signs, wanted: Signs): Fact {
  if ((signs & wanted) === 0) return BOOLEAN_FALSE;
  return (signs & ~wanted) === 0 ? BOOLEAN_TRUE : { signs: ZERO | POSITIVE };
}

function compare(op: string, a: Fact, b: Fact, same: boolean): Fact | undefined {
  if (!(op in INVERSE)) return undefined;
  const open: Fact = { signs: ZERO | POSITIVE };
  if (same) return op === '==' || op === '<=' || op === '>=' ? BOOLEAN_TRUE : BOOLEAN_FALSE;
  if (a.equals !== undefined && b.equals !== undefined) {
    const [x, y] = [a.equals, b.equals];
    const holds = { '==': x === y, '!=': x !== y, '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y }[op];
    return holds === undefined ? open : holds ? BOOLEAN_TRUE : BOOLEAN_FALSE;
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

function arithmetic(op: string, a: Fact, b: Fact): Fact | undefined {
  if (op === '&' && (a.equals === 0 || b.equals === 0)) return { signs: ZERO, equals: 0 };
  if (a.equals === undefined || b.equals === undefined) {
    if (op === '|' && ((a.signs & ZERO) === 0 || (b.signs & ZERO) === 0)) return { signs: NONZERO };
    return undefined;
  }
  const [x, y] = [a.equals, b.equals];
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
  const value = values[op];
  return value === undefined ? undefined : { signs: signOf(value), equals: value };
}
