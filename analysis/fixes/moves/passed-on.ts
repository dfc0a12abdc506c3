import type { FunctionRef } from '../../link/types.js';
import type { FixInput } from '../types.js';
import { functionOf, isNamed, MOST_UP } from '../text/callers.js';
import { lockCalls, text, type LockCall } from '../text/calls.js';
import { all, parts, plainText, type CodeNode, type FunctionCode } from '../text/code.js';
import { openFunction } from '../text/source.js';

/**
 * Whether all functions above a call pass the lock's object down unchanged, from a function that takes the lock by the
 * same expression. `of` takes the lock and is called by `caller` in `call`.
 */
export function isPassedOn(
  input: FixInput,
  of: FunctionCode,
  took: LockCall,
  caller: FunctionCode,
  call: CodeNode,
): boolean {
  const words = took.lock && plainText(of, took.lock);
  const root = words === undefined ? undefined : /^[&*(]*([A-Za-z_]\w*)/.exec(words)?.[1];
  const at = of.item.parameters.findIndex(({ name }) => name === root);
  if (words === undefined || root === undefined || at < 0 || isSet(of, root)) return false;
  const start = words.indexOf(root);
  const lockOf = (name: string): string => words.slice(0, start) + name + words.slice(start + root.length);
  return comesFromTaker(input, { code: caller, call, at }, lockOf, MOST_UP);
}

/** A call in a function. */
interface CallSite {
  readonly code: FunctionCode;
  readonly call: CodeNode;
}

/** One argument of a call, by its position. */
interface PassedArgument extends CallSite {
  readonly at: number;
}

/** Whether a function up to `levels` above the call takes `lockOf` of the argument, and all in between pass it on. */
function comesFromTaker(
  input: FixInput,
  { code, call, at }: PassedArgument,
  lockOf: (name: string) => string,
  levels: number,
): boolean {
  const [, list] = parts(call);
  const given = list && parts(list)[at];
  const name = given?.kind === 'identifier' ? text(code, given) : undefined;
  if (name === undefined || isSet(code, name)) return false;
  const taken = lockCalls(code, input.models, code.body).filter(({ api }) => api.op === 'acquire');
  if (taken.some(({ lock }) => lock && plainText(code, lock) === lockOf(name))) return true;
  const own = code.item.parameters.findIndex((parameter) => parameter.name === name);
  const fn = functionOf(input, code);
  if (own < 0 || fn === undefined || levels === 0 || isNamed(input, fn)) return false;
  const callers = input.program.callers(fn);
  return (
    callers.length > 0 &&
    callers.every((caller) => {
      const calls = callsOf(input, caller, fn.name);
      return (
        calls.length > 0 &&
        calls.every((one) => comesFromTaker(input, { ...one, at: own }, lockOf, levels - 1))
      );
    })
  );
}

/** The calls of a function by name in another function; none if that function cannot be read. */
function callsOf(input: FixInput, { file, item }: FunctionRef, name: string): CallSite[] {
  const code = item === undefined ? '' : openFunction(input, file, { file, ...item.nameSpan });
  if (typeof code === 'string') return [];
  return all(code.body, 'call_expression').flatMap((call) => {
    const [callee] = parts(call);
    return callee?.kind === 'identifier' && text(code, callee) === name ? [{ code, call }] : [];
  });
}

/** Whether a variable is assigned in a function, or its address is taken. */
export function isSet(code: FunctionCode, name: string): boolean {
  return [
    ...all(code.body, 'assignment_expression'),
    ...all(code.body, 'update_expression'),
    ...all(code.body, 'pointer_expression'),
  ].some((node) => {
    const [target] = parts(node);
    const isDereferenced = node.kind === 'pointer_expression' && code.text[node.start] !== '&';
    return !isDereferenced && target?.kind === 'identifier' && text(code, target) === name;
  });
}
