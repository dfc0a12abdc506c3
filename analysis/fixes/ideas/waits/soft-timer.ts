import type { FunctionRef } from '../../../link/types.js';
import type { FileOutline, FunctionItem } from '../../../outline/types.js';
import { folderOf } from '../../../base/paths.js';
import { NOTHING_TO_SWITCH } from '../../../graph/interrupts/sections.js';
import { shortName } from '../../../graph/orders/side.js';
import { handlerOf } from '../../text/callers.js';
import { text } from '../../text/calls.js';
import { lastWord } from '../../../base/words.js';
import { all, isAsWritten, parts, type FunctionCode } from '../../text/code.js';
import { toFileEdits, type TextEdit } from '../../text/edits.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const SOFT_TIMER = 'soft-timer';

/**
 * Proposes to let a timer expire in softirq context if all other code takes the lock with bottom halves off: that code
 * expects a softirq, and the timer is the exception. Changes every call that sets up this timer.
 */
export function proposeSoftTimer(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const refused = (reason: string): FixOutcome => ({ fixes: [], refusals: [{ kind: SOFT_TIMER, reason }] });
  const handler = timerOf(input);
  // Does not apply to other handlers.
  if (handler?.item === undefined) return { fixes: [], refusals: [] };
  const key = [...input.analysis.graph.classes.values()].find((lock) => lock.id === id)?.key;
  const plan = key === undefined ? undefined : input.analysis.stillToSwitch({ key, interrupt: 'softirq' });
  if (key === undefined || plan === undefined) return refused(`${id} is not known`);
  // Otherwise another repair is needed anyway, which also covers the timer in its present form.
  if (!('reason' in plan) || plan.reason !== NOTHING_TO_SWITCH)
    return refused(`${id} is not taken with bottom halves disabled everywhere`);
  const outline = input.program.outline(handler.file);
  const timers = outline?.functions.filter((item) => isSoftening(input, item)) ?? [];
  if (outline === undefined || timers.length !== 1) return refused(`${handler.file} has several timers`);
  const edits: TextEdit[] = [];
  const members = new Set<string>();
  for (const code of settingUp(input, handler.file, outline)) {
    if (typeof code === 'string') return refused(code);
    const calls = setupsIn(input, code);
    if (calls.length !== modesIn(input, code).length)
      return refused(`${code.item.name}() stores a timer mode for later use`);
    for (const { member, edit } of calls) {
      members.add(member);
      edits.push(edit);
    }
  }
  if (members.size !== 1)
    return refused(`which timer ${handler.name}() belongs to cannot be told from its name`);
  const [member = ''] = members;
  if (isSetElsewhere(input, handler.file, member))
    return refused(`${member} is set up in other files as well`);
  const fix: ProposedFix = {
    title: `Let ${handler.name}() expire in softirq, since ${shortName(id)} is taken with bottom halves disabled`,
    kind: SOFT_TIMER,
    verified: false,
    edits: toFileEdits(handler.file, input.textOf(handler.file) ?? '', edits),
    regions: edits.map(({ start, end }) => ({ file: handler.file, start, end })),
    cures: { key, interrupt: 'softirq' },
  };
  return { fixes: [fix], refusals: [] };
}

/** The timer function, if the finding's handler is one. */
function timerOf(input: FixInput): FunctionRef | undefined {
  const handler = handlerOf(input);
  return handler?.item && isSoftening(input, handler.item) ? handler : undefined;
}

function isSoftening({ models }: FixInput, item: FunctionItem): boolean {
  return models.handlerShapes.some(
    ({ softens, returns, parameters }) =>
      softens === true &&
      item.returns === returns &&
      parameters.every((type, at) => item.parameters[at]?.type === type),
  );
}

/** Functions of a file that name a timer mode. */
function settingUp(input: FixInput, file: string, outline: FileOutline): (FunctionCode | string)[] {
  const whole = input.textOf(file) ?? '';
  return outline.functions
    .filter(({ start, end }) =>
      (whole.slice(start, end).match(/\w+/g) ?? []).some((word) => isHard(input, word)),
    )
    .map(({ nameSpan }) => openFunction(input, file, { file, ...nameSpan }));
}

function isHard({ models }: FixInput, word: string): boolean {
  return models.timerMode(word) === 'hard';
}

function modesIn(input: FixInput, code: FunctionCode): readonly string[] {
  return all(code.body, 'identifier')
    .map((node) => text(code, node))
    .filter((word) => isHard(input, word));
}

/** Calls of a function that set up a timer, with the edit of their mode. */
function setupsIn(
  input: FixInput,
  code: FunctionCode,
): readonly { readonly member: string; readonly edit: TextEdit }[] {
  return all(code.body, 'call_expression').flatMap((node) => {
    const [callee, list] = parts(node);
    const given = list ? parts(list) : [];
    const mode = given.find((one) => isHard(input, text(code, one)));
    const soft = mode && input.models.softTimerMode(text(code, mode));
    const member = given[0] && lastWord(text(code, given[0]));
    if (!callee || !input.models.isTimerSetup(text(code, callee)) || !mode || member === undefined) return [];
    if (soft === undefined || !isAsWritten(code, mode.start, mode.end)) return [];
    return [{ member, edit: { start: mode.start, end: mode.end, text: soft } }];
  });
}

function isSetElsewhere(input: FixInput, file: string, member: string): boolean {
  const folder = folderOf(file);
  for (const other of input.program.filesIn(folder)) {
    if (other === file) continue;
    const functions = input.program.outline(other)?.functions ?? [];
    if (!functions.some(({ calls }) => calls.some((name) => input.models.isTimerSetup(name)))) continue;
    if (new RegExp(`\\b${member}\\b`).test(input.textOf(other) ?? '')) return true;
  }
  return false;
}
