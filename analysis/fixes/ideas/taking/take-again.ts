import type { FunctionRef } from '../../../link/types.js';
import { ZERO } from '../../../summaries/facts/fact.js';
import { shortName } from '../../../graph/orders/side.js';
import { callsOfLock, type ClassCall } from '../../moves/class-calls.js';
import { isOwnVariable } from '../../moves/leaves.js';
import { isSet } from '../../moves/passed-on.js';
import { callersOf } from '../../text/callers.js';
import { lockCall, text } from '../../text/calls.js';
import { all, isAsWritten, parts, plainText, type CodeNode, type FunctionCode } from '../../text/code.js';
import { indentAt, lineBreakAt, toFilesEdits, type TextEdit } from '../../text/edits.js';
import { insertBefore, insertBehind } from '../../text/insert.js';
import { hasDirective } from '../../text/layout.js';
import { nextMember } from '../../text/pair.js';
import { openFunction } from '../../text/source.js';
import type { FixInput, FixOutcome, ProposedFix } from '../../types.js';

export const TAKE_AGAIN = 'take-again';

/**
 * Proposes that a function which drops its caller's lock, and cannot take it back by a call that may fail, takes it
 * directly then: its callers release it whatever the result is.
 */
export function proposeTakeAgain(input: FixInput): FixOutcome {
  const [id = 'the lock'] = input.finding.locks;
  const [last, ...before] = droppersOf(input, id).map((below) => planBelow(input, below, id));
  if (last === undefined) return { fixes: [], refusals: [] };
  if (typeof last === 'string') return { fixes: [], refusals: [{ kind: TAKE_AGAIN, reason: last }] };
  const plans = [last, ...before.filter((plan) => typeof plan === 'object')];
  const isOne = new Set(plans.map(({ code }) => code.item.start)).size < plans.length || plans.length === 1;
  const more: FixOutcome = { fixes: [fixOf(input, plans, id)], refusals: [] };
  return {
    fixes: [fixOf(input, [last], id)],
    refusals: [],
    ...(isOne ? {} : { otherwise: () => more }),
  };
}

function fixOf(input: FixInput, plans: readonly AgainPlan[], id: string): ProposedFix {
  const names = plans.map(({ code }) => `${code.item.name}()`).reverse();
  const edits = new Map<string, TextEdit[]>();
  for (const { code, edits: own } of plans) edits.set(code.file, [...(edits.get(code.file) ?? []), ...own]);
  return {
    title: `Take ${shortName(id)} in ${names.join(' and ')} where taking it back fails`,
    kind: TAKE_AGAIN,
    verified: false,
    edits: toFilesEdits(edits, (file) => input.textOf(file)),
    regions: plans.map(({ code, at, edits: own }) => ({
      file: code.file,
      start: at.start,
      end: Math.max(at.end, ...own.map(({ end }) => end)),
    })),
    unreleased: id,
    taken: id,
    widened: id,
  };
}

/** The plan for one of these functions, or why there is none. */
function planBelow(
  input: FixInput,
  below: readonly FunctionRef[],
  id: string,
): AgainPlan | string | undefined {
  const plans = below.flatMap((fn) => planAgain(input, fn, id) ?? []);
  return plans.find((one) => typeof one !== 'string') ?? plans[0];
}

/** How many calls below the release the lock may be dropped. */
const MOST_DOWN = 2;

/**
 * The functions called before the release that return without their caller's lock on some of their ways only, the last one first,
 * each with the one that it calls last.
 */
function droppersOf(input: FixInput, id: string): readonly (readonly FunctionRef[])[] {
  const { finding } = input;
  const code = openFunction(input, finding.at.file, finding.at);
  if (typeof code === 'string') return [];
  const end = code.lines.offsetOf(finding.at.line, finding.at.column);
  return [...new Set(droppersIn(input, code, end, id).reverse())].map((fn) => {
    const found = [fn];
    for (const one of found) {
      const inside = one.item && openFunction(input, one.file, { file: one.file, ...one.item.nameSpan });
      if (inside === undefined || typeof inside === 'string' || found.length === MOST_DOWN) break;
      const last = droppersIn(input, inside, Infinity, id).at(-1);
      if (last !== undefined && !found.includes(last)) found.push(last);
    }
    return found;
  });
}

