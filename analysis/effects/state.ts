import { BOUNDS } from '../base/bounds.js';
import { contextKey, ENTRY_CONTEXT, type Context } from './context.js';
import { Facts, type KnownFact } from './facts.js';
import { Shared } from './shared.js';
import type { Slot } from './flow-graph.js';
import { isConfig, isOlder, older, rebuild, someTerm, type Term } from './terms.js';
import type { HeldLock, LockRef, ReleasedLock } from './types.js';

const NO_LOCKS: readonly never[] = [];
const NO_KEYS: ReadonlySet<string> = new Set();

/** A value that came about on the path and that nothing else leads to. */
function isBorn(term: Term): boolean {
  return term.k === 'result' || (term.k === 'opaque' && !isConfig(term));
}

/** What a function's variables are called where paths join. */
export interface SlotNames {
  /** The value of a variable in which they differ. */
  joined(slot: Slot): Term;
  /** The value of a variable that was not assigned; `undefined` when it has none. */
  initial(slot: Slot): Term | undefined;
}

/**
 * One class of paths at one point of a function: property simulation (Das, Lerner, Seigle 2002) with the
 * held set as the property. Paths with equal held sets are merged and keep what all of them know.
 */
export class State {
  private constructor(
    private readonly variables: Shared<Slot, Term>,
    private readonly stores: Shared<string, Term>,
    readonly facts: Facts,
    public held: readonly HeldLock[],
    /** Locks held at entry and released since, not taken again. */
    public released: readonly ReleasedLock[],
    /** Locks taken and released again on every path to here, by term key. */
    public ended: ReadonlySet<string>,
    public context: Context,
    /** Locks initialised on every path to here, by term key. */
    public initialised: ReadonlySet<string>,
    /** No path is known to lead here: nothing can be said of what is held. */
    readonly guessed: boolean = false,
  ) {}

  static entry(): State {
    return new State(
      Shared.of(),
      Shared.of(),
      Facts.empty(),
      NO_LOCKS,
      NO_LOCKS,
      NO_KEYS,
      ENTRY_CONTEXT,
      NO_KEYS,
    );
  }

  /** Values of parameters and locals, by slot; a missing slot is the variable's own initial value. */
  get env(): ReadonlyMap<Slot, Term> {
    return this.variables.map;
  }

  setVariable(slot: Slot, value: Term): void {
    if (this.env.get(slot) !== value) this.variables.own().set(slot, value);
  }

  dropVariable(slot: Slot): void {
    if (this.env.has(slot)) this.variables.own().delete(slot);
  }

  /** Values last stored to objects, by the object's key; ends at calls. */
  get memory(): ReadonlyMap<string, Term> {
    return this.stores.map;
  }

  store(key: string, value: Term): void {
    this.stores.own().set(key, value);
  }

  dropStored(key: string): void {
    if (this.memory.has(key)) this.stores.own().delete(key);
  }

  /** Whether a name that begins like this is part of anything known. */
  mentions(name: string): boolean {
    for (const key of this.facts.keys()) if (key.includes(name)) return true;
    for (const term of this.env.values()) if (term.key.includes(name)) return true;
    for (const [key, term] of this.memory) if (key.includes(name) || term.key.includes(name)) return true;
    return [...this.held, ...this.released].some(({ term }) => term.key.includes(name));
  }

  clone(): State {
    return new State(
      this.variables.clone(),
      this.stores.clone(),
      this.facts.clone(),
      this.held,
      this.released,
      this.ended,
      this.context,
      this.initialised,
      this.guessed,
    );
  }

  /** The path goes on in another state: what this one knows need not be kept for it. */
  release(): void {
    this.variables.release();
    this.stores.release();
    this.facts.release();
  }

  /** The same variables, and nothing else known. */
  guess(): State {
    const { held, released, ended, context, initialised } = State.entry();
    return new State(
      this.variables.clone(),
      Shared.of(),
      Facts.empty(),
      held,
      released,
      ended,
      context,
      initialised,
      true,
    );
  }

