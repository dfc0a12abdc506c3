import type { Models } from '../../models/types.js';
import { shownCall, text, type LockCall } from './calls.js';
import { isList, memberOf, parts, type CodeNode, type FunctionCode } from './code.js';

/** An acquisition in a statement list, with its error path. */
export interface Acquisition {
  readonly call: LockCall;
  readonly list: CodeNode;
  /** First and last list member of the acquisition; they differ for `ret = take(); if (ret) …`. */
  readonly first: CodeNode;
  readonly last: CodeNode;
  readonly failure: Failure | undefined;
  /** The statement after a label, in which case `first` and `last` are the labelled statement. */
  readonly labelled?: CodeNode;
}

export interface Failure {
  readonly test: CodeNode;
  /** The statement that runs if the lock was not taken: a block or a single jump. */
  readonly branch: CodeNode;
  readonly statements: readonly CodeNode[];
  /** The last of the statements, which leaves the path. */
  readonly jump: CodeNode;
  /** The variable that receives the result. */
  readonly result: string | undefined;
}

const JUMPS = new Set(['return_statement', 'goto_statement', 'break_statement', 'continue_statement']);

/** Recognises the statement forms that a fix may change; a string is the reason why a statement has none of them. */
export function acquisitionOf(code: FunctionCode, models: Models, call: LockCall): Acquisition | string {
  const shown = shownCall(code, call);
  const statement = call.node.parent;
  if (call.form === 'scoped') return `${shown} is the head of a scope`;
  if (statement?.kind === 'expression_statement') {
    if (call.api.op === 'try' && call.api.uncheckedHolds !== true)
      return `the result of ${shown} is discarded`;
    const label = statement.parent?.kind === 'labeled_statement' ? statement.parent : undefined;
    if (label?.parent && isList(label.parent)) {
      return { call, list: label.parent, first: label, last: label, failure: undefined, labelled: statement };
    }
    const list = statement.parent;
    if (!list || !isList(list)) return misplaced(shown, statement);
    return { call, list, first: statement, last: statement, failure: undefined };
  }
  if (call.api.op !== 'try' || call.api.success === undefined)
    return `${shown} is part of a larger expression`;
  return call.api.success === 'zero' && statement?.kind === 'assignment_expression'
    ? (assigned(code, models, call, statement) ?? tested(code, models, call))
    : tested(code, models, call);
}

function misplaced(shown: string, statement: CodeNode): string {
  return statement.parent?.kind === 'labeled_statement'
    ? `a jump leads to the label before ${shown}`
    : `${shown} is taken under a condition`;
}

/** `ret = take(&lock); if (ret) leave;` */
function assigned(
  code: FunctionCode,
  models: Models,
  call: LockCall,
  assignment: CodeNode,
): Acquisition | undefined {
  const first = assignment.parent;
  const list = first?.parent;
  const [variable] = parts(assignment);
  if (first?.kind !== 'expression_statement' || !list || !isList(list)) return undefined;
  if (variable?.kind !== 'identifier' || operator(assignment) !== '=') return undefined;
  const members = parts(list);
  const last = members[members.indexOf(first) + 1];
  if (last?.kind !== 'if_statement') return undefined;
  const result = text(code, variable);
  const uses = [...valuesIn(last)].filter((node) => text(code, node) === result);
  const [use] = uses;
  if (!use || uses.length !== 1 || trueMeans(code, models, use, last, true) !== true) return undefined;
  const failure = failureOf(last, result);
  return failure && { call, list, first, last, failure };
}

/** `if (take(&lock)) leave;` in all its forms. */
function tested(code: FunctionCode, models: Models, call: LockCall): Acquisition | string {
  const shown = shownCall(code, call);
  const member = memberOf(call.node);
  if (!member?.parent) return `${shown} is not in a statement`;
  if (member.kind !== 'if_statement') return misplacedTest(shown, member);
  const fails = trueMeans(code, models, call.node, member, call.api.success === 'zero');
  if (fails === undefined) return `${shown} is tested together with something else`;
  if (!fails) return `the code after ${shown} is inside the condition`;
  const failure = failureOf(member, resultOf(code, call.node));
  if (!failure) return `the error path of ${shown} does more than leave`;
  return { call, list: member.parent, first: member, last: member, failure };
}

function misplacedTest(shown: string, member: CodeNode): string {
  return member.kind === 'labeled_statement'
    ? misplaced(shown, { ...member, parent: member })
    : `${shown} is part of a larger expression`;
}

/** `if ((ret = take(&lock)))` */
function resultOf(code: FunctionCode, call: CodeNode): string | undefined {
  const [variable] = call.parent?.kind === 'assignment_expression' ? parts(call.parent) : [];
  return variable && text(code, variable);
}

function failureOf(test: CodeNode, result: string | undefined): Failure | undefined {
  const [, branch, otherwise] = parts(test);
  if (!branch || otherwise) return undefined;
  const statements = branch.kind === 'compound_statement' ? parts(branch) : [branch];
  const jump = statements.at(-1);
  if (!jump || !JUMPS.has(jump.kind)) return undefined;
  return { test, branch, statements, jump, result };
}

/**
 * Whether a true condition means failure, given that a nonzero `value` in it does (`failsNonzero`); `undefined` if the
 * condition tests more than the value.
 */
function trueMeans(
  code: FunctionCode,
  models: Models,
  value: CodeNode,
  test: CodeNode,
  failsNonzero: boolean,
): boolean | undefined {
  let fails = failsNonzero;
  for (let at = value; ;) {
    const up = at.parent;
    if (!up) return undefined;
    if (up === test) return parts(test)[0] === at ? fails : undefined;
    switch (up.kind) {
      case 'parenthesized_expression':
        break;
      case 'assignment_expression':
        if (operator(up) !== '=' || parts(up)[1] !== at || parts(up)[0]?.kind !== 'identifier')
          return undefined;
        break;
      case 'unary_expression':
        if (operator(up) !== '!') return undefined;
        fails = !fails;
        break;
      case 'binary_expression': {
        const [left, right] = parts(up);
        if (left !== at || !right || text(code, right) !== '0') return undefined;
        const sign = operator(up);
        if (sign === '==') fails = !fails;
        else if (sign !== '!=' && !(sign === '<' && failsNonzero)) return undefined;
        break;
      }
      case 'argument_list': {
        const callee = up.parent && parts(up.parent)[0];
        if (!callee || models.transparent(text(code, callee)) !== parts(up).indexOf(at)) return undefined;
        break;
      }
      case 'call_expression':
        break;
      default:
        return undefined;
    }
    at = up;
  }
}

function valuesIn(test: CodeNode): CodeNode[] {
  const condition = parts(test)[0];
  const found: CodeNode[] = [];
  const visit = (node: CodeNode): void => {
    if (node.kind === 'identifier') found.push(node);
    for (const child of node.children) visit(child);
  };
  if (condition) visit(condition);
  return found;
}

/** The operator of an assignment, unary or binary expression: its only unnamed child. */
export function operator(node: CodeNode): string {
  return node.children.find((child) => !child.named)?.kind ?? '';
}
