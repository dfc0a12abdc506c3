import type { Finding } from '../../types.js';

/** The message of a finding about a pair of locks, whole and in clauses. */
export function ofPair(own: string, name: string, opposite: string): Pick<Finding, 'message' | 'pair'> {
  return { message: `${own}; ${name}() ${opposite}`, pair: { own, function: name, opposite } };
}
