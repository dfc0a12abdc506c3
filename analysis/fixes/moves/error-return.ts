import type { FunctionRef } from '../../link/types.js';
import { functionsBelow } from './below.js';
import { lockCall, text } from '../text/calls.js';
import {
  all,
  identifiers,
  isList,
  memberOf,
  parts,
  walk,
  type CodeNode,
  type FunctionCode,
} from '../text/code.js';
import { nextMember } from '../text/pair.js';
import { localTypes } from '../text/path.js';
import type { FixInput } from '../types.js';

/** `-EINVAL`, `-1`, `NULL`, `ERR_PTR(…)`, `false`, or a variable. */
const FAILURE = /^(?:-\s*\w+|NULL|ERR_PTR\s*\([^()]*\)|false|(?!\d)\w+)$/;

/**
 * Whether a jump or return leaves with an error that the function has just encountered: the return passes an error or a
 * variable to the caller, and the jump ends the code that runs if a test of a call's result or of an argument fails. No
 * tested call may pass a function on, since that function may end the section, and only the release may end it.
 */
export function isErrorExit(
  input: FixInput,
  code: FunctionCode,
  section: { readonly take: { readonly node: CodeNode }; readonly gives: readonly CodeNode[] },
  place: CodeNode,
  leave: CodeNode,
): boolean {
  const [value] = leave.kind === 'return_statement' ? parts(leave) : [];
  if (value === undefined || !FAILURE.test(text(code, value))) return false;
  const test = testOf(place);
  return (
    test !== undefined &&
    testedCalls(code, section.take.node, test).every((call) => !mayCallBack(input, code, call)) &&
    !hasMoreToEnd(input, code, section.gives)
  );
}

/** Whether a statement directly follows the one that takes the lock. */
export function followsAtOnce(statement: CodeNode, take: CodeNode): boolean {
  const taking = memberOf(take);
  return taking !== undefined && taking !== statement && nextMember(taking) === statement;
}

/** Whether the same call follows each release: `unmap(data)` must also happen, and an exit may have forgotten it. */
function hasMoreToEnd({ models }: FixInput, code: FunctionCode, gives: readonly CodeNode[]): boolean {
  const following = gives.map((give) => {
    const next = nextMember(give);
    const [call] = next?.kind === 'expression_statement' ? parts(next) : [];
    const [callee] = call?.kind === 'call_expression' ? parts(call) : [];
    const isOther = call && lockCall(code, models, call) === undefined;
    const name = isOther && callee ? text(code, callee) : '';
    return models.isInert(name) ? '' : name;
  });
  const [first = ''] = following;
  return first !== '' && following.every((name) => name === first);
}

/** The condition of the `if` whose arm ends with this statement. */
function testOf(place: CodeNode): CodeNode | undefined {
  const list = place.parent;
  if (list === undefined) return undefined;
  const last = parts(list)
    .filter(({ kind }) => kind !== 'comment')
    .at(-1);
  if (isList(list) && last !== place) return undefined;
  const arm = isList(list) ? list : place;
  const choice = arm.parent?.kind === 'else_clause' ? arm.parent.parent : arm.parent;
  return choice?.kind === 'if_statement' ? parts(choice)[0] : undefined;
}

/** Calls in a condition, and calls after the acquisition whose results the condition's variables may hold. */
function testedCalls(code: FunctionCode, take: CodeNode, test: CodeNode): readonly CodeNode[] {
  const names = identifiers(code, test);
  const assigned = all(code.body, 'assignment_expression').filter((node) => {
    const [target] = parts(node);
    return (
      node.start > take.end && node.end < test.start && target !== undefined && names.has(text(code, target))
    );
  });
  return [test, ...assigned].flatMap((node) => all(node, 'call_expression'));
}

/** Whether a call, or a function of the same file below it, passes a function on. */
function mayCallBack({ program, models }: FixInput, code: FunctionCode, call: CodeNode): boolean {
  const [callee, list] = parts(call);
  if (callee?.kind !== 'identifier') return true;
  const isFunction = (name: string, file: string): boolean => program.resolveCall(name, file).length > 0;
  if (list && [...identifiers(code, list)].some((name) => isFunction(name, code.file))) return true;
  const called = program.resolveCall(text(code, callee), code.file);
  const isInFile = (fn: FunctionRef, { name }: FunctionRef): boolean =>
    fn.file === code.file && models.api(name) === undefined;
  for (const { item, file } of functionsBelow(program, called, isInFile))
    if (item?.references.some((name) => isFunction(name, file)) === true) return true;
  return false;
}

/** The expression in a return that the lock may protect: anything but locals and constants. */
export function readsMemory(input: FixInput, code: FunctionCode, statement: CodeNode): string | undefined {
  const types = localTypes(code);
  for (const node of walk(statement)) {
    if (node.kind === 'call_expression') {
      const callee = parts(node)[0];
      const name = callee ? text(code, callee) : '';
      if (input.models.transparent(name) === undefined) return `${name}()`;
    }
    if (/^(field|pointer|subscript)_expression$/.test(node.kind)) return text(code, node);
    if (node.kind !== 'identifier') continue;
    const word = text(code, node);
    if (!types.has(word) && input.program.resolveVariable(word, code.file)) return word;
  }
  return undefined;
}
