import type { ApiEvent, EventId, ExprId, LockEvent } from '../summary/types.js';
import { localSlot, parameterSlot } from './flow-graph.js';
import type { State } from './state.js';
import type { Stepper } from './step.js';
import { forgetGiven } from './stores.js';
import * as t from './terms.js';
import type { Term } from './terms.js';

/** What an API is given. */
export function valuesOf(
  { evaluator }: Stepper,
  { args }: ApiEvent | LockEvent,
  state: State,
): readonly Term[] {
  return args.map((arg) => evaluator.value(arg, state));
}

/** An API is given these: it may store through them. */
export function give(
  stepper: Stepper,
  event: ApiEvent | LockEvent,
  args: readonly Term[],
  state: State,
): void {
  forgetGiven(args, state);
  escape(stepper, event, event.args, state);
  nameThread(stepper, event, state);
}

/** What a thread that is started is called by from then on: the variable that it is put into. */
function nameThread(
  { evaluator, skeleton, around }: Stepper,
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

/** Variables whose address a call gets may be different afterwards. */
export function escape(
  { evaluator, skeleton, around, fn }: Stepper,
  event: { readonly id: EventId },
  given: readonly ExprId[],
  state: State,
): void {
  given.forEach((arg, i) => {
    const expr = skeleton.exprs[arg];
    if (expr?.k !== 'address') return;
    const variable = skeleton.exprs[expr.base];
    if (variable?.k !== 'local' && variable?.k !== 'parameter') return;
    const list = variable.k === 'local' ? skeleton.locals : skeleton.parameters;
    const slot = variable.k === 'local' ? localSlot(variable.index) : parameterSlot(variable.index);
    if (!state.env.has(slot) && variable.k === 'local') {
      const type = list[variable.index]?.type ?? '';
      if (!type.endsWith('*') && around.program.expand(type, fn.file).includes(' ')) return;
    }
    state.setVariable(slot, t.opaque(`${evaluator.given(event.id)}.${i}`, list[variable.index]?.type ?? ''));
  });
}
