import type { KnownFacts } from '../../effects/kept-facts.js';
import type { FunctionRef } from '../../link/types.js';
import { provenWays } from './proven-ways.js';
import type { Finding } from '../types.js';

/** What is known on one way that a finding goes, in the names of the function where it begins. */
export interface ToldWay {
  readonly root: FunctionRef;
  readonly facts: Pick<KnownFacts, 'known'>;
}

/** The ways of findings that keep them in no other form. */
const told = new WeakMap<Finding, readonly ToldWay[]>();

/** Notes by which ways a finding goes. */
export function withWays(finding: Finding, ways: readonly ToldWay[]): Finding {
  told.set(finding, ways);
  return finding;
}

/** One way of each side of a finding: those of which it was told first. */
export function toldWays(finding: Finding): readonly ToldWay[] {
  return told.get(finding) ?? provenWays.get(finding)?.[0] ?? [];
}

/** The way of what was proven from a function on. */
export function wayOf({
  root,
  arrived,
}: {
  readonly root: FunctionRef;
  readonly arrived: Pick<ToldWay, 'facts'>;
}): ToldWay {
  return { root, facts: arrived.facts };
}
