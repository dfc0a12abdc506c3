import { BOUNDS } from '../../base/bounds.js';
import { contextKey, ENTRY_CONTEXT, type Context } from './context.js';
import { ANY, type Signs } from '../facts/fact.js';
import { Facts, type KnownFact } from '../facts/facts.js';
import { Shared } from '../facts/shared.js';
import { afterStore, NOTHING_TOLD, toldByBoth, type ToldByPointer } from '../facts/told.js';
import type { VarSlot } from './flow-graph.js';
import { mentionsField, mentionsMemberOf, mentionsValue } from '../locks/key-text.js';
import { releaseKey } from './locksets.js';
import { isConfiguration, isValueOf } from '../locks/names.js';
import { isOlder, isWithin, older, rebuild, someTerm, type Term } from '../locks/terms.js';
import type { HeldLock, LockRef, ReleasedLock, Turned } from './types.js';

const NO_LOCKS: readonly never[] = [];
const NO_KEYS: ReadonlySet<string> = new Set();

/** A value created on the path, which no other term leads to. */
function isBorn(term: Term): boolean {
  return term.k === 'result' || (term.k === 'opaque' && !isConfiguration(term));
}

/** What was last stored in an object. */
export interface Stored {
  readonly place: Term;
  readonly value: Term;
}

/** Names of a function's variables at joins. */
export interface SlotNames {
  /** The value of a variable that differs between the joined paths. */
  joined(slot: VarSlot): Term;
  /** The value of a variable that was not assigned; `undefined` if it has none. */
  initial(slot: VarSlot): Term | undefined;
}

/**
 * A class of paths at one point of a function: property simulation (Das, Lerner, Seigle 2002) with the held set as the
 * property. Paths with equal held sets are merged and keep the facts they share.
 */
export class State {
  /** The condition whose outcome the path itself reversed since, and the event that did. */
  turned: Turned | undefined;
  /** What the path has stored for the caller. */
  told: ToldByPointer = NOTHING_TOLD;

