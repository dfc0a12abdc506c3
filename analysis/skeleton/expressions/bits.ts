import { bitsMade } from '../../outline/declarations/known-constants.js';
import type { Lowering } from '../lowering/lowering.js';
import type { ExprId } from '../types.js';

/** The number that a macro makes of the places of bits. */
export function lowerBits(l: Lowering, kind: 'one' | 'range', args: readonly ExprId[]): ExprId {
  const places = args.map((arg) => l.table.get(arg));
  const known = places.flatMap((place) => (place.k === 'constant' ? [place.value] : []));
  const value = known.length === args.length ? bitsMade(kind, known) : undefined;
  return value === undefined ? l.table.unknown() : l.table.constant(value);
}
