import { BUILT_IN } from './records/built-in.js';
import type { LockKind, LockMode } from './types.js';

/**
 * The simplest call that acquires or releases a lock of a kind, for text that needs an example; `undefined` if the kind
 * has none. A kind without readers has one call for both modes.
 */
export function plainCall(kind: LockKind, mode: LockMode, op: 'acquire' | 'release'): string | undefined {
  const calls = [...BUILT_IN.functions.values()].filter(
    (record) => record.plain === true && record[op]?.kind === kind,
  );
  return (calls.find((record) => (record[op]?.mode ?? 'write') === mode) ?? calls[0])?.name;
}
