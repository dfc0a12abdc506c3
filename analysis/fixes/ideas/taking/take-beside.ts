import { absolute } from '../../../base/span.js';
import type { StoryStep } from '../../../checks/types.js';
import { shortName } from '../../../graph/orders/side.js';
import type { FunctionRef } from '../../../link/types.js';
import { irqForm } from '../../../models/variants.js';
import { callsOfLock, type ClassCall } from '../../moves/class-calls.js';
import { functionAt, functionOf, isHeldAt } from '../../text/callers.js';
import { callAt, lockCalls, text } from '../../text/calls.js';
import {
  all,
  isAsWritten,
  isList,
  memberOf,
  parts,
  type CodeNode,
  type FunctionCode,
} from '../../text/code.js';
import { indentAt, lineBreakAt, toFileEdits, type TextEdit } from '../../text/edits.js';
import { flagsVariable } from '../../text/flags.js';
import { insertBefore } from '../../text/insert.js';
import { endWithComment, hasDirective } from '../../text/layout.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { lockFor, TAKE } from './take.js';

/**
 * Proposes to take a spinlock around a call whose callee asserts it, the way that other callers do it, and in the form
 * that saves the interrupt state, which is right in any context, or plainly if nobody takes the lock in another way.
 * Refuses if the function takes the lock elsewhere, since it may only release it too early, if it holds another lock at
 * the call, since the two may have an order, and if it is not clear that it needs the form that saves: the function
 * switches interrupts itself, or those who hold the lock for this callee take it plainly, as only their context allows.
 */
export function proposeTakingBeside(input: FixInput): FixOutcome | undefined {
  const [id] = input.finding.locks;
  const [call, asserted, more] = input.finding.story;
  if (id === undefined || !call || !asserted || more) return undefined;
  const callee = functionAt(input, asserted);
  const examples = callee ? formsOf(input, callee, id) : [];
  if (callee === undefined || examples.length === 0) return undefined;
  const plan = planTaking(input, { id, call, asserted, callee }, examples);
  if (typeof plan === 'string') return { fixes: [], refusals: [{ kind: TAKE, reason: plan }] };
  const { code, edits } = plan;
  const fix: ProposedFix = {
    title: `Take ${shortName(id)} in ${code.item.name}()`,
    kind: TAKE,
    verified: false,
    edits: toFileEdits(code.file, code.text, edits),
    regions: [{ file: code.file, ...plan.region }],
    taken: id,
  };
  return { fixes: [fix], refusals: [] };
}

interface Missed {
  /** Lock class, as shown. */
  readonly id: string;
  readonly call: StoryStep;
  readonly asserted: StoryStep;
  readonly callee: FunctionRef;
}

interface TakingPlan {
  readonly code: FunctionCode;
  readonly edits: readonly TextEdit[];
  readonly region: { readonly start: number; readonly end: number };
}

function planTaking(input: FixInput, missed: Missed, examples: readonly Form[]): TakingPlan | string {
  const { id, call, asserted, callee } = missed;
  if (input.finding.confidence !== 'high') return `${id} may already be held`;
  const code = openFunction(input, call.file, call);
  if (typeof code === 'string') return code;
  const node = callAt(code, call);
  const name = node && parts(node)[0];
  if (!node || !name || text(code, name) !== callee.name) return `the call of ${callee.name}() is not plain`;
  if (callsOfLock(input, code, id).length > 0)
    return `${code.item.name}() takes ${id} elsewhere, and may release it too early`;
  const held = heldAt(input, code, call);
  const other = held?.find((one) => one !== id);
  if (held === undefined || other !== undefined)
    return `${other ?? 'another lock'} is held where ${id} would be taken`;
  const parameters = callee.item?.parameters.map((parameter) => parameter.name) ?? [];
  const lock = lockFor(input, { argument: asserted, parameters, callee: callee.name }, code, node);
  if (lock === undefined) return `the expression for ${id} in ${code.item.name}() is not clear`;
  const form = usual(examples, lock);
  if (form === undefined) return `it is not clear how ${code.item.name}() can take ${id}`;
  if (switchesByHand(input, code))
    return `${code.item.name}() switches interrupts or bottom halves itself, so it may need no form that does`;
  const plain = examples.every((one) => one.plain !== undefined) ? form.plain : undefined;
  if (plain !== undefined && !isTakenPlainly(input, id))
    return `those who hold ${id} for ${callee.name}() take it plainly, as only their context may allow`;
  const flags = plain === undefined ? flagsVariable(code, input.models) : undefined;
  const pair = plain
    ? [`${plain.take}(${lock});`, `${plain.give}(${lock});`]
    : flags && [form.taking(lock, flags.name), form.giving(lock, flags.name)];
  const [taking, giving] = pair ?? [];
  if (taking === undefined || giving === undefined)
    return `it is not clear how ${code.item.name}() can take ${id}`;
  const statement = statementOf(node);
  if (statement === undefined || !isAsWritten(code, statement.start, statement.end))
    return `the code that needs ${id} is part of a larger statement`;
  const around = wrapped(code, statement, taking, giving);
  if (around === undefined) return `other code shares the lines of the call`;
  const edits = flags?.declaration === undefined ? around : [...around, flags.declaration];
  const start = Math.min(...around.map((edit) => edit.start));
  const end = Math.max(...around.map((edit) => edit.end));
  return { code, edits, region: { start, end } };
}

