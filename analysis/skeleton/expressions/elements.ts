import type { Lowering } from '../lowering/lowering.js';
import type { ExprId } from '../types.js';

/** The element of a variable, or of what a pointer leads to, that belongs to one processor. */
export function lowerElement(l: Lowering, form: 'object' | 'pointer', args: readonly ExprId[]): ExprId {
  const { table } = l;
  const [given, which] = args as readonly [ExprId, ExprId];
  if (form === 'object') return table.deref(table.binary('+', table.address(given), which));
  // What a pointer leads to need not be an array whose elements have an order of their own.
  const isVariable = table.get(given).k === 'address';
  return table.binary('+', given, isVariable ? which : table.unary('cpu', which));
}
