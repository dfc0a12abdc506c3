import type { Lowering } from '../lowering/lowering.js';
import { operatorOf } from '../lowering/branches.js';
import { lowerValue } from '../lowering/grammar.js';
import type { ExprId } from '../types.js';

/** A comparison with a value that the source names: whether it holds for that value or for any other. */
interface Test {
  readonly subject: number;
  readonly value: string;
  readonly isEqual: boolean;
}

/**
 * The value of `x == A ? B : A`, in any spelling (`x ? 0 : 1`, `x != A ? A : B`): the one of two values that `x` is not.
 * One expression, where a choice on two paths would lose that the result differs from `x`. `undefined` for any other
 * conditional expression.
 */
export function otherOfTwo(l: Lowering, node: number): ExprId | undefined {
  const [condition, first, second, ...more] = l.children(node).map((part) => l.withoutParentheses(part));
  if (condition === undefined || first === undefined || second === undefined || more.length > 0)
    return undefined;
  const [whenTrue, whenFalse] = [nameOf(l, first), nameOf(l, second)];
  if (whenTrue === undefined || whenFalse === undefined || whenTrue === whenFalse) return undefined;
  const test = testOf(l, condition);
  if (test === undefined || test.value !== (test.isEqual ? whenFalse : whenTrue)) return undefined;
  const [value, other] = test.isEqual ? [second, first] : [first, second];
  const { table } = l;
  const subject = lowerValue(l, test.subject);
  if (nameOf(l, value) === '0' && nameOf(l, other) === '1') return table.unary('!', subject);
  return table.binary('other', subject, table.binary('other', lowerValue(l, value), lowerValue(l, other)));
}

function testOf(l: Lowering, condition: number): Test | undefined {
  if (isPlain(l, condition)) return { subject: condition, value: '0', isEqual: false };
  const operand = condition + 1;
  if (l.type(condition) === 'unary_expression') {
    const isNot = l.source.sanitised.text[l.startOf(condition)] === '!';
    const subject = l.withoutParentheses(operand);
    return isNot && isPlain(l, subject) ? { subject, value: '0', isEqual: true } : undefined;
  }
  if (l.type(condition) !== 'binary_expression') return undefined;
  const operator = operatorOf(l, condition);
  const right = l.tree.next[operand]!;
  if ((operator !== '==' && operator !== '!=') || right >= l.tree.next[condition]!) return undefined;
  const sides = [l.withoutParentheses(operand), l.withoutParentheses(right)];
  const subject = sides.find((side) => isPlain(l, side));
  const named = sides.map((side) => nameOf(l, side)).find((name) => name !== undefined);
  if (subject === undefined || named === undefined) return undefined;
  return { subject, value: named, isEqual: operator === '==' };
}

/** A variable or a member, which can be evaluated twice. */
function isPlain(l: Lowering, node: number): boolean {
  if (l.type(node) === 'field_expression') return isPlain(l, l.withoutParentheses(node + 1));
  return l.type(node) === 'identifier' && l.variable(l.text(node)) !== undefined;
}

/** The text of a constant: a number, or a name that is not a variable of the function. */
function nameOf(l: Lowering, node: number): string | undefined {
  const type = l.type(node);
  const isName = type === 'identifier' && l.variable(l.text(node)) === undefined;
  if (type === 'true') return '1';
  if (type === 'false') return '0';
  return isName || type === 'number_literal' ? l.text(node) : undefined;
}
