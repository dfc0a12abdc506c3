import type { ApiEvent, EventId, ExprId, LockEvent } from '../../skeleton/types.js';
import { localSlot, parameterSlot } from '../state/flow-graph.js';
import type { State } from '../state/state.js';
import type { Executor } from '../executor.js';
import { forgetGiven } from '../state/stores.js';
import { storedThrough } from '../locks/names.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';

/** The values of an API call's arguments. */
export function valuesOf(
  { evaluator }: Executor,
  { args }: ApiEvent | LockEvent,
  state: State,
): readonly Term[] {
  return args.map((arg) => evaluator.value(arg, state));
}

/** Forgets what an API may overwrite through its arguments. */
export function give(
  stepper: Executor,
  event: ApiEvent | LockEvent,
  args: readonly Term[],
  state: State,
): void {
  forgetGiven(args, state);
  escape(stepper, event, event.args, state);
  nameThread(stepper, event, state);
}

/** Names a started thread after the variable its handle is stored in. */
function nameThread(
  { evaluator, skeleton, around }: Executor,
  event: ApiEvent | LockEvent,
  state: State,
): void {
  const api = event.k === 'register' ? around.models.api(event.api) : undefined;
  const given = api?.startsThread === true ? skeleton.exprs[event.args[0] ?? -1] : undefined;
  const variable = given?.k === 'address' ? skeleton.exprs[given.base] : undefined;
  if (variable?.k !== 'local') return;
  const { name, type } = skeleton.locals[variable.index] ?? { name: '', type: '' };
  state.setVariable(localSlot(variable.index), t.local(evaluator.name(name), type));
}

/** Forgets the values of variables whose address is passed to a call. */
export function escape(
  stepper: Executor,
  event: { readonly id: EventId },
  given: readonly ExprId[],
  state: State,
): void {
  const { evaluator, skeleton, around, fn } = stepper;
  given.forEach((arg, i) => {
    const expr = skeleton.exprs[arg];
    if (expr?.k !== 'address') return;
    const variable = skeleton.exprs[expr.base];
    if (variable?.k !== 'local' && variable?.k !== 'parameter') return;
    const list = variable.k === 'local' ? skeleton.locals : skeleton.parameters;
    const slot = variable.k === 'local' ? localSlot(variable.index) : parameterSlot(variable.index);
    if (hasNoTime(stepper, expr.base, state.env.get(slot))) return;
    if (!state.env.has(slot) && variable.k === 'local') {
      const type = list[variable.index]?.type ?? '';
      if (!type.endsWith('*') && around.program.expand(type, fn.file).includes(' ')) return;
    }
    state.setVariable(slot, storedThrough(evaluator.given(event.id), i, list[variable.index]?.type ?? ''));
  });
}

/** Whether a variable is a time to wait that is zero. Who waits only takes from it, so it stays zero. */
function hasNoTime({ skeleton, around }: Executor, variable: ExprId, value: Term | undefined): boolean {
  if (value?.k !== 'constant' || value.value !== 0) return false;
  const isTime = new Set<EventId>();
  return skeleton.blocks.some(({ events }) =>
    events.some((event) => {
      if (event.k === 'call' && typeof event.callee === 'string')
        if (around.models.zeroIf(event.callee) !== undefined) isTime.add(event.id);
      if (event.k !== 'assign' || event.target !== variable) return false;
      const from = skeleton.exprs[event.value];
      return from?.k === 'result' && isTime.has(from.event);
    }),
  );
}