/** Whether a function switches interrupts or bottom halves without a lock. */
function switchesByHand({ models }: FixInput, code: FunctionCode): boolean {
  return all(code.body, 'call_expression').some((node) => {
    const name = parts(node)[0];
    const api = name && models.api(text(code, name));
    return api?.context === 'irq' || api?.context === 'bh';
  });
}

/** Whether all functions that take a lock take it by a plain call that switches nothing. */
function isTakenPlainly(input: FixInput, id: string): boolean {
  const { graph, inspection } = input.analysis;
  const [key] = [...graph.classes].find(([, one]) => one.id === id) ?? [];
  const takers = key === undefined ? [] : inspection.takers(key);
  return takers.every(({ file, item }) => {
    const code = item && openFunction(input, file, { file, ...item.nameSpan });
    if (code === undefined || typeof code === 'string') return false;
    const takes = callsOfLock(input, code, id).filter(({ op }) => op === 'take');
    return (
      takes.length > 0 && takes.every(({ lock }) => lock?.form === 'call' && irqForm(lock.api) === 'plain')
    );
  });
}

/** The statement `call();` or `x = call();`. */
function statementOf(node: CodeNode): CodeNode | undefined {
  const { parent } = node;
  if (parent?.kind === 'expression_statement') return parent;
  const isValue = parent?.kind === 'assignment_expression' && parts(parent)[1] === node;
  return isValue && parent.parent?.kind === 'expression_statement' ? parent.parent : undefined;
}

/** The locks, as shown, that are held at a call on some path or that callers must hold; `undefined` if not known. */
function heldAt(input: FixInput, code: FunctionCode, call: StoryStep): readonly string[] | undefined {
  const fn = functionOf(input, code);
  const summary = fn && input.analysis.summary(fn);
  if (fn === undefined || summary === undefined) return undefined;
  const start = code.lines.offsetOf(call.line, call.column);
  for (const event of eventsOf(input.program.skeleton(fn))) {
    const { line, column } = absolute(event.at, fn.line);
    if (event.k === 'call' && code.lines.offsetOf(line, column) === start)
      return [...summary.needs, ...(summary.heldAt.get(event.id) ?? [])].map((lock) => lock.id);
  }
  return undefined;
}

/** A way to take a lock and to release it, with the interrupt state in a variable. */
interface Form {
  /** Name of the function that takes it. */
  readonly name: string;
  /** Whether it is a function around the locking API, which is given the object that contains the lock. */
  readonly isWrapper: boolean;
  /** The calls themselves, if they neither switch interrupts nor bottom halves. */
  readonly plain?: { readonly take: string; readonly give: string };
  taking(lock: string, flags: string): string;
  giving(lock: string, flags: string): string;
}

/** The forms that the callers of a function use which hold the lock when they call it, one for each of them. */
function formsOf(input: FixInput, callee: FunctionRef, id: string): readonly Form[] {
  const { program } = input;
  const found: Form[] = [];
  for (const caller of program.callers(callee)) {
    const { file, item } = caller;
    const code = item && openFunction(input, file, { file, ...item.nameSpan });
    if (code === undefined || typeof code === 'string') continue;
    const isHolding = all(code.body, 'call_expression').some((node) => {
      const name = parts(node)[0];
      const isIt = name !== undefined && text(code, name) === callee.name;
      const { line, column } = code.lines.span(node.start, node.end);
      return isIt && isHeldAt(input, id, { file, line, column }, 'write');
    });
    const calls = isHolding ? callsOfLock(input, code, id) : [];
    const take = calls.find(({ op, mayFail }) => op === 'take' && !mayFail);
    const give = calls.find(({ op }) => op === 'give');
    const form = take && give && formOf(input, code, take, give);
    if (form !== undefined) found.push(form);
  }
  return found;
}

