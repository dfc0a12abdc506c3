import type { FunctionRef } from '../../../../link/types.js';
import { functionsBelow } from '../../../moves/below.js';
import { calledName } from '../../../text/calls.js';
import { all, parts, type CodeNode, type FunctionCode } from '../../../text/code.js';
import type { TextEdit } from '../../../text/edits.js';
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

/**
 * The edits that make the statements behind a call depend on its result: `if (disable_hardirq(irq)) handler(irq, dev);`. The
 * result says whether the handler's thread is done as well, where the kernel runs all handlers in threads. `undefined` if one of
 * the statements does more than run a handler, since it would no longer happen every time.
 *
 * @param within - The statements up to the one that enables the interrupt again.
 */
export function underResult(
  input: FixInput,
  code: FunctionCode,
  call: CodeNode,
  variant: string,
  within: readonly CodeNode[],
  handlers: readonly FunctionRef[],
): readonly TextEdit[] | undefined {
  const statement = call.parent;
  const [callee] = parts(call);
  const last = within.at(-1);
  if (statement === undefined || callee === undefined || last === undefined) return undefined;
  if (nextMember(statement) !== within[0] || !within.every((one) => runs(input, code, one, handlers)))
    return undefined;
  const from = code.text.slice(code.text.lastIndexOf('\n', statement.start) + 1, statement.start);
  if (from.trim() !== '' || !code.text.slice(call.end, statement.end).startsWith(';')) return undefined;
  const isOne = within.length === 1 && last.kind === 'expression_statement';
  const starts = [...code.text.slice(call.end, last.end).matchAll(/\n(?=[^\n])/g)].map(
    ({ index }) => call.end + index + 1,
  );
  return [
    { start: statement.start, end: callee.end, text: `if (${variant}` },
    { start: call.end, end: call.end + 1, text: isOne ? ')' : ') {' },
    ...starts.map((start) => ({ start, end: start, text: '\t' })),
    ...(isOne ? [] : [{ start: last.end, end: last.end, text: `\n${from}}` }]),
  ];
}

/** Whether a statement runs a handler, or what one consists of. */
function runs(
  { program }: FixInput,
  code: FunctionCode,
  statement: CodeNode,
  handlers: readonly FunctionRef[],
): boolean {
  if (statement.kind !== 'expression_statement' && statement.kind !== 'if_statement') return false;
  if (LEAVING.some((kind) => all(statement, kind).length > 0)) return false;
  const served = new Set(functionsBelow(program, handlers));
  // Two handlers may share a body, which has the result of a handler.
  const isHandler = (fn: FunctionRef): boolean =>
    handlers.includes(fn) ||
    (served.has(fn) && handlers.some((one) => one.item?.returns === fn.item?.returns));
  return all(statement, 'call_expression').some((call) =>
    program
      .resolveCall(calledName(code, call), code.file)
      .some((fn) => [...functionsBelow(program, [fn])].some(isHandler)),
  );
}
