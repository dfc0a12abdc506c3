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
