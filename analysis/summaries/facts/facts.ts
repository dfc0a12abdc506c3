import {
  ANY,
  arithmetic,
  behindErrorTest,
  BOOLEAN_FALSE,
  BOOLEAN_TRUE,
  compare,
  factAmong,
  INVERSE,
  isSameFact,
  joinFacts,
  MIRROR,
  NEGATIVE,
  negate,
  NONZERO,
  ORDERINGS,
  POSITIVE,
  signOf,
  testError,
  UNKNOWN,
  ZERO,
  type Fact,
  type Signs,
} from './fact.js';
import { ATOMS, comparisonsLike, excludes, isOrOf, isVoid, otherOf, renamer } from './comparisons.js';
import { Shared } from './shared.js';
import { someTerm, type Term } from '../locks/terms.js';

/** A fact and the term it is about. */
export interface KnownFact {
  readonly term: Term;
  readonly fact: Fact;
}

/** A fact with its term. A predicate (a repeated call) has no term. */
export interface FactEntry {
  readonly fact: Fact;
  readonly term: Term | undefined;
}

/** The facts of one path, by term key. The owner clones them before a path forks. */
export class Facts {
  /** Facts about composed terms; cached until a fact changes. */
  private composed: readonly KnownFact[] | undefined;

  private constructor(private readonly entries: Shared<string, FactEntry>) {}

  static empty(): Facts {
    return new Facts(Shared.of());
  }

  /** Facts about terms, and the results of repeated calls by predicate. */
  static from(about: readonly KnownFact[], answers: readonly (readonly [string, Fact])[]): Facts {
    const map = new Map<string, FactEntry>();
    for (const entry of about) map.set(entry.term.key, entry);
    for (const [key, fact] of answers) map.set(key, { fact, term: undefined });
    return new Facts(Shared.of(map));
  }

  clone(): Facts {
    const other = new Facts(this.entries.clone());
    other.composed = this.composed;
    return other;
  }

  /** See {@link Shared.release}. */
  release(): void {
    this.entries.release();
  }

  private get map(): ReadonlyMap<string, FactEntry> {
    return this.entries.map;
  }

  /** The map, for writing. */
  private own(): Map<string, FactEntry> {
    this.composed = undefined;
    return this.entries.own();
  }

  /** All facts about terms. */
  *known(): Generator<KnownFact> {
    for (const { term, fact } of this.map.values()) if (term !== undefined) yield { term, fact };
  }

  /** All entries by key, including results of repeated calls. */
  all(): MapIterator<[string, FactEntry]> {
    return this.map.entries();
  }

  keys(): MapIterator<string> {
    return this.map.keys();
  }

  get size(): number {
    return this.map.size;
  }

  /** Keeps facts about terms that satisfy `isWanted`, and all results of repeated calls. */
  keepAbout(isWanted: (term: Term) => boolean): void {
    for (const [key, { term }] of this.map) {
      if (term !== undefined && !isWanted(term)) this.own().delete(key);
    }
  }

  /** Drops facts that match by their key; a result of a repeated call has no term. */
  forget(matches: (key: string, term: Term | undefined) => boolean): void {
    for (const [key, { term }] of this.map) if (matches(key, term)) this.own().delete(key);
  }

  /**
   * Keeps the facts both paths share; returns true if one was lost. Facts about `renamed` values are replaced by
   * `carried`, because these names mean different values on the two paths.
   */
  intersect(other: Facts, renamed: readonly string[] = [], carried: readonly KnownFact[] = []): boolean {
    const before = renamed.length === 0 ? undefined : this.aside(renamed);
    const lost = this.keepCommon(other);
    if (before === undefined) return lost;
    this.add(carried);
    return lost || [...before].some(([key, old]) => !isSameFact(old, this.map.get(key)?.fact));
  }

  /** Removes and returns the facts about these values. */
  private aside(names: readonly string[]): ReadonlyMap<string, Fact> {
    const out = new Map<string, Fact>();
    for (const [key, { fact }] of this.map) {
      if (!names.some((name) => key.includes(name))) continue;
      out.set(key, fact);
      this.own().delete(key);
    }
    return out;
  }

