import type { Executor } from '../executor.js';
import { localSlot } from '../state/flow-graph.js';
import type { State, Stored } from '../state/state.js';
import type { ToldByPointer } from '../facts/told.js';
import { constant, withType, type Term } from './terms.js';

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

/** Notes what a callee has stored through pointers that it was given: in variables of the caller, or for its own caller. */
export function takeTold(executor: Executor, told: ToldByPointer, args: readonly Term[], state: State): void {
  for (const [at, value] of told) {
    const arg = args[at];
    if (arg?.k === 'parameter') state.told = new Map([...state.told, [arg.index, value]]);
    const index = arg && localGiven(executor, arg);
    if (index === undefined) continue;
    const type = executor.skeleton.locals[index]?.type ?? '';
    state.setVariable(localSlot(index), withType(constant(value), type));
  }
}

/** The index of the local variable to which an argument points. */
function localGiven({ evaluator, skeleton }: Executor, arg: Term): number | undefined {
  if (arg.k !== 'address' || arg.base.k !== 'local') return undefined;
  const place = arg.base;
  const index = skeleton.locals.findIndex(
    ({ name }) => place.name.endsWith(name) && place.name === evaluator.name(name),
  );
  return index < 0 ? undefined : index;
}
