import type { Surroundings } from '../effects/step.js';
import type { Collected } from '../graph/collect.js';
import type { DependencyFinder } from '../graph/dependency.js';
import type { Reach } from '../graph/reach.js';
import type { Finding, Progress, RuleId, Severity } from './types.js';

/** What a check may look at. */
export interface CheckContext {
  readonly around: Surroundings;
  readonly collected: Collected;
  readonly reach: Reach;
  readonly finder: DependencyFinder;
}

/** A check is a value: what it is called, how bad it is, and how it finds its mistakes. */
export interface Check {
  readonly id: RuleId;
  readonly title: string;
  readonly severity: Severity;
  run(context: CheckContext): Generator<Progress, readonly Finding[]>;
}
