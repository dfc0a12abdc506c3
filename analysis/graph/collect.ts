import { BOUNDS } from '../base/bounds.js';
import type { EffectsTable } from '../effects/table.js';
import type { AcquireEffect, CallEffect, Effects, HeldLock, Moment, LockRef } from '../effects/types.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { LockKind, Models } from '../models/types.js';

/** A lock held while something else happens: one end of a dependency, with the function where it is seen. */
export type Source =
  | {
      readonly k: 'acquire';
      readonly fn: FunctionRef;
      readonly holds: HeldLock;
      readonly acquire: AcquireEffect;
      readonly moment: Moment;
    }
  | {
      readonly k: 'call';
      readonly fn: FunctionRef;
      readonly holds: HeldLock;
      readonly call: CallEffect;
      readonly target: FunctionRef;
      readonly moment: Moment;
    };

/** Where a class is taken. */
export interface Acquisition {
  readonly fn: FunctionRef;
  readonly acquire: AcquireEffect;
}

/** Everything the graph is built from: one pass over the effects of all functions that have a skeleton. */
export class Collected {
  /** Classes a function acquires itself (lifted parameters included), blocking. */
  readonly acquires = new Map<FunctionRef, ReadonlySet<string>>();
  /** Per held class: what is acquired or called under it. */
  readonly sources = new Map<string, Source[]>();
  readonly effects = new Map<FunctionRef, Effects>();

  /** By class: the kind of lock that the first function to take it says it is, else the first to do anything with it. */
  readonly kinds = new Map<string, LockKind>();
  private readonly usedKinds = new Map<string, LockKind>();

  private byClass: Map<string, Acquisition[]> | undefined;
  constructor(readonly program: Program) {}

  /** Every acquisition of a class in sight, those lifted from callees among them; found out when first asked. */
  acquisitions(key: string): readonly Acquisition[] {
    if (this.byClass === undefined) {
      this.byClass = new Map();
      for (const [fn, effects] of this.effects) {
        for (const acquire of effects.acquires) {
          const own = keyOf(acquire.lock);
          if (own === undefined) continue;
          const list = this.byClass.get(own);
          if (list === undefined) this.byClass.set(own, [{ fn, acquire }]);
          else list.push({ fn, acquire });
        }
      }
    }
    return this.byClass.get(key) ?? [];
  }

  add(effects: Effects): void {
    const { fn } = effects;
    this.effects.set(fn, effects);
    const { acquires, sources } = contributionOf(effects, this.program.models);
    if (acquires.size > 0) this.acquires.set(fn, acquires);
    for (const source of sources) {
      const from = keyOf(source.holds) ?? '';
      const list = this.sources.get(from);
      if (list === undefined) this.sources.set(from, [source]);
      else list.push(source);
    }
    learnKinds(this.kinds, effects.acquires);
    learnKinds(this.usedKinds, effects.uses);
  }

  /** Everything was added. */
  end(): void {
    for (const [key, kind] of this.usedKinds) if (!this.kinds.has(key)) this.kinds.set(key, kind);
  }

  /** Below a call that never comes back nothing that was held matters any more. */
  comesBack(callee: FunctionRef): boolean {
    return comesBack(callee, this.program.models);
  }

  /** Functions a function may call, for reachability: by its effects when it was interpreted, else by its outline. */
  callees(fn: FunctionRef): readonly FunctionRef[] {
    const effects = this.effects.get(fn);
    return effects === undefined ? this.program.callees(fn) : calleesOf(effects);
  }

  /** Those of them that come back. */
  returning(fn: FunctionRef): readonly FunctionRef[] {
    const callees = this.callees(fn);
    if (callees.length === 0) return callees;
    let known = returning.get(callees);
    if (known === undefined) {
      const found = callees.filter((callee) => this.comesBack(callee));
      returning.set(callees, (known = found.length === callees.length ? callees : found));
    }
    return known;
  }
}

