import { wholeWord } from '../../../../base/words.js';
import type { FunctionRef } from '../../../../link/types.js';
import { storedHandlers } from './any-handler.js';
import { functionsBelow } from '../../../moves/below.js';
import { functionOf } from '../../../text/callers.js';
import { calledName, lockCall, text } from '../../../text/calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from '../../../text/code.js';
import { lineStart, type TextEdit } from '../../../text/edits.js';
import { leadingDeclarations } from '../../../text/flags.js';
import { endWithComment } from '../../../text/layout.js';
import { nextMember } from '../../../text/pair.js';
import type { FixInput } from '../../../types.js';

/** Statements that move a later part of the function with them. */
const LEAVING = [
  'return_statement',
  'goto_statement',
  'break_statement',
  'continue_statement',
  'declaration',
];

/** A call that waits for handlers, and what replaces it. */
export interface TestedWait {
  readonly call: CodeNode;
  /** The function to call instead, whose result says whether the handlers are done. */
  readonly variant: string;
  /** The statements up to the one that enables the interrupt again. */
  readonly within: readonly CodeNode[];
  readonly handlers: readonly FunctionRef[];
}

/**
 * The edits that make the statements behind a call depend on its result: `if (disable_hardirq(irq)) handler(irq, dev);`. The
 * result says whether the handler's thread is done as well, where the kernel runs all handlers in threads. `undefined` if one of
 * the statements does more than run a handler, since it would no longer happen every time.
 */
export function underResult(
  input: FixInput,
  code: FunctionCode,
  { call, variant, within, handlers }: TestedWait,
): readonly TextEdit[] | undefined {
  const statement = call.parent;
  const [callee] = parts(call);
  const last = within.at(-1);
  if (statement === undefined || callee === undefined || last === undefined) return undefined;
  if (nextMember(statement) !== within[0] || !within.every((one) => runs(input, code, one, handlers)))
    return undefined;
  const indent = indentOf(code, statement);
  if (indent === undefined || !code.text.slice(call.end, statement.end).startsWith(';')) return undefined;
  const isOne = within.length === 1 && last.kind === 'expression_statement';
  return [
    { start: statement.start, end: callee.end, text: `if (${variant}` },
    { start: call.end, end: call.end + 1, text: isOne ? ')' : ') {' },
    ...indented(code, call.end, last.end),
    ...(isOne ? [] : [{ start: last.end, end: last.end, text: `\n${indent}}` }]),
  ];
}

/** Holds the result of several calls. */
const RESULT = 'idle';

/** A call that disables an interrupt, and what it becomes. */
export interface SwitchedOff {
  readonly call: CodeNode;
  readonly variant: string;
  readonly handlers: readonly FunctionRef[];
}

/**
 * The same for several calls that directly follow each other, whose interrupts are enabled again together: the statements in
 * between depend on all of their results.
 */
export function underResults(
  input: FixInput,
  code: FunctionCode,
  switched: readonly SwitchedOff[],
): readonly TextEdit[] | undefined {
  const statements = switched.map(({ call }) => call.parent);
  const [first] = statements;
  const end = statements.at(-1);
  const within = end && untilAllOn(input, code, switched, end);
  const [from, last] = [within?.[0], within?.at(-1)];
  const handlers = switched.flatMap((one) => one.handlers);
  if (!first || !within || !from || !last || !within.every((one) => runs(input, code, one, handlers)))
    return undefined;
  const [outer, indent] = [declaredIn(code, first), indentOf(code, from)];
  if (outer === undefined || indent === undefined || wholeWord(RESULT).test(text(code, code.body)))
    return undefined;
  const isOne = within.length === 1 && last.kind === 'expression_statement';
  return [
    outer,
    ...switched.flatMap(({ call, variant }, at) => {
      const [callee] = parts(call);
      const set = `${RESULT} ${at === 0 ? '=' : '&='} ${variant}`;
      return callee ? [{ start: callee.start, end: callee.end, text: set }] : [];
    }),
    { start: from.start, end: from.start, text: `if (${RESULT})${isOne ? '' : ' {'}\n${indent}\t` },
    ...indented(code, from.start, last.end),
    ...(isOne ? [] : [{ start: last.end, end: last.end, text: `\n${indent}}` }]),
  ];
}

/** The statements behind the last of several calls, up to those that enable the same interrupts again, in any order. */
function untilAllOn(
  { models }: FixInput,
  code: FunctionCode,
  switched: readonly SwitchedOff[],
  end: CodeNode,
): readonly CodeNode[] | undefined {
  const open = new Set(
    switched.map(({ call }) => {
      const list = parts(call)[1];
      return `${models.switchedBack(calledName(code, call)) ?? ''} ${list ? plainText(code, list) : ''}`;
    }),
  );
  if (open.size !== switched.length) return undefined;
  const within: CodeNode[] = [];
  for (let at = nextMember(end); at !== undefined; at = nextMember(at)) {
    const [call] = at.kind === 'expression_statement' ? parts(at) : [];
    const list = call && parts(call)[1];
    const isBack =
      call?.kind === 'call_expression' &&
      list !== undefined &&
      open.delete(`${calledName(code, call)} ${plainText(code, list)}`);
    if (open.size === 0) return within;
    if (isBack) continue;
    if (open.size < switched.length) return undefined;
    within.push(at);
  }
  return undefined;
}

