import type { FunctionRef } from '../../../link/types.js';
import { callersOf } from '../../text/callers.js';
import { calledName, text } from '../../text/calls.js';
import { all, memberOf, parts, walk, type CodeNode, type FunctionCode } from '../../text/code.js';
import { localTypes } from '../../text/path.js';
import { openFunction } from '../../text/source.js';
import type { FixInput } from '../../types.js';
import { acquiredAt, replaced, takenIn, type Attempt } from './attempt.js';
import { notRepeatable } from './repeatable.js';
import { queuesItself } from './requeue.js';
import { servesFile, triedIn } from './serving.js';

/**
 * Plans that a function which serves a file gives up in a callee that takes the lock: the callee may fail anyway, only
 * functions of files call it, and each hands its error on, having done nothing in front that a second run would repeat.
 */
export function planServingBelow(input: FixInput, callee: FunctionRef, lock: string): Attempt | string {
  const callers = callersOf(input, callee);
  if (typeof callers === 'string') return callers;
  const code = opened(input, callee);
  if (typeof code === 'string') return code;
  if (!/^(?:s?size_t|int|long)$/.test(callee.item?.returns ?? '') || !mayFail(code))
    return `${callee.name}() tells its caller of no error`;
  for (const caller of callers) {
    if (!servesFile(input, caller)) return `${caller.name}(), which calls ${callee.name}(), serves no file`;
    if (input.program.callers(caller).length > 0) return `${caller.name}() is also called directly`;
    const above = opened(input, caller);
    if (typeof above === 'string') return above;
    const reason = lostIn(input, above, callee.name);
    if (reason !== undefined) return reason;
  }
  return triedIn(input, code, lock) ?? `${callee.name}() does not take ${lock} by a call`;
}

/**
 * Plans that a work item which queues itself after each run leaves out the part that needs the lock: all of a function
 * that nothing else calls.
 */
export function planRoundBelow(
  input: FixInput,
  handler: FunctionRef,
  callee: FunctionRef,
  { taken, wait }: { readonly taken: string; readonly wait: string },
): Attempt | string {
  const callers = callersOf(input, callee);
  if (typeof callers === 'string') return callers;
  const [above, code] = [opened(input, handler), opened(input, callee)];
  if (typeof above === 'string' || typeof code === 'string') return 'the source is not available';
  const calls = callsOf(above, callee.name);
  const [call] = calls;
  if (callers.length > 1 || callers[0] !== handler || !call || calls.length > 1)
    return `${callee.name}() has callers other than ${handler.name}()`;
  if (input.program.callers(handler).length > 0) return `${handler.name}() is also called directly`;
  if (callee.item?.returns !== 'void' || call.parent?.parent !== above.body)
    return `${handler.name}() may rely on what ${callee.name}() does`;
  const members = parts(above.body);
  const behind = members.slice(members.indexOf(call.parent) + 1);
  const reason = queuesItself(input, handler, above, behind, wait);
  if (reason !== undefined) return reason;
  const [took] = takenIn(input, code, taken);
  const acquired = took && acquiredAt(input, code, took);
  if (typeof acquired !== 'object') return acquired ?? `${callee.name}() does not take ${taken} by a call`;
  if (acquired.found.failure) return `${callee.name}() already gives up`;
  const isWhole = acquired.front.every(({ kind }) => kind === 'declaration' || kind === 'comment');
  if (!isWhole) return `${callee.name}() does something before it takes ${taken}`;
  const unrepeatable = notRepeatable(input, code, acquired.front);
  if (unrepeatable !== undefined) return unrepeatable;
  return replaced(input, acquired, [
    '/* Whoever holds it may wait for the work item, which runs again. */',
    'return;',
  ]);
}

function opened(input: FixInput, { file, item }: FunctionRef): FunctionCode | string {
  return item === undefined
    ? 'the source is not available'
    : openFunction(input, file, { file, ...item.nameSpan });
}

function callsOf(code: FunctionCode, name: string): readonly CodeNode[] {
  return all(code.body, 'call_expression').filter((call) => calledName(code, call) === name);
}