/** By list of callees, which the program and the effects keep: those that come back. */
const returning = new WeakMap<readonly FunctionRef[], readonly FunctionRef[]>();
/** Of functions that were interpreted; of the others the program keeps them. */
const called = new WeakMap<Effects, readonly FunctionRef[]>();
const NO_CALLEES: readonly FunctionRef[] = [];

/** What the effects of one function add to the graph, whatever others do. */
interface Contribution {
  readonly acquires: ReadonlySet<string>;
  readonly sources: readonly Source[];
}

const NOTHING: Contribution = { acquires: new Set(), sources: [] };

/** Effects are found out once and collected in every run. */
const contributions = new WeakMap<Effects, Contribution>();

function contributionOf(effects: Effects, models: Models): Contribution {
  if (effects.acquires.length + effects.calls.length === 0) return NOTHING;
  let known = contributions.get(effects);
  if (known === undefined) contributions.set(effects, (known = contribute(effects, models)));
  return known;
}

function contribute({ fn, acquires, calls }: Effects, models: Models): Contribution {
  const own = new Set<string>();
  const sources: Source[] = [];
  for (const acquire of acquires) {
    const key = keyOf(acquire.lock);
    if (key === undefined || acquire.nonBlocking || !mayWait(acquire.lock)) continue;
    own.add(key);
    for (const moment of acquire.moments)
      for (const holds of moment.held)
        if (isEnd(holds)) sources.push({ k: 'acquire', fn, holds, acquire, moment });
  }
  for (const call of calls) {
    if (call.targets.length > BOUNDS.edgeTargets) continue;
    for (const moment of call.moments) {
      for (const holds of moment.held) {
        if (!isEnd(holds)) continue;
        for (const target of call.targets)
          if (comesBack(target, models)) sources.push({ k: 'call', fn, holds, call, target, moment });
      }
    }
  }
  // Most only call, and nobody keeps an object for each of them.
  return own.size + sources.length === 0
    ? NOTHING
    : { acquires: own.size === 0 ? NOTHING.acquires : own, sources: sources.slice() };
}

function calleesOf(effects: Effects): readonly FunctionRef[] {
  if (effects.calls.length === 0) return NO_CALLEES;
  let known = called.get(effects);
  if (known === undefined) {
    const out = new Set<FunctionRef>();
    for (const { targets } of effects.calls) {
      if (targets.length <= BOUNDS.edgeTargets) for (const target of targets) out.add(target);
    }
    called.set(effects, (known = [...out]));
  }
  return known;
}

/** Whether what is held is one end of a dependency. */
function isEnd(holds: HeldLock): boolean {
  return keyOf(holds) !== undefined && mayWait(holds);
}

function comesBack(callee: FunctionRef, models: Models): boolean {
  return !models.isNoReturn(callee.name);
}

/** The class a lock counts as when no caller binds it better. */
export function keyOf(lock: {
  readonly key: string | undefined;
  readonly fallback: string | undefined;
}): string | undefined {
  return lock.key ?? lock.fallback;
}

/** The first one to say what kind of lock a class is stays right. */
function learnKinds(kinds: Map<string, LockKind>, locks: readonly { readonly lock: LockRef }[]): void {
  for (const { lock } of locks) {
    const key = keyOf(lock);
    if (key !== undefined && !kinds.has(key)) kinds.set(key, lock.kind);
  }
}

/** Read sections that nobody waits for by a lock make no dependency that could close a cycle. */
function mayWait(lock: LockRef): boolean {
  return lock.kind !== 'rcu' && lock.kind !== 'seqcount' && lock.kind !== 'srcu';
}

/** Functions looked at between two yields: most were interpreted before. */
const FUNCTIONS_AT_ONCE = 8;

/** Interprets every function that has a skeleton and gathers what it does. */
export function* collect(table: EffectsTable): Generator<{ readonly done: number }, Collected> {
  const collected = new Collected(table.program);
  let done = 0;
  for (const fn of table.interpreted()) {
    const effects = table.effectsOf(fn);
    if (effects !== undefined) collected.add(effects);
    if (++done % FUNCTIONS_AT_ONCE === 0) yield { done };
  }
  collected.end();
  table.classes.settle(collected.kinds);
  return collected;
}
