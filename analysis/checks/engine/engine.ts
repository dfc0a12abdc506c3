import type { Location, Span } from '../../base/span.js';
import type { Gap, LocatedGap } from '../../base/gap.js';
import type { Cured, SwitchPlan } from '../../graph/interrupts/sections.js';
import type { DeclaredOrders } from '../../graph/orders/declared.js';
import type { LockGraph } from '../../graph/events/types.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { EventId } from '../../skeleton/types.js';
import type { Signs } from '../../summaries/facts/fact.js';
import type { FunctionSummary } from '../../summaries/state/types.js';
import type { Costs } from './costs.js';
import type { Inspection } from './inspect.js';
import type { AnnotationPlan, TakePlan } from './plans.js';
import type { Why } from './why.js';
import type { Confidence, Finding, Progress, Reading, RuleId } from '../types.js';

export type { LocatedGap } from '../../base/gap.js';

export interface EngineOptions {
  /** Paths (prefixes or files) whose findings are reported; the rest is context. Empty: all. */
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

/** A return path: the locks it acquired and did not release, and the caller's locks it released. */
export interface ShownExit {
  readonly held: readonly ShownLock[];
  readonly released: readonly ShownLock[];
  /** The signs that the result may have. */
  readonly signs: Signs;
  /** The return statements, absolute lines. */
  readonly at: readonly Span[];
}

/** The summary of one function, for hover and `--print effects`. */
export interface ShownSummary {
  readonly function: FunctionRef;
  readonly acquires: readonly ShownLock[];
  readonly releases: readonly ShownLock[];
  /** Held at entry: asserted, annotated, or released without being acquired. */
  readonly needs: readonly ShownLock[];
  /** Locks held before each event, by event id. */
  readonly heldAt: ReadonlyMap<EventId, readonly ShownLock[]>;
  /** Class key of the lock of each lock event, by event id. */
  readonly lockOf: ReadonlyMap<EventId, string>;
  /** Every exit as interpreted, including faulty ones. */
  readonly exits: readonly ShownExit[];
  readonly complete: boolean;
  readonly gaps: readonly Gap[];
}

/** Counts over the reported files. */
export interface EngineStats {
  readonly functionsComplete: number;
  readonly lockSitesResolved: number;
  readonly costs: Costs;
}

/** The result of one complete run over a program: plain data plus lookups. */
export interface Analysis {
  readonly findings: readonly Finding[];
  /** The lock graph; built at the first access, in one go unless {@link prepareGraph} has run to its end. */
  readonly graph: LockGraph;
  /** Builds the graph in slices. */
  prepareGraph(): Generator<Progress, void>;
  readonly gaps: readonly LocatedGap[];
  readonly stats: EngineStats;
  readonly inspection: Inspection;
  /** The orders of two classes, by key. The call may demand skeletons; ask again when they are supplied. */
  why(from: string, to: string): Generator<Progress, Why>;
  /** Orders declared in files and comments; computed at the first access. */
  readonly declared: DeclaredOrders;
  summary(fn: FunctionRef): ShownSummary | undefined;
  /** The summary of a function, with the held sets at its events. */
  effects(fn: FunctionRef): FunctionSummary | undefined;
  /** Readings of a finding with each other side as the wrong one; empty if the code determines the wrong side. */
  otherSides(findingId: string): readonly Reading[];
  /** Which lock operations must disable interrupts. */
  switchPlan(findingId: string): SwitchPlan | undefined;
  /**
   * What else must change so that handlers never find a lock of the class held, whether reported or not; `undefined` if
   * the rule did not run.
   */
  stillToSwitch(cured: Cured): SwitchPlan | undefined;
  /** How to acquire the missing lock, for a finding that reports one. */
  takePlan(findingId: string): TakePlan | undefined;
  annotationPlan(findingId: string): AnnotationPlan | undefined;
}

/**
 * Computes summaries, graph and checks over a program. A run that lacks skeletons adds demands to the program
 * and returns `undefined`; supply them and run again. Unchanged parts are not computed again.
 */
export interface Engine {
  /** With `focus`, the result may omit findings in which none of these files takes part. */
  run(focus?: ReadonlySet<string>): Generator<Progress, Analysis | undefined>;
  /** Frees what can be computed again; may be called between two steps of a run. */
  lighten(): void;
  /**
   * An engine for a program that has the same files, functions and skeletons as this engine's and will change later. It
   * starts with the summaries of the last run; `undefined` if the program has changed since that run.
   */
  twin(program: Program, options: EngineOptions): Engine | undefined;
}

export type CreateEngine = (program: Program, models: Models, options: EngineOptions) => Engine;
