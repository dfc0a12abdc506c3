import { putOn } from '../../graph/paths/last-reference.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Site } from '../../summaries/state/types.js';
import type { Reason } from '../../graph/feasibility/verdicts.js';
import type { Assumption } from '../types.js';

/** What a cycle rests on, each once. */
export function assumptions(reasons: readonly Reason[]): readonly Assumption[] {
  const seen = new Map<string, Assumption>();
  for (const { reason, text } of reasons) seen.set(`${reason}:${text}`, { reason, text });
  return [...seen.values()];
}

/** What a path through a release callback assumes. */
export function assumedPut(around: Surroundings, steps: readonly Site[]): readonly Assumption[] {
  const put = putOn(around, steps);
  return put === undefined ? [] : [{ reason: 'last-reference', text: `${put}() drops the last reference` }];
}
