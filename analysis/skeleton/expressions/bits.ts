import { bitsMade } from '../../outline/declarations/known-constants.js';
import type { Lowering } from '../lowering/lowering.js';
import type { ExprId } from '../types.js';

/** The number that a macro makes of the places of bits. */
export function lowerBits({ table }: Lowering, kind: 'one' | 'range', args: readonly ExprId[]): ExprId {
  const places = args.map((arg) => table.get(arg));
  const known = places.flatMap((place) => (place.k === 'constant' ? [place.value] : []));
  const value = known.length === args.length ? bitsMade(kind, known) : undefined;
  if (value !== undefined) return table.constant(value);
  const [high, low] = args;
  if (high === undefined) return table.unknown();
  const bit = (place: ExprId): ExprId => table.binary('<<', table.constant(1), place);
  if (kind === 'one') return bit(high);
  return low === undefined
    ? table.unknown()
    : table.binary('-', bit(table.binary('+', high, table.constant(1))), bit(low));
}