  private keepCommon(other: Facts): boolean {
    if (this.entries.isSame(other.entries)) return false;
    const told: [string, FactEntry][] = [];
    for (const [key, theirs] of other.map) {
      const joined = this.map.has(key) ? undefined : common(theirs, this.implied(theirs));
      if (joined !== undefined) told.push([key, joined]);
    }
    let changed = false;
    for (const [key, mine] of this.map) {
      const theirs = other.map.get(key);
      if (mine === theirs) continue;
      const joined = common(mine, theirs?.fact ?? other.implied(mine));
      if (joined?.fact === mine.fact) continue;
      changed = true;
      if (joined === undefined) this.own().delete(key);
      else this.own().set(key, joined);
    }
    for (const [key, entry] of told) this.own().set(key, entry);
    return changed;
  }

  /** The implied outcome of a comparison with a constant: `i < 8` if `i` is 0 or 1, as in a loop's first rounds. */
  private implied({ term }: FactEntry): Fact | undefined {
    if (term?.k !== 'operation' || !(term.op in ORDERINGS)) return undefined;
    return term.operands[1]?.k === 'constant' ? this.of(term) : undefined;
  }

  /**
   * The facts to keep when a join renames a variable whose value differs: `mine` here and `theirs` in `other` become
   * `joined`. Call it before {@link intersect}.
   */
  carriedOver(other: Facts, mine: Term, theirs: Term, joined: Term): KnownFact[] {
    const out: KnownFact[] = [];
    const add = (term: Term, a: Fact, b: Fact): void => {
      const fact = joinFacts(a, b);
      if (fact !== undefined && !isVoid(term, fact)) out.push({ term, fact });
    };
    if (joined.key !== mine.key || this.map.has(joined.key)) add(joined, this.of(mine), other.of(theirs));
    this.about(mine, (term, fact) => {
      const renamed = renamer(term, mine);
      add(renamed(joined), fact, other.of(renamed(theirs)));
    });
    other.about(theirs, (term, fact) => {
      const renamed = renamer(term, theirs);
      add(renamed(joined), this.of(renamed(mine)), fact);
    });
    return out;
  }

  /** Visits the facts about expressions that contain a value. */
  private about({ k, key: part }: Term, visit: (term: Term, fact: Fact) => void): void {
    for (const { term, fact } of (this.composed ??= composedOf(this.map))) {
      if (k === 'constant') {
        // A constant on the left is the variable's value at the time of the comparison.
        if (term.k === 'operation' && term.operands[0]?.key === part && term.op in ORDERINGS)
          visit(term, fact);
        continue;
      }
      if (term.key.length <= part.length || !term.key.includes(part)) continue;
      if (someTerm(term, (inner) => inner.key === part)) visit(term, fact);
    }
  }

  private add(facts: readonly KnownFact[]): void {
    for (const { term, fact } of facts) this.put(term, fact);
  }

