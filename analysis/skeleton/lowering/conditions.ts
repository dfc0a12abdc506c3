import { lowerConditionCall } from '../expressions/calls.js';
import { branch, operatorOf } from './branches.js';
import { type LoopHead, type OpenBlock, openBlock } from './flow.js';
import { lowerUnused, lowerValue } from './grammar.js';
import type { Lowering } from './lowering.js';
import type { ExprId } from '../types.js';

/** Lowers a condition to branches into two blocks. Afterwards no block is current. */
export function lowerCondition(
  l: Lowering,
  node: number,
  whenTrue: OpenBlock,
  whenFalse: OpenBlock,
  loop?: LoopHead,
  isNegated = false,
): void {
  switch (l.type(node)) {
    case 'parenthesized_expression': {
      const inner = l.first(node);
      if (inner >= 0 && l.type(inner) !== 'compound_statement') {
        lowerCondition(l, inner, whenTrue, whenFalse, loop, isNegated);
        return;
      }
      break;
    }
    case 'unary_expression':
      if (
        l.tree.start[node]! < l.source.sanitised.text.length &&
        l.source.sanitised.text[l.startOf(node)] === '!'
      ) {
        lowerCondition(l, node + 1, whenFalse, whenTrue, loop, !isNegated);
        return;
      }
      break;
    case 'binary_expression': {
      const operator = operatorOf(l, node);
      if (operator !== '&&' && operator !== '||') break;
      const left = node + 1;
      const right = l.tree.next[left]!;
      const between = openBlock();
      if (operator === '&&') lowerCondition(l, left, between, whenFalse, loop, isNegated);
      else lowerCondition(l, left, whenTrue, between, loop, isNegated);
      l.begin(between);
      lowerCondition(l, right, whenTrue, whenFalse, loop, isNegated);
      return;
    }
    case 'comma_expression':
      lowerUnused(l, node + 1);
      lowerCondition(l, l.tree.next[node + 1]!, whenTrue, whenFalse, loop, isNegated);
      return;
    case 'conditional_expression': {
      const parts = l.children(node);
      if (parts.length < 3) break;
      const left = openBlock();
      const right = openBlock();
      lowerCondition(l, parts[0]!, left, right, loop);
      l.begin(left);
      lowerCondition(l, parts[1]!, whenTrue, whenFalse);
      l.begin(right);
      lowerCondition(l, parts[2]!, whenTrue, whenFalse);
      return;
    }
    case 'call_expression':
      if (lowerConditionCall(l, node, whenTrue, whenFalse, loop, isNegated)) return;
      break;
    default:
      break;
  }
  branch(l, lowerValue(l, node), whenTrue, whenFalse, l.span(node), loop, isNegated);
}

/** Lowers `a && b` and `!(a || b)` to a value: 1 or 0 in a variable. */
export function lowerTruth(l: Lowering, node: number, into?: ExprId): ExprId {
  const value = into ?? l.hidden('truth', 'int');
  const yes = openBlock();
  const no = openBlock();
  const join = openBlock();
  const at = l.span(node);
  lowerCondition(l, node, yes, no);
  l.begin(yes);
  l.assign(value, l.table.constant(1), at);
  l.goTo(join);
  l.begin(no);
  l.assign(value, l.table.constant(0), at);
  l.fallInto(join);
  return value;
}
