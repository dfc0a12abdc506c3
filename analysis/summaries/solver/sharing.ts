import { AlikeLists } from '../../base/encoding/alike-lists.js';
import type { CType } from '../../base/ctype.js';
import type { FunctionRef } from '../../link/types.js';
import type { Term } from '../locks/terms.js';
import type { CallSummary, FunctionSummary, LockRef, Lockset } from '../state/types.js';

const NOTHING: readonly never[] = [];
const NO_KEYS: ReadonlySet<string> = new Set();

/**
 * Minimises the memory of stored summaries. Functions use the same few terms (`p0`, `*p0`, `(*p0).lock`), so equal terms
 * become one object. Arrays are trimmed to their length.
 */
export class Sharing {
  /** By type, then by key: the first parameter has one term per type. Terms with equal type and key rarely differ. */
  private readonly terms = new Map<CType, Map<string, Term | Term[]>>();
  /** One-element lists, by function. */
  private readonly single = new Map<FunctionRef, readonly FunctionRef[]>();
  private readonly alike = new AlikeLists();
  private readonly locksOf = new Map<Term, LockRef[]>();
  /** Lists of the current function; its summary shares many. */
  private readonly lists = new Map<readonly unknown[], readonly unknown[]>();

  /** Shares the parts of `summary` in place; nothing observable changes. */
  settle(summary: FunctionSummary): FunctionSummary {
    for (const list of [summary.exits, summary.byArgument ?? [], summary.rawExits]) {
      for (const exit of list) {
        this.locks(exit.acquired);
        this.locks(exit.released);
        for (const known of exit.facts) (known as { term: Term }).term = this.term(known.term);
        const value = exit.value && this.term(exit.value);
        const { acquired, released, ended, facts, at } = exit;
        Object.assign(exit, {
          ended: ended.size === 0 ? NO_KEYS : ended,
          acquired: this.list(acquired),
          released: this.list(released),
          facts: this.list(facts),
          at: this.list(at),
          value,
        });
      }
    }
    for (const effect of [...summary.acquires, ...summary.uses]) {
      this.lock(effect.lock);
      Object.assign(effect, { lock: this.known(effect.lock) });
      this.locksets(effect.locksets);
    }
    for (const call of summary.calls) {
      this.values(call.args);
      if (call.callee !== undefined) (call as { callee: Term }).callee = this.term(call.callee);
      this.locksets(call.locksets);
      Object.assign(call, {
        args: call.args.length === 0 ? NOTHING : this.alike.one(call.args),
        targets: this.targets(call),
      });
    }
    for (const api of summary.apis) {
      this.values(api.args);
      this.locksets(api.locksets);
    }
    this.lists.clear();
    const { exits, rawExits, acquires, calls, uses, apis, gaps } = summary;
    const isRaw = exits.length === rawExits.length && exits.every((exit, i) => exit === rawExits[i]);
    return Object.assign(summary, {
      exits: isRaw ? rawExits : exits,
      acquires: orNothing(acquires),
      calls: orNothing(calls),
      uses: orNothing(uses),
      apis: orNothing(apis),
      gaps: orNothing(gaps),
    });
  }

  /** The one shared term equal to `term`. */
  term(term: Term): Term {
    let typed = this.terms.get(term.type);
    if (typed === undefined) this.terms.set(term.type, (typed = new Map<string, Term | Term[]>()));
    const known = typed.get(term.key);
    if (known === undefined) {
      typed.set(term.key, this.withSharedParts(term));
      return term;
    }
    if (!Array.isArray(known)) {
      if (isSame(known, term)) return known;
      typed.set(term.key, [known, this.withSharedParts(term)]);
      return term;
    }
    const found = known.find((other) => isSame(other, term));
    if (found !== undefined) return found;
    known.push(this.withSharedParts(term));
    return term;
  }

