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

/**
 * Forms of the repair that are proven separately: it changes one operation of a pair, a section inside another one, or a
 * section of a callee.
 */
export const IRQ_STATE_PAIR = 'irq-state-pair';
export const IRQ_STATE_INNER = 'irq-state-inner';
export const IRQ_STATE_SAVED = 'irq-state-saved';
/** The same in the interrupt handler itself. */
export const IRQ_STATE_HANDLER = 'irq-state-handler';
/** The same in several sections of the handler, each of which is a mistake of its own. */
export const IRQ_STATE_HANDLER_ALL = 'irq-state-handler-all';

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
  const changed = plan && 'calls' in plan ? plan.calls : [];
  const folder = folderOf(finding.at.file);
  const shared = changed.find(({ fn, form }) => folderOf(fn.file) !== folder && form !== 'plain');
  // Other callers rely on what its name says; the caller has to call something else. The plain form is for a section in
  // which the function itself keeps interrupts disabled, so it is right for all callers.
  if (shared !== undefined) {
    const twin = proposePlainTwin(input, shared.fn);
    if (twin !== undefined) return twin;
    const reason = `${shared.fn.name}() is in ${shared.fn.file} and has callers other than ${finding.at.function}()`;
    return { fixes: [], refusals: [{ kind: IRQ_STATE, reason }] };
  }
  const kind = kindOf(input, changed);
  const outcome = proposeSwitches(input, kind, (calls) => {
    const names = [...new Set(calls.map(({ fn }) => fn.name))].join('(), ');
    if (calls.some(({ pairedWith }) => pairedWith !== undefined))
      return `Take and release ${shortName(id)} in the same form`;
    if (calls.every(({ form }) => form === 'plain')) return `Keep interrupts disabled in ${names}()`;
    return calls.some(({ needsOwnState }) => needsOwnState === true)
      ? `Save the interrupt state in a variable of its own in ${names}()`
      : `Save and restore the interrupt state in ${names}()`;
  });
  const reason = outcome.fixes.length === 0 ? undefined : leftWrong(input, kind, changed);
  if (reason === undefined) return outcome;
  const all = kind === IRQ_STATE_HANDLER ? inAllSections(input) : [];
  if (all.length <= changed.length || leftWrong(input, kind, all) !== undefined)
    return { fixes: [], refusals: [{ kind, reason }] };
  return proposeSwitches(
    input,
    IRQ_STATE_HANDLER_ALL,
    () => `Save and restore the interrupt state in all sections of ${finding.at.function}()`,
    { calls: all },
  );
}

/** What the repairs of all findings of a handler change, if each only saves the state in it; otherwise nothing. */
function inAllSections({ finding, analysis }: FixInput): readonly SwitchedCall[] {
  const { rule, at, story } = finding;
  const told = analysis.findings.filter(
    (one) =>
      one.rule === rule &&
      one.confidence === 'high' &&
      one.at.file === at.file &&
      one.at.function === at.function &&
      one.story[0]?.function === story[0]?.function,
  );
  const plans = told.map(({ id }) => analysis.switchPlan(id));
  const calls = plans.flatMap((plan) => (plan && 'calls' in plan ? plan.calls : []));
  const isSaved = ({ fn, form, needsOwnState }: SwitchedCall): boolean =>
    form === 'save' && needsOwnState !== true && fn.file === at.file && fn.name === at.function;
  return plans.every((plan) => plan && 'calls' in plan) && calls.every(isSaved) ? calls : [];
}

/** The kind of a change: each form has a record of its own. */
function kindOf({ finding }: FixInput, calls: readonly SwitchedCall[]): string {
  if (calls.some(({ pairedWith }) => pairedWith !== undefined)) return IRQ_STATE_PAIR;
  if (calls.length > 0 && calls.every(({ form }) => form === 'plain')) return IRQ_STATE_INNER;
  const { file, function: within } = finding.at;
  const isSaved =
    calls.length > 0 && calls.every(({ form, needsOwnState }) => form === 'save' && needsOwnState !== true);
  const isWithin = ({ fn }: SwitchedCall): boolean => fn.file === file && fn.name === within;
  if (isSaved && !calls.some(isWithin)) return IRQ_STATE_SAVED;
  const [first, ...more] = finding.story;
  const isHandler = first !== undefined && more.length === 1 && first.function !== within;
  return isSaved && isHandler && calls.every(isWithin) && finding.locks.length <= 1
    ? IRQ_STATE_HANDLER
    : IRQ_STATE;
}

/** What a change would leave wrong beside it. */
function leftWrong(input: FixInput, kind: string, calls: readonly SwitchedCall[]): string | undefined {
  if (kind === IRQ_STATE_PAIR) return switchedBeside(input, calls);
  if (kind === IRQ_STATE_INNER) return leftSwitching(input, calls, true);
  if (calls.some(({ needsOwnState }) => needsOwnState === true)) return undefined;
  return sleepsBelow(input, calls) ?? leftSwitching(input, calls, false);
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
 * is the callers that disable them, on any lock if it enables them.
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
      const isWrong = (api.irq !== undefined && names.has(name)) || (!isOnSameLock && isEnabling);
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