  /** A state for a callee's body: same path, its own variables; objects hold what was stored to them before. */
  enter(env: Map<Slot, Term>): State {
    const { held, released, ended, context, initialised } = this;
    return new State(
      Shared.of(env),
      this.stores.clone(),
      this.facts.clone(),
      held,
      released,
      ended,
      context,
      initialised,
    );
  }

  /** States with equal signatures are merged. Paths on which one of `pointers` leads to another lock stay apart. */
  signature(pointers: readonly Slot[]): string {
    let text = contextKey(this.context);
    for (const slot of pointers) {
      const value = this.env.get(slot);
      if (value !== undefined && !isBorn(value)) text += `;${slot}=${value.key}`;
    }
    if (this.held.length === 0 && this.released.length === 0) return text;
    text += ';';
    // Where a lock was taken tells paths apart: each release of it goes by its own condition.
    for (const { term, mode, site } of this.held)
      text += `${term.key}${mode === 'read' ? 'r' : 'w'}${site.event};`;
    text += '|';
    const keys = this.released.map(({ term }) => term.key);
    for (const key of keys.length > 1 ? keys.sort() : keys) text += `${key};`;
    return text;
  }

  /** Forgets variables that are not read any more, and where much is known what is known of their values. */
  keepOnly(live: ReadonlySet<Slot>): void {
    for (const slot of this.env.keys()) if (!live.has(slot)) this.dropVariable(slot);
    if (this.facts.size > BOUNDS.facts) this.forgetUnnamed();
  }

  /**
   * Forgets facts about results of calls that nothing names any more: a long function checks hundreds of them
   * on its way, and every fork and join would go through them all.
   */
  private forgetUnnamed(): void {
    const named = new Set<string>();
    const note = (term: Term): boolean =>
      someTerm(term, (part) => {
        if (isBorn(part)) named.add(part.key);
        return false;
      });
    for (const term of this.env.values()) note(term);
    for (const term of this.memory.values()) note(term);
    for (const { term } of this.held) note(term);
    for (const { term } of this.released) note(term);
    this.facts.keepAbout((term) => !someTerm(term, (part) => isBorn(part) && !named.has(part.key)));
  }

  /**
   * Joins another path with the same signature into this one; true when this one knows less afterwards.
   * `names` has the value of a slot in which they differ, and the one it has where nothing was assigned.
   */
  merge(other: State, names: SlotNames): boolean {
    let changed = false;
    // Each variable goes through all facts: where there are many, a join is not worth that.
    const carries = this.facts.size <= BOUNDS.facts && other.facts.size <= BOUNDS.facts;
    const carried: KnownFact[] = [];
    const renamed: string[] = [];
    const join = (slot: Slot, mine: Term | undefined, theirs: Term | undefined): void => {
      if (mine !== undefined && theirs?.key === mine.key) return;
      const joined = names.joined(slot);
      if (mine !== undefined && theirs !== undefined && carries)
        carried.push(...this.facts.carriedOver(other.facts, mine, theirs, joined));
      renamed.push(joined.key);
      if (mine?.key === joined.key) return;
      this.setVariable(slot, joined);
      changed = true;
    };
    if (!this.variables.isSame(other.variables)) {
      for (const [slot, mine] of this.env) join(slot, mine, other.env.get(slot) ?? names.initial(slot));
      for (const [slot, theirs] of other.env)
        if (!this.env.has(slot)) join(slot, names.initial(slot), theirs);
    }
    if (this.facts.intersect(other.facts, renamed, carried)) changed = true;
    if (!this.stores.isSame(other.stores)) {
      for (const [key, mine] of this.memory) {
        if (other.memory.get(key)?.key === mine.key) continue;
        this.dropStored(key);
        changed = true;
      }
    }
    const initialised = common(this.initialised, other.initialised);
    const ended = common(this.ended, other.ended);
    if (initialised !== this.initialised || ended !== this.ended) changed = true;
    this.initialised = initialised;
    this.ended = ended;
    if (this.held.some((lock, i) => lock.certain && other.held[i]?.certain === false)) {
      this.held = this.held.map((lock, i) =>
        other.held[i]?.certain === false ? { ...lock, certain: false } : lock,
      );
      changed = true;
    }
    return changed;
  }