  private withSharedParts(term: Term): Term {
    switch (term.k) {
      case 'deref':
      case 'address':
      case 'field':
      case 'container':
        (term as { base: Term }).base = this.term(term.base);
        break;
      case 'index':
        (term as { base: Term }).base = this.term(term.base);
        (term as { index: Term }).index = this.term(term.index);
        break;
      case 'operation':
        this.values(term.operands);
        break;
      default:
    }
    return term;
  }

  /** Shares one-element target lists: most calls have one target, and most targets have many calls. */
  private targets({ targets }: CallSummary): readonly FunctionRef[] {
    const [only] = targets;
    if (only === undefined) return NOTHING;
    if (targets.length > 1) return targets;
    let alone = this.single.get(only);
    if (alone === undefined) this.single.set(only, (alone = [only]));
    return alone;
  }

  private values(terms: readonly Term[]): void {
    for (const [at, term] of terms.entries()) (terms as Term[])[at] = this.term(term);
  }

  private locks(locks: readonly LockRef[]): void {
    for (const lock of locks) this.lock(lock);
  }

  private lock(lock: LockRef): void {
    (lock as { term: Term }).term = this.term(lock.term);
  }

  /** The one shared lock equal to `lock`: an acquired lock is usually released, here and elsewhere. */
  private known(lock: LockRef): LockRef {
    const others = this.locksOf.get(lock.term);
    if (others === undefined) {
      this.locksOf.set(lock.term, [lock]);
      return lock;
    }
    const same = others.find((other) => isSameLock(other, lock));
    if (same === undefined) others.push(lock);
    return same ?? lock;
  }

  private locksets(locksets: readonly Lockset[]): void {
    for (const lockset of locksets) {
      const { held, released } = lockset;
      // Lists shared with other events are already done.
      if (held.length > 0 && !this.lists.has(held)) this.locks(held);
      if (released.length > 0 && !this.lists.has(released)) this.locks(released);
      (lockset as { held: Lockset['held'] }).held = this.list(held);
      (lockset as { released: Lockset['released'] }).released = this.list(released);
    }
  }

  /** Trims a list, which has spare capacity after growing. */
  private list<T>(list: readonly T[]): readonly T[] {
    if (list.length === 0) return NOTHING;
    const known = this.lists.get(list) as readonly T[] | undefined;
    if (known !== undefined) return known;
    const exact = list.slice();
    this.lists.set(list, exact);
    this.lists.set(exact, exact);
    return exact;
  }
}

function orNothing<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NOTHING : list;
}

function isSameLock(a: LockRef, b: LockRef): boolean {
  return (
    a.term === b.term &&
    a.key === b.key &&
    a.kind === b.kind &&
    a.mode === b.mode &&
    a.fallback === b.fallback &&
    a.subclass === b.subclass
  );
}

function isSame(a: Term, b: Term): boolean {
  if (a === b) return true;
  if (a.k !== b.k || a.type !== b.type || a.key !== b.key) return false;
  switch (a.k) {
    case 'parameter':
      return b.k === a.k && a.index === b.index;
    case 'global':
    case 'local':
      return b.k === a.k && a.name === b.name;
    case 'deref':
    case 'address':
      return b.k === a.k && isSame(a.base, b.base);
    case 'field':
      return b.k === a.k && a.name === b.name && isSame(a.base, b.base);
    case 'container':
      return b.k === a.k && a.member === b.member && a.isWrapped === b.isWrapped && isSame(a.base, b.base);
    case 'index':
      return b.k === a.k && isSame(a.base, b.base) && isSame(a.index, b.index);
    case 'constant':
      return b.k === a.k && Object.is(a.value, b.value);
    case 'result':
      return b.k === a.k && a.origin === b.origin && a.predicate === b.predicate;
    case 'operation':
      return b.k === a.k && a.op === b.op && sameTerms(a.operands, b.operands);
    case 'opaque':
      return b.k === a.k && isSameList(a.listedIn, b.listedIn);
  }
}

function isSameList(a: Term | undefined, b: Term | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isSame(a, b));
}

function sameTerms(a: readonly Term[], b: readonly Term[]): boolean {
  return a.length === b.length && a.every((term, at) => b[at] !== undefined && isSame(term, b[at]));
}
