import type { EffectsTable } from '../effects/table.js';
import type { AcquireEffect, CallEffect, Effects, HeldLock, Moment, LockRef } from '../effects/types.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { LockKind } from '../models/types.js';

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

/** Calls through a pointer with more targets than this connect nothing that is reported (PROTOTYPE.md, "The graph"). */
export const MAX_SLOT_TARGETS = 10;

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
    this.effects.set(effects.fn, effects);
    const own = new Set<string>();
    for (const acquire of effects.acquires) {
      const key = keyOf(acquire.lock);
      if (key === undefined || acquire.nonBlocking || !mayWait(acquire.lock)) continue;
      own.add(key);
      for (const moment of acquire.moments) {
        for (const holds of moment.held) {
          const from = keyOf(holds);
          if (from !== undefined && mayWait(holds))
            this.source(from, { k: 'acquire', fn: effects.fn, holds, acquire, moment });
        }
      }
    }
    if (own.size > 0) this.acquires.set(effects.fn, own);
    for (const call of effects.calls) this.addCall(effects.fn, call);
    for (const { lock } of effects.acquires) noteKind(this.kinds, lock);
    for (const { lock } of effects.uses) noteKind(this.usedKinds, lock);
  }

  /** Everything was added. */
  end(): void {
    for (const [key, kind] of this.usedKinds) if (!this.kinds.has(key)) this.kinds.set(key, kind);
  }

  /** Below a call that never comes back nothing that was held matters any more. */
  comesBack(callee: FunctionRef): boolean {
    return !this.program.models.isNoReturn(callee.name);
  }

  private addCall(fn: FunctionRef, call: CallEffect): void {
    if (call.targets.length > MAX_SLOT_TARGETS) return;
    for (const moment of call.moments) {
      for (const holds of moment.held) {
        const from = keyOf(holds);
        if (from === undefined || !mayWait(holds)) continue;
        for (const target of call.targets) {
          if (this.comesBack(target)) this.source(from, { k: 'call', fn, holds, call, target, moment });
        }
      }
    }
  }

  private source(from: string, source: Source): void {
    const list = this.sources.get(from);
    if (list === undefined) this.sources.set(from, [source]);
    else list.push(source);
  }

  /** Functions a function may call, for reachability: by its effects when it was interpreted, else by its outline. */
  callees(fn: FunctionRef): readonly FunctionRef[] {
    const effects = this.effects.get(fn);
    if (effects === undefined) return this.program.callees(fn);
    const out = new Set<FunctionRef>();
    for (const call of effects.calls) {
      if (call.targets.length <= MAX_SLOT_TARGETS) for (const target of call.targets) out.add(target);
    }
    return [...out];
  }
}

/** The class a lock counts as when no caller binds it better. */
export function keyOf(lock: {
  readonly key: string | undefined;
  readonly fallback: string | undefined;
}): string | undefined {
  return lock.key ?? lock.fallback;
}

function noteKind(kinds: Map<string, LockKind>, lock: LockRef): void {
  const key = keyOf(lock);
  if (key !== undefined && !kinds.has(key)) kinds.set(key, lock.kind);
}

/** Read sections that nobody waits for by a lock make no dependency that could close a cycle. */
function mayWait(lock: LockRef): boolean {
  return lock.kind !== 'rcu' && lock.kind !== 'seqcount' && lock.kind !== 'srcu';
}

/** Interprets every function that has a skeleton and gathers what it does. */
export function* collect(table: EffectsTable): Generator<{ readonly done: number }, Collected> {
  const collected = new Collected(table.program);
  let done = 0;
  for (const fn of table.interpreted()) {
    const effects = table.effectsOf(fn);
    done++;
    if (effects !== undefined) {
      collected.add(effects);
      yield { done };
    }
  }
  collected.end();
  table.classes.settle(collected.kinds);
  return collected;
}
