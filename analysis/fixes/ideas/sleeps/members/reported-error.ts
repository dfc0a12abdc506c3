import {
  all,
  identifiers,
  isAsWritten,
  parts,
  type CodeNode,
  type FunctionCode,
} from '../../../text/code.js';
import { text } from '../../../text/calls.js';
import { localTypes } from '../../../text/path.js';

/** A test of one variable: whether it is an error number, or whether it is negative. */
const TEST = /^\(\s*(\w+)\s*(<\s*0\s*)?\)$/;

/** A message about something that went wrong. */
const FAILS = /"[^"]*\b(?:fail\w*|error\w*|unable|cannot|can't|could not|couldn't)\b/i;

/**
 * The variable with the error of the last call where a function returns, or ends if `leave` is a choice: the function
 * has just tested it, and knows that it is an error since it is negative or since the message says so. `undefined` if
 * the text does not make that certain.
 */
export function reportedError(code: FunctionCode, leave: CodeNode | undefined): string | undefined {
  const isReturn = leave?.kind === 'return_statement';
  const choice = isReturn ? choiceAround(leave) : leave;
  if (choice?.kind !== 'if_statement' || !isAsWritten(code, choice.start, choice.end)) return undefined;
  const [condition, arm, otherwise] = parts(choice);
  const [, name, negative] = TEST.exec(condition ? text(code, condition) : '') ?? [];
  if (arm === undefined || otherwise !== undefined || name === undefined) return undefined;
  // Behind the choice, a variable that is not negative may be a positive number.
  if (!isReturn && negative !== undefined) return undefined;
  if (localTypes(code).get(name) !== 'int' || !isResult(code, before(choice), name)) return undefined;
  return isKept(code, arm, name, isReturn) && (negative !== undefined || isReported(code, arm, name))
    ? name
    : undefined;
}

/** The choice whose only arm ends with a return. */
function choiceAround(leave: CodeNode): CodeNode | undefined {
  const block = leave.parent?.kind === 'compound_statement' ? leave.parent : undefined;
  if (block !== undefined && parts(block).at(-1) !== leave) return undefined;
  const choice = (block ?? leave).parent;
  return choice?.kind === 'if_statement' ? choice : undefined;
}

function before(choice: CodeNode): CodeNode | undefined {
  const members = choice.parent?.kind === 'compound_statement' ? parts(choice.parent) : [];
  return members
    .slice(0, Math.max(0, members.indexOf(choice)))
    .filter(({ kind }) => kind !== 'comment')
    .at(-1);
}

/** Whether a statement sets the variable to the result of a call, and does nothing else. */
function isResult(code: FunctionCode, statement: CodeNode | undefined, name: string): boolean {
  const [assigned] = statement?.kind === 'expression_statement' ? parts(statement) : [];
  const [target, value] = assigned?.kind === 'assignment_expression' ? parts(assigned) : [];
  if (statement === undefined || target === undefined || value?.kind !== 'call_expression') return false;
  const operator = code.text.slice(target.end, value.start).trim();
  return text(code, target) === name && operator === '=' && isAsWritten(code, statement.start, statement.end);
}

/** Whether the arm only reads the variable, and is left at its end alone. */
function isKept(code: FunctionCode, arm: CodeNode, name: string, isReturn: boolean): boolean {
  const jumps = ['goto_statement', 'labeled_statement', 'break_statement', 'continue_statement'] as const;
  if (jumps.some((kind) => all(arm, kind).length > 0)) return false;
  if (all(arm, 'return_statement').length > (isReturn ? 1 : 0)) return false;
  const changes = ['assignment_expression', 'update_expression', 'pointer_expression'] as const;
  return changes.every((kind) =>
    all(arm, kind).every((node) => {
      const [target] = parts(node);
      return target === undefined || !identifiers(code, target).has(name);
    }),
  );
}

/** Whether the arm prints the variable in a message about a failure. */
function isReported(code: FunctionCode, arm: CodeNode, name: string): boolean {
  return all(arm, 'call_expression').some((call) => {
    const [, list] = parts(call);
    const values = list === undefined ? [] : parts(list).map((value) => text(code, value));
    // The tree has only the beginning of a string.
    return values.includes(name) && FAILS.test(text(code, call));
  });
}
