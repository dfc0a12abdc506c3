import type { Reason } from '../../graph/feasibility/verdicts.js';
import type { Assumption } from '../types.js';

/** What a cycle rests on, each once. */
export function assumptions(reasons: readonly Reason[]): readonly Assumption[] {
  const seen = new Map<string, Assumption>();
  for (const { reason, text } of reasons) seen.set(`${reason}:${text}`, { reason, text });
  return [...seen.values()];
}
