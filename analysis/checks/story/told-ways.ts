import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { FunctionRef } from '../../link/types.js';
import { provenWays } from './proven-ways.js';
import type { Finding } from '../types.js';

/** The facts of one path of a finding, in terms of the function where it begins. */
export interface ToldWay {
  readonly root: FunctionRef;
  readonly facts: Pick<KnownFacts, 'known'>;
}

/** The paths of findings that do not store them in another form. */
const told = new WeakMap<Finding, readonly ToldWay[]>();

/** Records the paths of a finding. */
export function withWays(finding: Finding, ways: readonly ToldWay[]): Finding {
  told.set(finding, ways);
  return finding;
}

/** One path per side of a finding: the one its story tells. */
export function toldWays(finding: Finding): readonly ToldWay[] {
  return told.get(finding) ?? provenWays.get(finding)?.[0] ?? [];
}

/** The path of something proven from a function on. */
export function wayOf({
  root,
  arrived,
}: {
  readonly root: FunctionRef;
  readonly arrived: Pick<ToldWay, 'facts'>;
}): ToldWay {
  return { root, facts: arrived.facts };
}