  /** The fact about a term's value. */
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
    if (right === undefined) return testError(term.op, this.of(left)) ?? UNKNOWN;
    if (term.op === 'other') return otherOf(left, right, (one) => this.of(one)) ?? UNKNOWN;
    const related = this.ofRelated(term);
    if (related !== undefined) return related;
    if (term.op === '&' && (isOrOf(left, right) || isOrOf(right, left))) return { signs: NONZERO };
    const [a, b] = [this.of(left), this.of(right)];
    return compare(term.op, a, b, left.key === right.key) ?? arithmetic(term.op, a, b) ?? UNKNOWN;
  }

  /** What another comparison of the same operands implies for this one. */
  private ofRelated(term: Term & { k: 'operation' }): Fact | undefined {
    const wanted = ORDERINGS[term.op];
    if (wanted === undefined) return undefined;
    for (const { key, orderings } of comparisonsLike(term)) {
      const known = this.lookup(key);
      if (known === undefined) continue;
      const possible = known.signs === ZERO ? 7 & ~orderings : (known.signs & ZERO) === 0 ? orderings : 7;
      if ((possible & wanted) === 0) return BOOLEAN_FALSE;
      if ((possible & ~wanted) === 0) return BOOLEAN_TRUE;
    }
    return undefined;
  }

  /** Assumes that a condition has this outcome; returns false if the path is infeasible. */
  assume(term: Term, outcome: boolean): boolean {
    const { signs } = this.of(term);
    if (outcome ? (signs & NONZERO) === 0 : (signs & ZERO) === 0) return false;
    // The outcome is already known.
    if (outcome ? (signs & ZERO) === 0 : signs === ZERO) return true;
    return this.learn(term, outcome);
  }

  private learn(term: Term, outcome: boolean): boolean {
    if (term.k === 'constant' || term.k === 'address') return true;
    if (term.k === 'operation') {
      const [left, right] = term.operands;
      if (left === undefined) return true;
      if (term.op === '!') return this.assume(left, !outcome);
      const tested = this.learnTested(term, outcome ? NONZERO : ZERO);
      if (tested !== undefined) return tested;
      this.own().set(term.key, { fact: outcome ? BOOLEAN_TRUE : BOOLEAN_FALSE, term });
      return right === undefined || this.learnComparison(term.op, left, right, outcome);
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
        // Two equal values share the facts about either.
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

  /** Restricts a value to `signs`; returns false if no sign is left. */
  narrow(term: Term, signs: Signs): boolean {
    const old = this.of(term);
    const next = old.signs & signs;
    if (next === 0) return false;
    if (next === old.signs) return true;
    const tested = this.learnTested(term, next);
    if (tested !== undefined) return tested;
    if (old.among !== undefined)
      return this.choose(
        term,
        old.among.filter((value) => (signOf(value) & next) !== 0),
      );
    if (term.k === 'operation' && (next & ZERO) === 0) {
      this.own().set(term.key, { fact: { ...old, signs: next }, term });
      return true;
    }
    this.put(term, { ...old, signs: next });
    return true;
  }

  /** The fact about a pointer implied by the result of its error-pointer test; `undefined` for other terms. */
  private learnTested(term: Term, signs: Signs): boolean | undefined {
    const behind = term.k === 'operation' ? behindErrorTest(term.op, signs) : undefined;
    const [pointer] = term.k === 'operation' ? term.operands : [];
    return behind === undefined ? undefined : pointer && this.narrow(pointer, behind);
  }

  /** Restricts a value to these constants; returns false if there are none. */
  private choose(term: Term, among: readonly number[]): boolean {
    const fact = factAmong(among);
    if (fact === undefined) return false;
    this.put(term, fact);
    return true;
  }

  private setEqual(term: Term, value: number): boolean {
    const old = this.of(term);
    if ((old.signs & signOf(value)) === 0) return false;
    if (old.equals !== undefined && old.equals !== value) return false;
    if (old.differs?.includes(value) === true || old.among?.includes(value) === false) return false;
    if ((this.composed ??= composedOf(this.map)).some((one) => excludes(one, term.key, value))) return false;
    if (this.learnTested(term, signOf(value)) === false) return false;
    this.put(term, { signs: signOf(value), equals: value });
    return true;
  }

  private setDifferent(term: Term, value: number): boolean {
    const old = this.of(term);
    if (old.equals === value) return false;
    if (old.equals !== undefined || old.differs?.includes(value)) return true;
    if (old.among !== undefined)
      return this.choose(
        term,
        old.among.filter((one) => one !== value),
      );
    this.put(term, { signs: old.signs, differs: [...(old.differs ?? []), value].sort((a, b) => a - b) });
    return true;
  }

  private put(term: Term, fact: Fact): void {
    this.own().set(term.key, { fact, term });
    if (term.k === 'result' && term.predicate !== undefined)
      this.own().set(term.predicate, { fact, term: undefined });
  }
}

/** Facts about composed terms; most facts are about atoms. */
function composedOf(map: ReadonlyMap<string, FactEntry>): readonly KnownFact[] {
  const composed: KnownFact[] = [];
  for (const { term, fact } of map.values()) {
    if (term !== undefined && !ATOMS.has(term.k)) composed.push({ term, fact });
  }
  return composed;
}

/** What two paths both know about a value; `undefined` if they agree on nothing. */
function common(mine: FactEntry, theirs: Fact | undefined): FactEntry | undefined {
  const fact = theirs && joinFacts(mine.fact, theirs);
  return fact === undefined || isVoid(mine.term, fact) ? undefined : { fact, term: mine.term };
}
