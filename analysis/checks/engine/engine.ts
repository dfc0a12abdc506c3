import type { Location, Span } from '../../base/span.js';
import type { Gap, LocatedGap } from '../../base/gap.js';
import type { Cured, SwitchPlan } from '../../graph/sections.js';
import type { DeclaredOrders } from '../../graph/declared.js';
import type { LockGraph } from '../../graph/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { EventId } from '../../summary/types.js';
import type { Costs } from './costs.js';
import type { Inspection } from './inspect.js';
import type { AnnotationPlan, TakePlan } from './plans.js';
import type { Why } from './why.js';
import type { Confidence, Finding, Progress, Reading, RuleId } from '../types.js';

export type { LocatedGap } from '../../base/gap.js';

export interface EngineOptions {
  /** Paths (prefixes or files) whose findings are reported; everything else only serves. Empty: all. */
  readonly report: readonly string[];
  readonly confidence: Confidence;
  readonly rules?: readonly RuleId[];
}

/** A lock as shown to people: class and the expression that names it here. */
export interface ShownLock {
  readonly key: string;
  readonly id: string;
  readonly text: string;
  readonly mode: 'read' | 'write';
  readonly at: Location;
}

/** A way out of a function: what it took and did not release, what it released of its caller's. */
export interface ShownExit {
  readonly held: readonly ShownLock[];
  readonly released: readonly ShownLock[];
  /** The return statements, absolute lines. */
  readonly at: readonly Span[];
}

/** What one function does to locks, for hover and `--print effects`. */
export interface FunctionEffects {
  readonly function: FunctionRef;
  readonly acquires: readonly ShownLock[];
  readonly releases: readonly ShownLock[];
  /** Held at entry: asserted, annotated or released without being taken. */
  readonly needs: readonly ShownLock[];
  /** Locks held before each event, by event id. */
  readonly heldAt: ReadonlyMap<EventId, readonly ShownLock[]>;
  /** Class key of the lock of each lock event, by event id. */
  readonly lockOf: ReadonlyMap<EventId, string>;
  /** Every way out as interpreted, faulty ones included. */
  readonly exits: readonly ShownExit[];
  readonly complete: boolean;
  readonly gaps: readonly Gap[];
}

/** Counts over the files that are reported on. */
export interface EngineStats {
  readonly functionsComplete: number;
  readonly lockSitesResolved: number;
  readonly costs: Costs;
}

/** The result of one complete run over a program; plain data but for the lookups. */
export interface Analysis {
  readonly findings: readonly Finding[];
  /** Built when it is first asked for, all at once unless {@link prepareGraph} was run to its end before. */
  readonly graph: LockGraph;
  /** Builds the graph in slices. */
  prepareGraph(): Generator<Progress, void>;
  readonly gaps: readonly LocatedGap[];
  readonly stats: EngineStats;
  readonly inspection: Inspection;
  /** What is known of the orders of two classes, by key; what it asks for on the way can be supplied before it is asked again. */
  why(from: string, to: string): Generator<Progress, Why>;
  /** Orders that files and comments declare; worked out when first asked. */
  readonly declared: DeclaredOrders;
  effects(fn: FunctionRef): FunctionEffects | undefined;
  /** Which lock operations would have to switch interrupts off for a finding to be gone; `undefined` where that is no repair. */
  otherSides(findingId: string): readonly Reading[];
  /** Which lock operations have to switch interrupts. */
  switchPlan(findingId: string): SwitchPlan | undefined;
  /**
   * What would still have to change before handlers never meet a class while it is held, whether or not that is
   * reported; `undefined` when the rule did not run.
   */
  stillToSwitch(cured: Cured): SwitchPlan | undefined;
  /** What would make the annotations of a function true, for a finding that says that they are not. */
  takePlan(findingId: string): TakePlan | undefined;
  annotationPlan(findingId: string): AnnotationPlan | undefined;
}

/**
 * Runs effects, graph and checks over a program. A run that misses skeletons puts its demands into the
 * program and returns `undefined`; supply them and run again. What did not change is not computed again.
 */
export interface Engine {
  /** With `focus`, findings may be limited to those in which these files take part. */
  run(focus?: ReadonlySet<string>): Generator<Progress, Analysis | undefined>;
  /** Lets go of what can be found out again, which takes time; also between two steps of a run. */
  lighten(): void;
}

export type CreateEngine = (program: Program, models: Models, options: EngineOptions) => Engine;