  /** Forgets stores and facts about a field that is assigned. */
  forgetField(name: string): void {
    const suffix = `.${name}`;
    const mentions = (key: string): boolean => {
      for (let at = key.indexOf(suffix); at >= 0; at = key.indexOf(suffix, at + 1)) {
        const next = key.charCodeAt(at + suffix.length);
        if (!isWord(next)) return true;
      }
      return false;
    };
    this.facts.forget((key) => !isOlder(key) && mentions(key));
    for (const key of this.memory.keys()) if (mentions(key)) this.dropStored(key);
  }

  /** Forgets what is known of an object's fields. */
  forgetObject(object: Term): void {
    const part = `${object.k === 'deref' ? `(${object.key})` : object.key}.`;
    this.facts.forget((key) => !isOlder(key) && key.includes(part));
    for (const key of this.memory.keys()) if (key.startsWith(part)) this.dropStored(key);
  }

  /**
   * Something gets a new value: an event that comes round again, an object that is stored to. Values taken
   * from it before get a key of their own, the same wherever they are kept, so that a lock reached through
   * the old value stays the lock it is, and is none reached through the new one.
   */
  age(key: string): void {
    this.replaceOld(
      (text) => text.includes(key),
      (part) => part.key === key,
    );
  }

  /** Some variable has this very value. */
  isKept({ key }: Term): boolean {
    for (const value of this.env.values()) if (value.key === key) return true;
    return false;
  }

  /** {@link age} for what an event gives: `!name`, or `?name` where it is not followed. */
  ageResult(name: string): void {
    const mentions = (text: string): boolean => {
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
        const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at + name.length)];
        if ((before === RESULT || before === OPAQUE) && !isDigit(after)) return true;
      }
      return false;
    };
    this.replaceOld(mentions, ({ k, key }) => (k === 'result' || k === 'opaque') && key.slice(1) === name);
  }

  private replaceOld(mentions: (key: string) => boolean, isOld: (part: Term) => boolean): void {
    this.facts.forget(mentions);
    const stale = (term: Term): boolean => mentions(term.key) && someTerm(term, isOld);
    const aged = (term: Term): Term => rebuild(term, (part) => (isOld(part) ? older(part) : undefined));
    const renewed = <T extends LockRef>(locks: readonly T[]): readonly T[] =>
      locks.some(({ term }) => stale(term))
        ? locks.map((lock) => (stale(lock.term) ? { ...lock, term: aged(lock.term) } : lock))
        : locks;
    for (const [slot, term] of this.env) if (stale(term)) this.setVariable(slot, aged(term));
    for (const [at, term] of this.memory) {
      if (mentions(at)) this.dropStored(at);
      else if (stale(term)) this.store(at, aged(term));
    }
    const held = renewed(this.held);
    // Of what earlier rounds left held one stands for all.
    if (held !== this.held)
      this.held = held.filter((lock, i) => held.findIndex((other) => isAlike(other, lock)) === i);
    const released = renewed(this.released);
    if (released !== this.released)
      this.released = released.filter(
        ({ term }, i) => released.findIndex((other) => other.term.key === term.key) === i,
      );
  }
}

/** What both have; the first itself when that is all of it. */
function common(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (a === b || a.size === 0) return a;
  const both = [...a].filter((key) => b.has(key));
  return both.length === a.size ? a : new Set(both);
}

const RESULT = '!'.charCodeAt(0);
const OPAQUE = '?'.charCodeAt(0);

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isAlike(a: HeldLock, b: HeldLock): boolean {
  return a.term.key === b.term.key && a.mode === b.mode && a.site.event === b.site.event;
}

function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 95;
}