/** Declares the variable for the result in the block of a statement. */
function declaredIn(code: FunctionCode, first: CodeNode): TextEdit | undefined {
  const indent = indentOf(code, first);
  const above = first.parent && leadingDeclarations(code, first.parent).at(-1);
  if (indent === undefined || first.parent === undefined) return undefined;
  if (above !== undefined) {
    const at = endWithComment(code, above);
    return { start: at, end: at, text: `\n${indent}bool ${RESULT};` };
  }
  const isFirst = parts(first.parent).find(({ kind }) => kind !== 'comment') === first;
  const at = lineStart(code.text, first.start);
  return isFirst ? { start: at, end: at, text: `${indent}bool ${RESULT};\n\n` } : undefined;
}

/** The blank space in front of a statement; `undefined` if other code shares the line. */
function indentOf(code: FunctionCode, { start }: CodeNode): string | undefined {
  const indent = code.text.slice(lineStart(code.text, start), start);
  return indent.trim() === '' ? indent : undefined;
}

/** One more tab on each line that begins between two offsets and is not empty. */
function indented(code: FunctionCode, from: number, to: number): readonly TextEdit[] {
  const starts = [...code.text.slice(from, to).matchAll(/\n(?=[^\n])/g)].map(({ index }) => from + index + 1);
  return starts.map((start) => ({ start, end: start, text: '\t' }));
}

/** Whether a function runs as an interrupt handler, apart from its thread. */
export function isHard(input: FixInput, fn: FunctionRef): boolean {
  const entries = input.analysis.inspection.entries(fn);
  return entries.length > 0 && entries.every(({ context }) => context === 'hardirq');
}

/** Whether a function is nothing but an operation that the kernel calls with interrupts off, to poll: it calls again. */
function pollsOnly(input: FixInput, code: FunctionCode): boolean {
  const own = functionOf(input, code);
  const entries = own === undefined ? [] : input.analysis.inspection.entries(own);
  return (
    own !== undefined &&
    input.program.callers(own).length === 0 &&
    entries.length > 0 &&
    entries.every(
      ({ member }) =>
        member !== undefined && input.models.operation(member.record, member.field)?.interruptsOff === true,
    )
  );
}

/**
 * Whether a statement runs a handler, or what one consists of. Where the kernel polls, it may be that of another interrupt, which
 * the next poll runs again.
 */
function runs(
  input: FixInput,
  code: FunctionCode,
  statement: CodeNode,
  handlers: readonly FunctionRef[],
): boolean {
  if (statement.kind !== 'expression_statement' && statement.kind !== 'if_statement') return false;
  if (LEAVING.some((kind) => all(statement, kind).length > 0)) return false;
  const { program } = input;
  const isPolled = pollsOnly(input, code);
  const served = new Set(functionsBelow(program, handlers));
  // Two handlers may share a body, which has the result of a handler.
  const isHandler = (fn: FunctionRef): boolean =>
    handlers.includes(fn) ||
    (isPolled && isHard(input, fn)) ||
    (served.has(fn) && handlers.some((one) => one.item?.returns === fn.item?.returns));
  return all(statement, 'call_expression').some((call) => {
    const [callee] = parts(call);
    if (callee?.kind === 'field_expression') {
      const stored = storedHandlers(input, code.file, text(code, callee));
      return stored.length > 0 && stored.every(isHandler);
    }
    return program
      .resolveCall(calledName(code, call), code.file)
      .some((fn) => [...functionsBelow(program, [fn])].some(isHandler));
  });
}

/**
 * The statements up to the one that enables the same interrupt again, in the same block and before the lock is released;
 * `undefined` if there is none.
 */
export function untilSwitchedBack(
  { models }: FixInput,
  code: FunctionCode,
  call: CodeNode,
  name: string,
  list: CodeNode,
): readonly CodeNode[] | undefined {
  const back = models.switchedBack(name);
  const given = plainText(code, list);
  const within: CodeNode[] = [];
  for (let at = call.parent && nextMember(call.parent); at !== undefined; at = nextMember(at)) {
    for (const node of all(at, 'call_expression')) {
      const [callee, words] = parts(node);
      if (callee && words && text(code, callee) === back && plainText(code, words) === given)
        return node.parent === at ? within : undefined;
      if (lockCall(code, models, node)?.api.op === 'release') return undefined;
    }
    within.push(at);
  }
  return undefined;
}
