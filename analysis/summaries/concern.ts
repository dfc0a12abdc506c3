import type { FunctionSummary } from './state/types.js';

/**
 * What a caller wants to know of a callee: what it does to locks, or also what it returns. Without one: also what it
 * stores.
 */
export type Concern = 'locks' | 'value';

/** Whether a callee makes no difference to a caller: nothing that it does, or returns, concerns the caller. */
export function isNothingTo(
  { isNeutral, tellsValue }: FunctionSummary,
  concern: Concern | undefined,
): boolean {
  return isNeutral && (concern === 'locks' || (concern === 'value' && !tellsValue));
}
