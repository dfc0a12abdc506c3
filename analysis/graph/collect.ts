import { BOUNDS } from '../base/bounds.js';
import type { EffectsTable } from '../effects/table.js';
import type { AcquireEffect, CallEffect, Effects, HeldLock, Moment, LockRef } from '../effects/types.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { LockKind, Models } from '../models/types.js';

/** A lock held while something else happens: one end of a dependency, with the function it is seen in. */
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

/** An acquisition of a class. */
export interface Acquisition {
  readonly fn: FunctionRef;
  readonly acquire: AcquireEffect;
}

/** The input of the lock graph: one pass over the effects of all functions with skeletons. */
export class Collected {
  /** Classes that a function itself acquires, blocking; includes lifted parameters. */
  readonly acquires = new Map<FunctionRef, ReadonlySet<string>>();
  /** By held class: what is acquired or called while it is held. */
  readonly sources = new Map<string, Source[]>();
  readonly effects = new Map<FunctionRef, Effects>();

  /** By class: the lock kind according to the first function that acquires it, else the first that uses it. */
  readonly kinds = new Map<string, LockKind>();
  private readonly usedKinds = new Map<string, LockKind>();

  private byClass: Map<string, Acquisition[]> | undefined;
  constructor(readonly program: Program) {}

  /** Every visible acquisition of a class, including those lifted from callees; indexed at the first query. */
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

  /** Called after everything was added. */
  end(): void {
    for (const [key, kind] of this.usedKinds) if (!this.kinds.has(key)) this.kinds.set(key, kind);
  }

  /** Locks held at a call that never returns do not matter below it. */
  comesBack(callee: FunctionRef): boolean {
    return comesBack(callee, this.program.models);
  }

  /** Possible callees of a function: by its effects if it was interpreted, else by its outline. */
  callees(fn: FunctionRef): readonly FunctionRef[] {
    const effects = this.effects.get(fn);
    return effects === undefined ? this.program.callees(fn) : calleesOf(effects);
  }

  /** Those callees that return. */
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

/** Keyed by the list of callees, which the program and the effects keep: those that return. */
const returning = new WeakMap<readonly FunctionRef[], readonly FunctionRef[]>();
/** For interpreted functions; the program keeps those of others. */
const called = new WeakMap<Effects, readonly FunctionRef[]>();
const NO_CALLEES: readonly FunctionRef[] = [];

/** What one function's effects add to the graph, independent of other functions. */
interface Contribution {
  readonly acquires: ReadonlySet<string>;
  readonly sources: readonly Source[];
}

const NOTHING: Contribution = { acquires: new Set(), sources: [] };

/** Effects are computed once and collected in every run. */
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
  // Most functions only call; they share one object.
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

/** Whether the held lock can be one end of a dependency. */
function isEnd(holds: HeldLock): boolean {
  return keyOf(holds) !== undefined && mayWait(holds);
}

function comesBack(callee: FunctionRef, models: Models): boolean {
  return !models.isNoReturn(callee.name);
}

/** The class of a lock, or the fallback if no caller binds it. */
export function keyOf(lock: {
  readonly key: string | undefined;
  readonly fallback: string | undefined;
}): string | undefined {
  return lock.key ?? lock.fallback;
}

/** Keeps the kind that the first function reports. */
function learnKinds(kinds: Map<string, LockKind>, locks: readonly { readonly lock: LockRef }[]): void {
  for (const { lock } of locks) {
    const key = keyOf(lock);
    if (key !== undefined && !kinds.has(key)) kinds.set(key, lock.kind);
  }
}

/** Read-side sections without blocking writers create no dependency that can close a cycle. */
function mayWait(lock: LockRef): boolean {
  return lock.kind !== 'rcu' && lock.kind !== 'seqcount' && lock.kind !== 'srcu';
}

/** Functions visited between two yields; most were interpreted before. */
const FUNCTIONS_AT_ONCE = 8;

/** Interprets every function with a skeleton and collects its effects. */
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