/** The functions that a function calls in front of a place, in text order. */
function droppersIn(input: FixInput, code: FunctionCode, end: number, id: string): FunctionRef[] {
  return all(code.body, 'call_expression').flatMap((node) => {
    const [callee] = parts(node);
    if (node.start >= end || callee?.kind !== 'identifier') return [];
    const [target, ...others] = input.program.resolveCall(text(code, callee), code.file);
    return target && others.length === 0 && dropsSometimes(input, target, id) ? [target] : [];
  });
}

function dropsSometimes({ analysis }: FixInput, fn: FunctionRef, id: string): boolean {
  const exits = analysis.summary(fn)?.exits ?? [];
  const dropping = exits.filter(({ released }) => released.some((lock) => lock.id === id));
  const isKept = exits.some(({ held, released }) => ![...held, ...released].some((lock) => lock.id === id));
  return dropping.length > 0 && isKept;
}

interface AgainPlan {
  readonly code: FunctionCode;
  readonly edits: readonly TextEdit[];
  /** The statement that fails to take the lock back. */
  readonly at: CodeNode;
}

/** `undefined` if the function does not take the lock back by a call that may fail. */
function planAgain(input: FixInput, fn: FunctionRef, id: string): AgainPlan | string | undefined {
  if (input.finding.confidence !== 'high') return `it is not certain that ${id} is not held`;
  if (fn.item === undefined) return undefined;
  const code = openFunction(input, fn.file, { file: fn.file, ...fn.item.nameSpan });
  if (typeof code === 'string') return undefined;
  const calls = callsOfLock(input, code, id);
  const [back, ...more] = calls.filter(({ op, mayFail }) => op === 'take' && mayFail);
  if (back === undefined) return undefined;
  const { name } = code.item;
  if (more.length > 0) return `${name}() takes ${id} back by several calls`;
  if (!calls.some(({ op, mayFail, node }) => op === 'give' && !mayFail && node.end < back.node.start))
    return `the text of ${name}() does not show where it drops ${id}`;
  const taker = takerAt(input, code, back, id);
  if (typeof taker === 'string') return taker;
  const knowing = knowsThatItIsGone(input, fn, id);
  if (knowing !== undefined) return knowing;
  const edits = takenAgain(code, taker);
  return edits === undefined
    ? `other code shares the lines of what takes ${id} back`
    : { code, edits, at: taker.statement };
}

/**
 * Why a caller may know that the lock is gone, or one above a caller that is in the same situation: it has a way to return without a
 * release, on which it would keep the lock.
 */
function knowsThatItIsGone(input: FixInput, fn: FunctionRef, id: string): string | undefined {
  const open = new Set([fn]);
  for (const one of open) {
    const callers = callersOf(input, one);
    if (typeof callers === 'string') return callers;
    for (const caller of callers) {
      const exits = input.analysis.summary(caller)?.exits;
      if (exits === undefined) return `what ${caller.name}() does with ${id} is not known`;
      if (exits.some(({ held }) => held.some((lock) => lock.id === id)))
        return `${caller.name}() may know that ${one.name}() has dropped ${id}`;
      if (dropsSometimes(input, caller, id) && !takesItself(input, caller, id)) open.add(caller);
    }
  }
  return undefined;
}

/** Whether a function begins a section of the lock, so that its callers need not know of it. */
function takesItself(input: FixInput, { file, item }: FunctionRef, id: string): boolean {
  const code = item && openFunction(input, file, { file, ...item.nameSpan });
  if (code === undefined || typeof code === 'string') return false;
  return callsOfLock(input, code, id).some(({ op }) => op === 'take');
}

