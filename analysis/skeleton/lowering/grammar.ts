import type { Span } from '../../base/span.js';
import type { LoopHead, OpenBlock } from './flow.js';
import type { Lowering } from './lowering.js';
import type { ExprId } from '../types.js';

/** Lowers an expression: its effects become events. Returns its value, or the object it denotes. */
export function lowerValue(l: Lowering, node: number): ExprId {
  return l.grammar.value(l, node);
}

/** Lowers an expression for its effects only. */
export function lowerUnused(l: Lowering, node: number): void {
  l.grammar.unused(l, node);
}

/** Assigns the value of an expression to a variable. */
export function lowerInto(l: Lowering, variable: ExprId, node: number, at: Span): void {
  l.grammar.into(l, variable, node, at);
}

/** Lowers a condition to branches into two blocks. Afterwards no block is current. */
export function lowerCondition(
  l: Lowering,
  node: number,
  whenTrue: OpenBlock,
  whenFalse: OpenBlock,
  loop?: LoopHead,
  isNegated?: boolean,
): void {
  l.grammar.condition(l, node, whenTrue, whenFalse, loop, isNegated);
}

/** Lowers a list of statements whose text begins at `from`. */
export function lowerStatements(l: Lowering, nodes: readonly number[], from: number): void {
  l.grammar.statements(l, nodes, from);
}

/** Lowers a statement in its own scope, even without braces. */
export function lowerBody(l: Lowering, node: number): void {
  l.grammar.body(l, node);
}
