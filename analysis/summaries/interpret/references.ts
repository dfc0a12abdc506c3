import type { EventId } from '../../skeleton/types.js';
import { applyCallee } from './apply.js';
import { resultSlot } from '../state/flow-graph.js';
import type { State } from '../state/state.js';
import type { Stepper } from './step.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';

/**
 * Applies a call that drops a reference: for the last reference, the caller's release callback has run. `undefined` if
 * that does not affect the caller's locks, or if `name` does not drop references.
 */
export function putReference(
  stepper: Stepper,
  event: { readonly id: EventId },
  name: string,
  args: readonly Term[],
  result: Term,
  state: State,
): readonly State[] | undefined {
  const { models, program } = stepper.around;
  const put = models.referencePut(name);
  const count = put && args[put.countArg];
  const release = put && args[put.releaseArg];
  const named = release && t.pointed(release);
  if (count === undefined || named?.k !== 'global') return undefined;
  const targets = program.resolveCall(named.name.slice(named.name.lastIndexOf(':') + 1), stepper.fn.file);
  const [target] = targets;
  const exits = (target && stepper.around.summaryOf(target)?.exits) ?? [];
  if (!exits.some(({ released }) => released.length > 0)) return undefined;
  const out: State[] = [];
  const others = state.clone();
  if (others.facts.assume(result, false)) out.push(others);
  if (state.facts.assume(result, true)) {
    const given = t.opaque(`${stepper.evaluator.given(event.id)}.release`, '');
    out.push(
      ...applyCallee(stepper, { id: event.id, direct: true, isAsked: false }, targets, [count], given, state),
    );
  }
  for (const each of out) each.setVariable(resultSlot(event.id), result);
  return out;
}