  private constructor(
    private readonly variables: Shared<VarSlot, Term>,
    private readonly stores: Shared<string, Stored>,
    readonly facts: Facts,
    public held: readonly HeldLock[],
    /** Locks held at entry and released since, without being acquired again. */
    public released: readonly ReleasedLock[],
    /** Locks acquired and released on every path to this point, by term key. */
    public ended: ReadonlySet<string>,
    public context: Context,
    /** Locks initialised on every path to this point, by term key. */
    public initialised: ReadonlySet<string>,
    /** No known path leads here, so the held set is unknown. */
    readonly guessed: boolean = false,
    /** The conditions that decided on the path that a lock is taken, by term key. */
    public gate: ReadonlySet<string> = NO_KEYS,
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

  /** Values of parameters and locals, by slot. A missing slot has the variable's initial value. */
  get env(): ReadonlyMap<VarSlot, Term> {
    return this.variables.map;
  }

  setVariable(slot: VarSlot, value: Term): void {
    if (this.env.get(slot) !== value) this.variables.own().set(slot, value);
  }

  dropVariable(slot: VarSlot): void {
    if (this.env.has(slot)) this.variables.own().delete(slot);
  }

  /** Last values stored in objects, by the key of the place; dropped at calls. */
  get memory(): ReadonlyMap<string, Stored> {
    return this.stores.map;
  }

  /** The last value stored in an object; `undefined` if it is not known. */
  valueIn(place: Term): Term | undefined {
    return this.memory.get(place.key)?.value;
  }

  store(place: Term, value: Term): void {
    this.stores.own().set(place.key, { place, value });
    this.told = afterStore(this.told, place, value);
  }

  dropStored(key: string): void {
    if (this.memory.has(key)) this.stores.own().delete(key);
  }

  /** Whether a name with this prefix occurs in the state. */
  mentions(name: string): boolean {
    for (const key of this.facts.keys()) if (key.includes(name)) return true;
    for (const term of this.env.values()) if (term.key.includes(name)) return true;
    for (const [key, { value }] of this.memory)
      if (key.includes(name) || value.key.includes(name)) return true;
    return [...this.held, ...this.released].some(({ term }) => term.key.includes(name));
  }

  clone(): State {
    const other = new State(
      this.variables.clone(),
      this.stores.clone(),
      this.facts.clone(),
      this.held,
      this.released,
      this.ended,
      this.context,
      this.initialised,
      this.guessed,
      this.gate,
    );
    other.turned = this.turned;
    other.told = this.told;
    return other;
  }

  /** Releases the shared maps, because the path continues in another state. */
  release(): void {
    this.variables.release();
    this.stores.release();
    this.facts.release();
  }

  /** A state with the same variables and no facts. */
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

  /** The state at the start of a callee's body: the same path and stored values, but the callee's variables. */
  enter(env: Map<VarSlot, Term>): State {
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

  /** States with equal signatures are merged. Paths on which one of `pointers` leads to different locks stay apart. */
  signature(pointers: readonly VarSlot[]): string {
    let text = contextKey(this.context);
    for (const slot of pointers) {
      const value = this.env.get(slot);
      if (value !== undefined && !isBorn(value)) text += `;${slot}=${value.key}`;
    }
    if (this.turned !== undefined) text += `;turned ${this.turned.condition.key}`;
    if (this.held.length === 0 && this.released.length === 0) return text;
    text += ';';
    // The acquisition site is part of it: each release has its own condition.
    for (const { term, mode, site } of this.held)
      text += `${term.key}${mode === 'read' ? 'r' : 'w'}${site.event};`;
    text += '|';
    const keys = this.released.map(releaseKey);
    for (const key of keys.length > 1 ? keys.sort() : keys) text += `${key};`;
    return text;
  }

  /** Forgets variables that are no longer live, and, if there are many facts, facts about their values. */
  keepOnly(live: ReadonlySet<VarSlot>): void {
    for (const slot of this.env.keys()) if (!live.has(slot)) this.dropVariable(slot);
    if (this.facts.size > BOUNDS.facts) this.forgetUnnamed();
  }

  /**
   * Forgets facts about call results that nothing refers to any more. A long function checks hundreds of results, and
   * every fork and join would visit them all.
   */
  private forgetUnnamed(): void {
    const named = new Set<string>();
    const note = (term: Term): boolean =>
      someTerm(term, (part) => {
        if (isBorn(part)) named.add(part.key);
        return false;
      });
    for (const term of this.env.values()) note(term);
    for (const { value } of this.memory.values()) note(value);
    for (const { term } of this.held) note(term);
    for (const { term } of this.released) note(term);
    this.facts.keepAbout((term) => !someTerm(term, (part) => isBorn(part) && !named.has(part.key)));
  }

  /**
   * Joins another path with the same signature into this one; returns true if this one loses facts. `names` gives the
   * value of a slot that differs and the initial value of an unassigned slot.
   */
  merge(other: State, names: SlotNames): boolean {
    let changed = false;
    // Processing one variable visits all facts, which is too expensive if there are many.
    const carries = this.facts.size <= BOUNDS.facts && other.facts.size <= BOUNDS.facts;
    const carried: KnownFact[] = [];
    const renamed: string[] = [];
    const join = (slot: VarSlot, mine: Term | undefined, theirs: Term | undefined): void => {
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
      for (const [key, { value }] of this.memory) {
        if (other.memory.get(key)?.value.key === value.key) continue;
        this.dropStored(key);
        changed = true;
      }
    }
    const initialised = common(this.initialised, other.initialised);
    const ended = common(this.ended, other.ended);
    const told = toldByBoth(this.told, other.told);
    if (initialised !== this.initialised || ended !== this.ended || told !== this.told) changed = true;
    this.told = told;
    this.initialised = initialised;
    this.ended = ended;
    if (other.gate !== this.gate && [...other.gate].some((key) => !this.gate.has(key))) {
      this.gate = new Set([...this.gate, ...other.gate]);
      changed = true;
    }
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
    this.facts.forget((key, term) => !isOlder(term) && mentionsField(key, name));
    const isField = (part: Term): boolean => part.k === 'field' && part.name === name;
    for (const [key, { place }] of this.memory) if (someTerm(place, isField)) this.dropStored(key);
  }

  /** Forgets what is known about an object's fields. */
  forgetObject(object: Term): void {
    this.facts.forget((key, term) => !isOlder(term) && mentionsMemberOf(key, object));
    for (const [key, { place }] of this.memory) if (isWithin(place, object)) this.dropStored(key);
  }

  /**
   * Renames the old value of something that gets a new one: an event that repeats, an object that is stored to. The old
   * value gets its own key everywhere, so a lock reached through the old value keeps its identity and is not confused
   * with a lock reached through the new value.
   */
  age(key: string): void {
    this.replaceOld(
      (text) => text.includes(key),
      (part) => part.key === key,
    );
  }

  /**
   * Like {@link age}, for a store to one object, after the facts about its field in any object. Variables that hold the
   * old value, or one computed from it, keep the facts about it and about comparisons of them.
   */
  overwrite(object: Term): void {
    this.told = afterStore(this.told, object, undefined);
    const { signs } = this.facts.of(object);
    const old = older(object);
    const isKnown = signs !== ANY && !this.isKept(old);
    const isOld = ({ key }: Term): boolean => key === object.key;
    const values = new Set<string>();
    for (const value of this.env.values())
      if (value.key.includes(object.key) && someTerm(value, isOld)) values.add(value.key);
    const compared =
      values.size === 0
        ? []
        : [...this.facts.known()].filter(
            ({ term }) => term.k === 'operation' && term.operands.some(({ key }) => values.has(key)),
          );
    if (object.k === 'field') this.forgetField(object.name);
    this.age(object.key);
    if (isKnown && this.isKept(old)) this.facts.narrow(old, signs);
    for (const { term, fact } of compared)
      this.facts.narrow(
        rebuild(term, (part) => (isOld(part) ? older(part) : undefined)),
        fact.signs,
      );
  }

  /** Whether some variable has this value. */
  private isKept({ key }: Term): boolean {
    for (const value of this.env.values()) if (value.key === key) return true;
    return false;
  }

  /** {@link age} for an event's value: `!name`, or `?name` if the value is not tracked. */
  ageResult(name: string): void {
    this.replaceOld(
      (text) => mentionsValue(text, name),
      (term) => isValueOf(term, name),
    );
  }

  /**
   * The facts about the values that variables hold, under their new names. Values that share a name keep only what they
   * agree on.
   */
  private knownOfVariables(
    mentions: (key: string) => boolean,
    renamed: (term: Term) => Term,
  ): readonly { readonly term: Term; readonly signs: Signs }[] {
    const known = new Map<string, { readonly term: Term; readonly signs: Signs }>();
    for (const value of this.env.values()) {
      if (!mentions(value.key)) continue;
      const term = renamed(value);
      const { signs } = this.facts.of(value);
      known.set(term.key, { term, signs: signs | (known.get(term.key)?.signs ?? 0) });
    }
    return [...known.values()].filter(({ signs }) => signs !== ANY);
  }

  private replaceOld(mentions: (key: string) => boolean, isOld: (part: Term) => boolean): void {
    const stale = (term: Term): boolean => mentions(term.key) && someTerm(term, isOld);
    const aged = (term: Term): Term => rebuild(term, (part) => (isOld(part) ? older(part) : undefined));
    const known = this.knownOfVariables(mentions, (term) => (stale(term) ? aged(term) : term));
    this.facts.forget(mentions);
    for (const { term, signs } of known) this.facts.narrow(term, signs);
    const renewed = <T extends LockRef>(locks: readonly T[]): readonly T[] =>
      locks.some(({ term }) => stale(term))
        ? locks.map((lock) => (stale(lock.term) ? { ...lock, term: aged(lock.term) } : lock))
        : locks;
    for (const [slot, term] of this.env) if (stale(term)) this.setVariable(slot, aged(term));
    for (const [key, { place, value }] of this.memory) {
      if (stale(place)) this.dropStored(key);
      else if (stale(value)) this.store(place, aged(value));
    }
    const held = renewed(this.held);
    // One lock represents all that earlier iterations left held.
    if (held !== this.held)
      this.held = held.filter((lock, i) => held.findIndex((other) => isAlike(other, lock)) === i);
    const released = renewed(this.released);
    if (released !== this.released)
      this.released = released.filter(
        ({ term }, i) => released.findIndex((other) => other.term.key === term.key) === i,
      );
  }
}

/** The intersection; `a` itself if nothing is missing. */
function common(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (a === b || a.size === 0) return a;
  const both = [...a].filter((key) => b.has(key));
  return both.length === a.size ? a : new Set(both);
}

function isAlike(a: HeldLock, b: HeldLock): boolean {
  return a.term.key === b.term.key && a.mode === b.mode && a.site.event === b.site.event;
}
