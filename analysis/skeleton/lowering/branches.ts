import type { Span } from '../../base/span.js';
import { isImpossible } from '../../outline/tokens/conditions.js';
import { isNegated, testedBy } from '../../outline/tokens/literals.js';
import { type LoopHead, type OpenBlock, openBlock, STOP } from './flow.js';
import type { Lowering } from './lowering.js';
import type { ExprId } from '../types.js';

/** Ends the current block with a branch, or with a goto if the condition is constant. */
export function branch(
  l: Lowering,
  condition: ExprId,
  whenTrue: OpenBlock,
  whenFalse: OpenBlock,
  at: Span,
  loop?: LoopHead,
  isNegated = false,
): void {
  const expr = l.table.get(condition);
  if (expr.k === 'constant') {
    l.goTo(expr.value === 0 ? whenFalse : whenTrue);
    return;
  }
  if (loop?.isPending === true) {
    loop.isPending = false;
    // The body of a loop is always behind `whenTrue`.
    if (isNegated)
      l.end({
        k: 'branch',
        condition: l.table.unary('!', condition),
        whenTrue: whenFalse,
        whenFalse: whenTrue,
        loop: true,
        at,
      });
    else l.end({ k: 'branch', condition, whenTrue, whenFalse, loop: true, at });
    return;
  }
  l.end({ k: 'branch', condition, whenTrue, whenFalse, loop: false, at });
}

/** Continues only where a condition is true, as the code relies on. */
export function assume(l: Lowering, condition: ExprId, at: Span): void {
  const inside = openBlock();
  const never = openBlock();
  never.exit = STOP;
  branch(l, condition, inside, never, at);
  l.begin(inside);
}

/** The operator between the operands of a binary or assignment expression. */
export function operatorOf(l: Lowering, node: number): string {
  const left = node + 1;
  const right = l.tree.next[left]!;
  if (right >= l.tree.next[node]!) return '';
  return l.source.sanitised.text.slice(l.endOf(left), l.startOf(right)).trim();
}

/** Continues where a literal is true. */
export function testLiteral(l: Lowering, literal: string, otherwise: OpenBlock, at: Span): void {
  const inside = openBlock();
  const name = testedBy(literal);
  if (isImpossible(literal)) branch(l, l.table.constant(0), inside, otherwise, at);
  else if (l.macros?.table.isDefined(name, l.macros.line + at.line) === true)
    branch(l, l.table.constant(literal === name ? 1 : 0), inside, otherwise, at);
  else if (isNegated(literal)) branch(l, l.table.config(name), otherwise, inside, at);
  else branch(l, l.table.config(name), inside, otherwise, at);
  l.begin(inside);
}

/** Lowers a loop's body with its targets for break and continue. */
export function inLoop(l: Lowering, exit: OpenBlock, next: OpenBlock, work: () => void): void {
  const { breakTo, continueTo } = l;
  const cleanups = l.cleanups.length;
  l.breakTo = { block: exit, cleanups };
  l.continueTo = { block: next, cleanups };
  work();
  l.breakTo = breakTo;
  l.continueTo = continueTo;
}
