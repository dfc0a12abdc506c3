import { shortName } from '../../../graph/orders/side.js';
import type { Finding } from '../../types.js';

/** The message of a finding about a pair of locks, whole and in clauses. */
export function ofPair(own: string, name: string, opposite: string): Pick<Finding, 'message' | 'pair'> {
  return { message: `${own}; ${name}() ${opposite}`, pair: { own, function: name, opposite } };
}

/** The message of a finding about a longer cycle of classes, of which each is held while the next one is taken. */
export function ofCycle(own: string, names: readonly string[]): string {
  const [first = ''] = names;
  return `${own}, which closes a cycle: ${[...names, first].map(shortName).join(' → ')}`;
}
