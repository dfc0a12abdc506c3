import type { Confidence } from '../../base/confidence.js';
import type { FunctionSummary } from '../../summaries/state/types.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Collected } from '../../graph/events/collect.js';
import type { Contexts } from '../../graph/contexts/contexts.js';
import type { DeclaredOrders } from '../../graph/orders/declared.js';
import type { DependencyFinder } from '../../graph/edges/dependency.js';
import type { ProofRun } from '../../graph/paths/proofs.js';
import type { AcquiredWithin } from '../../graph/edges/acquired-within.js';
import type { Cured, SwitchPlan } from '../../graph/interrupts/sections.js';
import type { AnnotationPlan, TakePlan } from './plans.js';
import type { Turns } from './turns.js';
import type { Finding, Progress, Reading, RuleId, Severity } from '../types.js';

/** What checks record for fixes. */
export interface Plans {
  /** By finding: the change that makes a function's annotations true. */
  readonly annotationPlans: Map<string, AnnotationPlan>;
  /** By finding: how to acquire the missing lock. */
  readonly takePlans: Map<string, TakePlan>;
  /** By finding: which lock operations must disable interrupts; computed when a fix is asked for. */
  readonly switchPlans: Map<string, () => SwitchPlan>;
  /**
   * By finding for which only the text decides which side is wrong: its wording with each other side as the wrong one.
   */
  readonly otherSides: Map<string, () => readonly Reading[]>;
  /** Queries that a check can answer after its run. */
  readonly lateAsked: LateAsked;
}

export function newPlans(): Plans {
  return {
    annotationPlans: new Map(),
    takePlans: new Map(),
    switchPlans: new Map(),
    otherSides: new Map(),
    lateAsked: {},
  };
}

/** The input of a check. */
export interface CheckContext extends Plans {
  readonly around: Surroundings;
  readonly collected: Collected;
  readonly acquiredWithin: AcquiredWithin;
  readonly finder: DependencyFinder;
  readonly proofs: ProofRun;
  /** The contexts in which functions are entered; computed at the first call. */
  readonly contexts: () => Contexts;
  /** Computes them in slices. */
  prepareContexts(): Generator<Progress, void>;
  /** Orders declared in files and comments; computed at the first call. */
  orders(): DeclaredOrders;
  /** Minimum confidence: a check may skip findings below it. */
  readonly minimum: Confidence;
  /** Files that must take part in a reported finding; `undefined`: any. */
  readonly focus: ReadonlySet<string> | undefined;
  /** The summaries of the functions in the focus, for checks that report a mistake in the function that makes it. */
  readonly focused: () => Iterable<FunctionSummary>;
}

export interface LateAsked {
  /** What else must change before a class is safe, or the reason why no change makes it safe. */
  switchPlan?: (cured: Cured) => SwitchPlan;
}

/** A check is a value: its name, its severity, and how it finds bugs. */
export interface Check {
  readonly id: RuleId;
  readonly title: string;
  readonly severity: Severity;
  /** Processes the items of this turn. The findings are complete only after all items. */
  run(context: CheckContext, turns: Turns): Generator<Progress, readonly Finding[]>;
}
