import type { Surroundings } from '../effects/step.js';
import type { CallEffect, Effects } from '../effects/types.js';
import type { FunctionRef } from '../link/types.js';
import { ByDistance } from './by-distance.js';

/** What holds of a function together with everything within so many calls below it; each found out once. */
export class Bounded<T> {
  private readonly known = new ByDistance<T>();

  /** `join` puts a function's own value together with those below it, which it need not all ask for. */
  constructor(
    private readonly callees: (fn: FunctionRef) => Iterable<FunctionRef>,
    private readonly own: (fn: FunctionRef) => T,
    private readonly join: (own: T, below: Iterable<T>) => T,
  ) {}

  of(fn: FunctionRef, calls: number): T {
    return this.known.of(fn, calls, () => {
      const own = this.own(fn);
      return calls > 0 ? this.join(own, this.below(fn, calls - 1)) : own;
    });
  }

  private *below(fn: FunctionRef, calls: number): Generator<T> {
    for (const callee of this.callees(fn)) if (callee !== fn) yield this.of(callee, calls);
  }
}

/** Whether something is true of a function or of one within so many calls, as far as calls have one target. */
export function within(around: Surroundings, own: (fn: FunctionRef) => boolean): Bounded<boolean> {
  return new Bounded<boolean>(
    (fn) => certainCallees(around, fn),
    own,
    (itself, below) => itself || some(below),
  );
}

function some(values: Iterable<boolean>): boolean {
  for (const value of values) if (value) return true;
  return false;
}

/** Of functions that were interpreted: asked for at every distance, by several checks, in every run. */
const certain = new WeakMap<Effects, readonly FunctionRef[]>();
const NONE: readonly FunctionRef[] = [];

function certainCallees(around: Surroundings, fn: FunctionRef): readonly FunctionRef[] {
  const effects = around.effectsOf(fn);
  if (effects === undefined) return around.program.callees(fn);
  if (effects.calls.length === 0) return NONE;
  let known = certain.get(effects);
  if (known === undefined)
    certain.set(effects, (known = effects.calls.flatMap((call) => target(call) ?? [])));
  return known;
}

/** The one function a call leads to; `undefined` when it may be several. */
export function target(call: CallEffect): FunctionRef | undefined {
  return call.callee === undefined || call.targets.length === 1 ? call.targets[0] : undefined;
}
