import { branch, operatorOf } from '../lowering/branches.js';
import { type OpenBlock, openBlock, STOP } from '../lowering/flow.js';
import type { Lowering } from '../lowering/lowering.js';
import type { BinaryOperator, ExprId } from '../types.js';
import { lowerValue } from '../lowering/grammar.js';

/**
 * The target of a break out of `do … while (++i < n)`. The result of the last test of the counter still holds there,
 * assuming that the first iteration has completed.
 */
export function brokenOut(l: Lowering, condition: number, exit: OpenBlock): OpenBlock {
  const outer = l.current;
  const first = openBlock();
  l.begin(first);
  const known = countersIn(l, condition);
  // The effects of a macro in the condition belong where it stands.
  const isPlain = l.current === first && first.events.length === 0;
  const otherwise = openBlock();
  otherwise.exit = STOP;
  for (const each of isPlain ? known : []) {
    const next = openBlock();
    branch(l, each, next, otherwise, l.span(condition));
    l.begin(next);
  }
  const isAssumed = l.current !== first;
  if (isAssumed) l.goTo(exit);
  l.begin(outer);
  return isAssumed ? first : exit;
}

/** The facts that the counting parts of a loop condition imply once they are true. */
function countersIn(l: Lowering, node: number): readonly ExprId[] {
  switch (l.type(node)) {
    case 'parenthesized_expression':
      return l.first(node) < 0 ? [] : countersIn(l, l.first(node));
    case 'update_expression': {
      const counted = counter(l, node);
      if (counted === undefined) return [];
      const { variable, isPrefix, step } = counted;
      return [isPrefix ? variable : l.table.binary('!=', variable, l.table.constant(step))];
    }
    case 'binary_expression': {
      const left = node + 1;
      const right = l.tree.next[left]!;
      const operator = operatorOf(l, node);
      if (operator === '&&') return [...countersIn(l, left), ...countersIn(l, right)];
      const counted = counter(l, left);
      const bound = counted === undefined ? undefined : settled(l, right);
      const known = counted?.isPrefix === true ? operator : AFTER_STEP[`${counted?.step}${operator}`];
      if (counted === undefined || bound === undefined || known === undefined) return [];
      if (!COMPARISONS.has(known)) return [];
      return [l.table.binary(known as BinaryOperator, counted.variable, bound)];
    }
    default:
      return [];
  }
}

const COMPARISONS = new Set(['<', '<=', '>', '>=', '!=']);
/** After `i++ < n` was true, `i <= n`. */
const AFTER_STEP: Readonly<Record<string, string>> = { '1<': '<=', '-1>': '>=' };

interface Counter {
  readonly variable: ExprId;
  readonly isPrefix: boolean;
  readonly step: 1 | -1;
}

function counter(l: Lowering, node: number): Counter | undefined {
  if (l.type(node) !== 'update_expression') return undefined;
  const operand = node + 1;
  const variable = settled(l, operand);
  if (variable === undefined) return undefined;
  const isPrefix = l.startOf(operand) > l.startOf(node);
  const sign = l.source.sanitised.text[isPrefix ? l.startOf(node) : l.endOf(operand)];
  return { variable, isPrefix, step: sign === '-' ? -1 : 1 };
}

/** An expression without side effects. */
function settled(l: Lowering, node: number): ExprId | undefined {
  switch (l.type(node)) {
    case 'identifier':
    case 'number_literal':
      return lowerValue(l, node);
    case 'field_expression':
      return settled(l, node + 1) === undefined ? undefined : lowerValue(l, node);
    case 'parenthesized_expression':
      return l.first(node) < 0 ? undefined : settled(l, l.first(node));
    default:
      return undefined;
  }
}
