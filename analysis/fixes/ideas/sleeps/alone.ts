import { text } from '../../text/calls.js';
import { all, parts, plainText, walk, type CodeNode, type FunctionCode } from '../../text/code.js';
import { localTypes } from '../../text/path.js';
import type { Models } from '../../../models/types.js';

/** The local variable that a statement sets to the result of a call, which the statement consists of otherwise. */
export function resultOf(code: FunctionCode, member: CodeNode, call: CodeNode): string | undefined {
  const assignment = call.parent;
  const [target, value] = assignment?.kind === 'assignment_expression' ? parts(assignment) : [];
  const isPlain = value === call && assignment?.parent === member && member.kind === 'expression_statement';
  const name = target?.kind === 'identifier' ? text(code, target) : undefined;
  return isPlain && name !== undefined && localTypes(code).has(name) ? name : undefined;
}

/**
 * Whether a statement consists only of `call();` or `if (condition) call();`, with or without braces, and ignores the
 * result. With `mayClear`, a statement that clears a member tested by the condition may follow the call.
 */
export function isOnly(
  models: Models,
  code: FunctionCode,
  member: CodeNode,
  call: CodeNode,
  mayClear: boolean,
): boolean {
  const statement = call.parent;
  if (statement?.kind !== 'expression_statement') return false;
  const others = all(member, 'call_expression').filter((node) => node !== call);
  if (others.some((node) => models.errorTest(plainText(code, parts(node)[0] ?? node)) === undefined))
    return false;
  if (statement === member) return true;
  if (member.kind !== 'if_statement' || parts(member).length !== 2) return false;
  const [condition, branch] = parts(member);
  const isPure = ![...walk(condition ?? member)].some(({ kind }) =>
    /^(?:assignment|update)_expression$/.test(kind),
  );
  if (!isPure || !condition || !branch) return false;
  if (branch === statement) return true;
  const [first, ...more] = parts(branch).filter(({ kind }) => kind !== 'comment');
  const tested = new Set(memberNames(code, condition));
  return (
    branch === statement.parent &&
    first === statement &&
    more.every((each) => mayClear && tested.has(clearedBy(code, each) ?? ''))
  );
}

/** The member that a statement clears: `on` of `x->on = false;`. */
export function clearedBy(code: FunctionCode, statement: CodeNode): string | undefined {
  const [assignment] = statement.kind === 'expression_statement' ? parts(statement) : [];
  const words = /^[\w\s.>-]+(?:->|\.)(\w+)\s*=\s*(?:false|0|NULL)$/.exec(
    assignment?.kind === 'assignment_expression' ? plainText(code, assignment) : '',
  );
  return words?.[1];
}

/** The members that an expression names. */
export function memberNames(code: FunctionCode, node: CodeNode): string[] {
  return all(node, 'field_identifier').map((field) => text(code, field));
}