/** Whether a function returns an error of its own somewhere. */
function mayFail(code: FunctionCode): boolean {
  return [...walk(code.body)].some(
    (node) => node.kind === 'unary_expression' && /^-\s*E[A-Z]+$/.test(text(code, node)),
  );
}

/** Why an error of a callee may not reach the end of a function unchanged, or may leave something done. */
function lostIn(input: FixInput, code: FunctionCode, callee: string): string | undefined {
  const lost = `${code.item.name}() may not hand on an error of ${callee}()`;
  const calls = callsOf(code, callee);
  if (calls.length === 0) return lost;
  for (const call of calls) {
    const statement = memberOf(call);
    const around = statement && aroundIt(code, statement);
    if (!statement || around === undefined) return lost;
    const reason = notRepeatable(input, code, around.front);
    if (reason !== undefined) return reason;
    const isReturned = statement.kind === 'return_statement' && parts(statement)[0] === call;
    if (isReturned) continue;
    const result = resultOf(code, call);
    if (result === undefined || !isHandedOn(input, code, result, around.behind)) return lost;
  }
  return undefined;
}

/**
 * The statements in front of another one and behind it, out of the branches that it is in; `undefined` if it may run more
 * than once or a test calls something.
 */
function aroundIt(
  code: FunctionCode,
  statement: CodeNode,
): { readonly front: readonly CodeNode[]; readonly behind: readonly CodeNode[] } | undefined {
  const front: CodeNode[] = [];
  const behind: CodeNode[] = [];
  let at = statement;
  for (;;) {
    const list = at.parent;
    if (list?.kind !== 'compound_statement') return undefined;
    const members = parts(list);
    front.unshift(...members.slice(0, members.indexOf(at)));
    behind.push(...members.slice(members.indexOf(at) + 1));
    if (list === code.body) return { front, behind };
    const branch = list.parent;
    const [test, first] = branch?.kind === 'if_statement' ? parts(branch) : [];
    if (branch === undefined || first !== list || !test || all(test, 'call_expression').length > 0)
      return undefined;
    at = branch;
  }
}

/** The local variable that a statement sets to the result of a call. */
function resultOf(code: FunctionCode, call: CodeNode): string | undefined {
  const up = call.parent;
  const [target] = up ? parts(up) : [];
  const isSet = up?.kind === 'assignment_expression' && up.parent?.kind === 'expression_statement';
  if (!target || !(isSet || up?.kind === 'init_declarator')) return undefined;
  const name = text(code, target);
  return localTypes(code).has(name) ? name : undefined;
}

/** Whether statements lead a negative value to a return, and do nothing on the way but print or free. */
function isHandedOn(
  input: FixInput,
  code: FunctionCode,
  result: string,
  statements: readonly CodeNode[],
): boolean {
  const bare = (node: CodeNode): string => text(code, node).replaceAll(/[\s()]/g, '');
  for (const statement of statements) {
    if (statement.kind === 'return_statement') {
      const [value] = parts(statement);
      const given = value ? bare(value) : '';
      return (
        given === result ||
        [`${result}?:`, `${result}?${result}:`, `${result}<0?${result}:`].some((start) =>
          given.startsWith(start),
        )
      );
    }
    const isTest = statement.kind === 'if_statement';
    const [condition, branch, otherwise] = isTest ? parts(statement) : [];
    if (condition && branch && !otherwise) {
      const asked = bare(condition);
      if ([`!${result}`, `${result}==0`, `${result}>=0`, `${result}>0`].includes(asked)) continue;
      const taken = branch.kind === 'compound_statement' ? parts(branch) : [branch];
      return (
        [result, `${result}<0`, `${result}!=0`].includes(asked) && isHandedOn(input, code, result, taken)
      );
    }
    const [call] = statement.kind === 'expression_statement' ? parts(statement) : [];
    const isPlain = call?.kind === 'call_expression' && input.models.isInert(calledName(code, call));
    if (!isPlain) return false;
  }
  return false;
}