function formOf(input: FixInput, code: FunctionCode, take: ClassCall, give: ClassCall): Form | undefined {
  const { models } = input;
  const [name = '', back = ''] = [take, give].map(({ node }) => text(code, parts(node)[0] ?? node));
  if (take.lock?.form === 'call' && take.lock.api.path === undefined) {
    if (take.lock.api.kind !== 'spinlock' || take.lock.api.arg !== 0) return undefined;
    const saving = models.irqVariant(name, 'save')?.name;
    const restoring = models.irqVariant(back, 'save')?.name;
    if (saving === undefined || restoring === undefined) return undefined;
    return {
      name: saving,
      isWrapper: false,
      ...(irqForm(take.lock.api) === 'plain' ? { plain: { take: name, give: back } } : {}),
      taking: (lock, flags) => `${saving}(${lock}, ${flags});`,
      giving: (lock, flags) => `${restoring}(${lock}, ${flags});`,
    };
  }
  const given = (call: ClassCall): string[] => {
    const list = parts(call.node)[1];
    return list ? parts(list).map((argument) => text(code, argument)) : [];
  };
  const [, pointer] = given(take);
  const [object, state, more] = given(give);
  const isPair = object !== undefined && state !== undefined && more === undefined && pointer === `&${state}`;
  if (!isPair || !savesState(input, code.file, name)) return undefined;
  return {
    name,
    isWrapper: true,
    taking: (lock, flags) => `${name}(${ownerOf(lock)}, &${flags});`,
    giving: (lock, flags) => `${back}(${ownerOf(lock)}, ${flags});`,
  };
}

/** The object that contains a lock: `port` for `&port->lock`, `&one->port` for `&one->port.lock`. */
function ownerOf(lock: string): string {
  const [, words = '', step = ''] = /^&?(.*?)(->|\.)\w+$/.exec(lock) ?? [];
  return step === '.' ? `&${words}` : words;
}

/** Whether a function takes the lock that its first parameter contains and saves the interrupt state in its second. */
function savesState(input: FixInput, file: string, name: string): boolean {
  const api = input.models.lockApi(name);
  if (api !== undefined)
    return api.kind === 'spinlock' && api.arg === 0 && /^->\w+$/.test(api.path ?? '') && api.irq === 'save';
  const [target, ...others] = input.program.resolveCall(name, file);
  const item = others.length === 0 ? target?.item : undefined;
  const code = target && item && openFunction(input, target.file, { file: target.file, ...item.nameSpan });
  const [owner, state] = item?.parameters.map((parameter) => parameter.name) ?? [];
  if (code === undefined || typeof code === 'string' || owner === undefined || state === undefined)
    return false;
  return lockCalls(code, input.models, code.body).some(({ api, arguments: given }) => {
    const [lock, flags] = given.map((argument) => text(code, argument));
    const isOwned = lock !== undefined && new RegExp(`^&${owner}->\\w+$`).test(lock);
    return api.op === 'acquire' && api.flagsArg === 1 && flags === `*${state}` && isOwned;
  });
}

/** The form that most callers use, of two a function of the subsystem. It must fit the expression for the lock. */
function usual(forms: readonly Form[], lock: string): Form | undefined {
  const fitting = forms.filter(({ isWrapper }) => !isWrapper || ownerOf(lock) !== '');
  const times = (form: Form): number => fitting.filter(({ name }) => name === form.name).length;
  return [...fitting].sort(
    (a, b) => times(b) - times(a) || Number(b.isWrapper) - Number(a.isWrapper) || (a.name < b.name ? -1 : 1),
  )[0];
}

/** Puts a statement between two others, with braces if it is the only one of an arm. */
function wrapped(
  code: FunctionCode,
  statement: CodeNode,
  before: string,
  behind: string,
): readonly TextEdit[] | undefined {
  const whole = code.text;
  const end = endWithComment(code, statement);
  if (hasDirective(whole, statement.start, end)) return undefined;
  const inserted = insertBefore(code, statement, before);
  const following = lineBreakAt(whole, statement.start) + indentAt(whole, statement.start) + behind;
  const close = inserted?.at(-1);
  if (inserted === undefined || close === undefined) return undefined;
  if (isList(statement.parent))
    return memberOf(statement) === statement
      ? [...inserted, { start: end, end, text: following }]
      : undefined;
  // The brace that closes the arm follows.
  return close.start === end
    ? [...inserted.slice(0, -1), { ...close, text: following + close.text }]
    : undefined;
}
