import { folderOf } from '../../../base/paths.js';
import { absolute } from '../../../base/span.js';
import type { SwitchedCall } from '../../../graph/interrupts/sections.js';
import { shortName } from '../../../graph/orders/side.js';
import { lockCalls, text } from '../../text/calls.js';
import { openFunction } from '../../text/source.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { proposeSwitches } from './irq-safe.js';
import { proposePlainTwin } from './plain-twin.js';
import { proposeSwitchBack } from './switch-back.js';
import type { FixInput, FixOutcome } from '../../types.js';

export const IRQ_STATE = 'irq-state';

/** Two of its forms, each with a record of its own: one operation of a pair, and a section within another one. */
export const IRQ_STATE_PAIR = 'irq-state-pair';
export const IRQ_STATE_INNER = 'irq-state-inner';

/**
 * Proposes the operation that leaves interrupts in the state that the surrounding code needs: the release that matches
 * the acquisition, a second variable for a second saved state, the plain form if interrupts are already off, or saving
 * the state if it is unknown.
 */
export function proposeIrqState(input: FixInput): FixOutcome {
  const { finding } = input;
  const back = proposeSwitchBack(input);
  if (back !== undefined) return back;
  const [id = 'the lock'] = finding.locks;
  const plan = input.analysis.switchPlan(finding.id);
  const folder = folderOf(finding.at.file);
  const shared =
    plan && 'calls' in plan
      ? plan.calls.find(({ fn, form }) => folderOf(fn.file) !== folder && form !== 'plain')
      : undefined;
  // Other callers rely on what its name says; the caller has to call something else. The plain form is for a section in
  // which the function itself keeps interrupts disabled, so it is right for all callers.
  if (shared !== undefined) {
    const twin = proposePlainTwin(input, shared.fn);
    if (twin !== undefined) return twin;
    const reason = `${shared.fn.name}() is in ${shared.fn.file} and has callers other than ${finding.at.function}()`;
    return { fixes: [], refusals: [{ kind: IRQ_STATE, reason }] };
  }
  const paired = plan && 'calls' in plan && plan.calls.some(({ pairedWith }) => pairedWith !== undefined);
  const other = paired ? switchedBeside(input, plan.calls) : undefined;
  if (other !== undefined) return { fixes: [], refusals: [{ kind: IRQ_STATE, reason: other }] };
  const sleeping = plan && 'calls' in plan && !paired ? sleepsBelow(input, plan.calls) : undefined;
  if (sleeping !== undefined) return { fixes: [], refusals: [{ kind: IRQ_STATE, reason: sleeping }] };
  const isInner =
    plan !== undefined && 'calls' in plan && plan.calls.every(({ form }) => form === 'plain') && !paired;
  const kind = paired ? IRQ_STATE_PAIR : isInner ? IRQ_STATE_INNER : IRQ_STATE;
  const left = plan && 'calls' in plan && !paired ? leftSwitching(input, plan.calls, isInner) : undefined;
  if (left !== undefined) return { fixes: [], refusals: [{ kind, reason: left }] };
  return proposeSwitches(input, kind, (calls) => {
    const names = [...new Set(calls.map(({ fn }) => fn.name))].join('(), ');
    if (calls.some(({ pairedWith }) => pairedWith !== undefined))
      return `Take and release ${shortName(id)} in the same form`;
    if (calls.every(({ form }) => form === 'plain')) return `Keep interrupts disabled in ${names}()`;
    return calls.some(({ needsOwnState }) => needsOwnState === true)
      ? `Save the interrupt state in a variable of its own in ${names}()`
      : `Save and restore the interrupt state in ${names}()`;
  });
}

/** A function that may sleep must not be called with interrupts off, whatever it does to them: the caller is wrong. */
function sleepsBelow({ analysis }: FixInput, calls: readonly SwitchedCall[]): string | undefined {
  const saving = calls.find(({ form, fn }) => form === 'save' && analysis.inspection.maySleep(fn));
  return (
    saving && `${saving.fn.name}() may sleep, so its callers have to enable interrupts before they call it`
  );
}

/**
 * An operation that would still switch interrupts in a function where others no longer do: on the same lock, or, where it
 * is the callers that disable interrupts, on any.
 */
function leftSwitching(
  input: FixInput,
  calls: readonly SwitchedCall[],
  isOnSameLock: boolean,
): string | undefined {
  for (const fn of new Set(calls.map(({ fn: one }) => one))) {
    const code = fn.item && openFunction(input, fn.file, { file: fn.file, ...fn.item.nameSpan });
    if (typeof code !== 'object') continue;
    const own = calls.filter((call) => call.fn === fn);
    const changed = new Set(own.map(({ at }) => code.lines.offsetOf(at.line, at.column)));
    const all = lockCalls(code, input.models, code.body);
    const names = new Set(all.filter(({ node }) => changed.has(node.start)).map(({ name }) => name));
    const other = all.find(({ node, name, api }) => {
      const isEnabling = api.irq === 'enable' || (api.op === 'release' && api.bh === true);
      const isWrong = isOnSameLock ? api.irq !== undefined && names.has(name) : isEnabling;
      return !changed.has(node.start) && isWrong;
    });
    if (other !== undefined)
      return `${fn.name}() would still switch interrupts with \`${text(code, other.node)}\``;
  }
  return undefined;
}

/** A switch of its own in a function whose lock operations are to match: it may make up for the wrong form. */
function switchedBeside(input: FixInput, calls: readonly SwitchedCall[]): string | undefined {
  const { program, models } = input;
  const changed = new Set(calls.map(({ fn, at }) => `${fn.id}:${at.line}:${at.column}`));
  for (const fn of new Set(calls.map(({ fn: one }) => one)))
    for (const event of eventsOf(program.skeleton(fn))) {
      const name = 'api' in event ? event.api : '';
      const api = models.api(name);
      const { line, column } = absolute(event.at, fn.line);
      if (api?.context !== 'irq' || changed.has(`${fn.id}:${line}:${column}`)) continue;
      return `${fn.name}() also switches interrupts with ${name}(), which would have to change as well`;
    }
  return undefined;
}