/** Takes the lock in the branch for a failure directly behind the call, or in one of its own. */
function takenAgain(code: FunctionCode, { statement, result, take }: Taker): readonly TextEdit[] | undefined {
  const next = nextMember(statement);
  const [test, arm] = next?.kind === 'if_statement' ? parts(next) : [];
  if (next && test && arm && text(code, test) === `(${result})`) {
    const first = arm.kind === 'compound_statement' ? parts(arm)[0] : arm;
    const isPlain =
      isAsWritten(code, next.start, arm.end) && !hasDirective(code.text, statement.start, arm.end);
    return first && isPlain ? insertBefore(code, first, `${take};`) : undefined;
  }
  const [behind] = insertBehind(code, statement, '') ?? [];
  if (behind === undefined || hasDirective(code.text, statement.start, behind.end)) return undefined;
  const indent = indentAt(code.text, statement.start);
  const lineBreak = lineBreakAt(code.text, statement.start);
  const written = `${indent}if (${result})${lineBreak}${indent}\t${take};${lineBreak}`;
  return [{ ...behind, text: written }];
}

interface Taker {
  readonly statement: CodeNode;
  /** The variable that tells whether the call failed. */
  readonly result: string;
  /** What takes the lock in any case. */
  readonly take: string;
}

/** A statement `ret = take_back(…);`, with the plain acquisition inside of the function that it calls. */
function takerAt(input: FixInput, code: FunctionCode, back: ClassCall, id: string): Taker | string {
  const { node } = back;
  const assignment = node.parent;
  const statement = assignment?.parent;
  const [target, value] = assignment?.kind === 'assignment_expression' ? parts(assignment) : [];
  if (!target || value !== node || statement?.kind !== 'expression_statement')
    return `the result of what takes ${id} back is not kept in a variable`;
  const result = text(code, target);
  if (!isOwnVariable(code, result) || !isAsWritten(code, statement.start, statement.end))
    return `the result of what takes ${id} back is not kept in a variable of the function`;
  const [callee, list] = parts(node);
  const [called, ...others] = callee ? input.program.resolveCall(text(code, callee), code.file) : [];
  if (!called?.item || !list || others.length > 0) return `what takes ${id} back is not known`;
  const inside = openFunction(input, called.file, { file: called.file, ...called.item.nameSpan });
  if (typeof inside === 'string') return inside;
  const told = input.analysis.summary(called)?.exits ?? [];
  const isTold = told.every(({ held, signs }) =>
    held.some((lock) => lock.id === id) ? signs === ZERO : (signs & ZERO) === 0,
  );
  if (!isTold) return `the result of ${called.name}() does not show whether it has taken ${id}`;
  const takes = callsOfLock(input, inside, id).filter(({ op }) => op === 'take');
  const written = takes.map(({ lock }) => lock?.form === 'call' && plainText(inside, lock.node));
  const [take] = takes;
  const lock = take?.lock;
  if (!lock || typeof written[0] !== 'string' || written.some((one) => one !== written[0]))
    return `${called.name}() does not take ${id} by one plain call`;
  if (lock.api.op !== 'acquire' || lock.arguments.length !== 1 || !lock.lock)
    return `${called.name}() does not take ${id} by one plain call`;
  const named = namedOutside(input, code, inside, lock.lock, parts(list));
  if (named === undefined) return `${code.item.name}() has no name for the lock that ${called.name}() takes`;
  const [api] = parts(lock.node);
  const plain = api ? text(inside, api) : '';
  const isKnown = all(code.body, 'call_expression').some((one) => {
    const own = lockCall(code, input.models, one);
    return own?.form === 'call' && own.api.kind === lock.api.kind;
  });
  if (!isKnown) return `${code.item.name}() uses no lock of that kind itself`;
  return { statement, result, take: `${plain}(${named})` };
}

/** `&c->lock` of a callee in the names of its caller, whose argument for `c` is a variable. */
function namedOutside(
  input: FixInput,
  code: FunctionCode,
  inside: FunctionCode,
  lock: CodeNode,
  given: readonly CodeNode[],
): string | undefined {
  const form = /^&(\w+)->(\w+)$/.exec(plainText(inside, lock).replaceAll(/\s/g, ''));
  const [, root = '', member = ''] = form ?? [];
  const at = inside.item.parameters.findIndex(({ name }) => name === root);
  const argument = given[at];
  if (at < 0 || argument?.kind !== 'identifier' || isSet(inside, root)) return undefined;
  const type = inside.item.parameters[at]?.type.replace(/\s*\*$/, '') ?? '';
  const record = input.program.resolveRecord(type, code.file);
  return record?.item.fields.some(({ name }) => name === member) === true
    ? `&${text(code, argument)}->${member}`
    : undefined;
}
