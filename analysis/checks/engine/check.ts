import type { Confidence } from '../../base/confidence.js';
import type { Surroundings } from '../../effects/step.js';
import type { Collected } from '../../graph/collect.js';
import type { Contexts } from '../../graph/contexts.js';
import type { DeclaredOrders } from '../../graph/declared.js';
import type { DependencyFinder } from '../../graph/dependency.js';
import type { ProofRun } from '../../graph/proofs.js';
import type { Reach } from '../../graph/reach.js';
import type { Cured, SwitchPlan } from '../../graph/sections.js';
import type { AnnotationPlan, TakePlan } from './plans.js';
import type { Turns } from './turns.js';
import type { Finding, Progress, Reading, RuleId, Severity } from '../types.js';

/** What checks leave for whoever wants to repair something. */
export interface Plans {
  /** By finding: what would make the annotations of a function true. */
  readonly annotationPlans: Map<string, AnnotationPlan>;
  /** By finding: how the lock is taken that is missing. */
  readonly takePlans: Map<string, TakePlan>;
  /** By finding: which lock operations have to switch interrupts, found out when somebody wants to repair it. */
  readonly switchPlans: Map<string, () => SwitchPlan>;
  /** By finding, where nothing but the text tells which side is wrong: how it reads with each other side as the wrong one. */
  readonly otherSides: Map<string, () => readonly Reading[]>;
  /** What a check can still be asked when it has run. */
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

/** What a check may look at. */
export interface CheckContext extends Plans {
  readonly around: Surroundings;
  readonly collected: Collected;
  readonly reach: Reach;
  readonly finder: DependencyFinder;
  readonly proofs: ProofRun;
  /** Which functions are entered in which context; found out when first asked. */
  readonly contexts: () => Contexts;
  /** Finds them out in slices. */
  prepareContexts(): Generator<Progress, void>;
  /** Orders that files and comments declare; found out when first asked. */
  orders(): DeclaredOrders;
  /** What is less certain is not asked for: a check need not look for it. */
  readonly minimum: Confidence;
  /** Files that must take part in what is reported; `undefined`: any. */
  readonly focus: ReadonlySet<string> | undefined;
}

export interface LateAsked {
  /** What would still have to change before a class is safe; a reason where there is nothing. */
  switchPlan?: (cured: Cured) => SwitchPlan;
}

/** A check is a value: what it is called, how bad it is, and how it finds its mistakes. */
export interface Check {
  readonly id: RuleId;
  readonly title: string;
  readonly severity: Severity;
  /** A rule whose findings say that one of this rule is none, or told already: it is looked at even if nobody asks. */
  readonly yieldsTo?: RuleId;
  /** Looks at the items that have their turn; without all of them, the findings are not complete. */
  run(context: CheckContext, turns: Turns): Generator<Progress, readonly Finding[]>;
}
