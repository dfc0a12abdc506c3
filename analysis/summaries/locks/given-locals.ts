import { rootOf as rootExpression } from '../../skeleton/expressions/root.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { Skeleton } from '../../skeleton/types.js';
import type { Executor } from '../executor.js';
import { localSlot } from '../state/flow-graph.js';
import type { State, Stored } from '../state/state.js';
import { afterStore, type ToldByPointer } from '../facts/told.js';
import { constant, rootOf, withType, type Term } from './terms.js';

export const NO_VALUES: ReadonlyMap<string, Stored> = new Map();

/** Values of the caller's variables whose address is passed to the callee, keyed by the variable's term. */
export function valuesOfLocals(
  executor: Executor,
  args: readonly Term[],
  state: State,
): ReadonlyMap<string, Stored> {
  let values: Map<string, Stored> | undefined;
  for (const arg of args) {
    const index = localGiven(executor, arg);
    const value = index === undefined ? undefined : state.env.get(localSlot(index));
    if (arg.k === 'address' && value !== undefined)
      (values ??= new Map()).set(arg.base.key, { place: arg.base, value });
  }
  return values ?? NO_VALUES;
}

/**
 * Notes what a callee has stored through pointers that it was given: in variables of the caller, or for its own caller.
 * `place` names a place of the callee in terms of the caller.
 */
export function takeTold(
  executor: Executor,
  told: ToldByPointer,
  place: (term: Term) => Term,
  state: State,
): void {
  for (const { place: below, value } of told.values()) {
    const stored = place(below);
    const index = localAt(executor, stored);
    if (index !== undefined) {
      const type = executor.skeleton.locals[index]?.type ?? '';
      state.setVariable(localSlot(index), withType(constant(value), type));
    } else if (stored.k === 'deref') state.told = afterStore(state.told, stored, constant(value));
    else if (rootOf(stored).k === 'local') state.store(stored, constant(value));
  }
}

/**
 * Whether two exits of a callee tell different things, and the caller still knows which when it asks: it gives the variable
 * to no other function.
 */
export function tellForGood(
  executor: Executor,
  [a, b]: readonly [ToldByPointer, ToldByPointer],
  place: (term: Term) => Term,
): boolean {
  return [...a].some(([key, { place: below, value }]) => {
    const other = b.get(key);
    if (other === undefined || other.value === value) return false;
    const stored = place(below);
    const index = localAt(executor, rootOf(stored));
    return index === undefined ? stored.k === 'deref' : receiversOf(executor.skeleton, index) === 1;
  });
}

/** How many functions get the address of a local variable. */
function receiversOf(skeleton: Skeleton, local: number): number {
  const names = new Set<unknown>();
  for (const event of eventsOf(skeleton)) {
    if (!('args' in event)) continue;
    const isGiven = event.args.some((id) => {
      const arg = skeleton.exprs[id];
      const base = arg?.k === 'address' ? skeleton.exprs[rootExpression(skeleton, arg.base)] : undefined;
      return base?.k === 'local' && base.index === local;
    });
    if (isGiven) names.add(event.k === 'call' ? event.callee : event.api);
  }
  return names.size;
}

/** The index of the local variable to which an argument points. */
function localGiven(executor: Executor, arg: Term): number | undefined {
  return arg.k === 'address' ? localAt(executor, arg.base) : undefined;
}

/** The index of the local variable that a place is. */
function localAt({ evaluator, skeleton }: Executor, place: Term): number | undefined {
  if (place.k !== 'local') return undefined;
  const index = skeleton.locals.findIndex(
    ({ name }) => place.name.endsWith(name) && place.name === evaluator.name(name),
  );
  return index < 0 ? undefined : index;
}
