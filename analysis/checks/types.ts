import type { Confidence } from '../base/confidence.js';
import type { Location } from '../base/span.js';
import type { ExecutionContext } from '../models/types.js';

export type RuleId =
  | 'lock-order-cycle'
  | 'self-deadlock'
  | 'irq-inversion'
  | 'irq-state'
  | 'sleep-in-atomic'
  | 'wait-deadlock'
  | 'missing-unlock'
  | 'unbalanced-unlock'
  | 'held-freed'
  | 'declared-order'
  | 'annotation-mismatch';

export type Severity = 'error' | 'warning' | 'info';
export type { Confidence } from '../base/confidence.js';
export type { Progress } from '../base/progress.js';

/** One finding, as published in JSON. Plain data; lines 1-based, files relative to the root. */
export interface Finding {
  readonly id: string;
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly confidence: Confidence;
  readonly message: string;
  /** The clauses of `message`, if the finding is about a pair of locks. */
  readonly pair?: PairClauses;
  readonly at: Location & { readonly function: string };
  /** Display names of the lock classes, in the order of the cycle. */
  readonly locks: readonly string[];
  readonly story: readonly StoryStep[];
  readonly assumes: readonly Assumption[];
  readonly witnesses: readonly string[];
  readonly evidence: readonly EvidenceMark[];
  readonly fixes: readonly Fix[];
  /** Other findings with the same cause, which the report prints together with this one. */
  readonly also?: readonly AlsoAt[];
}

/**
 * A finding that another one represents: its id, and its place or, if both have the same place, where its path begins.
 */
export interface AlsoAt extends Location {
  readonly id: string;
  readonly function: string;
}

/** The parts of a finding about several sides that depend on which side counts as wrong. */
export type Reading = Pick<Finding, 'message' | 'pair' | 'at' | 'locks' | 'story'>;

/** What the function of the finding does, and the function that does the opposite: a front end may add its place. */
export interface PairClauses {
  readonly own: string;
  readonly function: string;
  readonly opposite: string;
}

export interface StoryStep {
  /** 0 for the first side, 1 for the second … */
  readonly path: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly function: string;
  readonly text: string;
  /** Lock classes held just before this step. */
  readonly held: readonly string[];
  readonly if?: string;
  /**
   * The step says only how the function of the next step is entered: in which context, as a handler that another side
   * waits for, or as a table member that is called with a lock held.
   */
  readonly entry?: ExecutionContext | 'awaited' | 'called';
  /** The function returns at this step. */
  readonly isReturn?: true;
  /** The step does nothing but call this function. */
  readonly calls?: string;
  /** The step acquires this lock class. */
  readonly takes?: { readonly lock: string; readonly isRead?: true };
  /** The classes of `held` that `text` names. */
  readonly named?: readonly string[];
  /** The function or macro with which the step waits. */
  readonly waitsWith?: string;
  /** The step enables interrupts in a section that saved them as disabled. */
  readonly isInSaved?: true;
  /** The kernel enters this function through a member of a table. */
  readonly stored?: { readonly name: string; readonly record: string; readonly field: string };
}

/** What a step does, beside its place and what is held. */
export type StepEnd = Pick<StoryStep, 'text' | 'calls' | 'takes' | 'waitsWith' | 'isInSaved'>;

export interface Assumption {
  readonly reason: string;
  readonly text: string;
}

export interface EvidenceMark {
  readonly source: string;
  readonly verdict: 'seen' | 'not-seen' | 'unknown';
}

export interface Fix {
  readonly title: string;
  readonly kind: string;
  readonly verified: boolean;
  /**
   * Number of surrounding files in which the fix was verified, where the program was too large to analyse
   * again as a whole.
   */
  readonly around?: number;
  readonly edits: readonly FileEdit[];
}

export interface FileEdit {
  readonly file: string;
  readonly range: {
    readonly startLine: number;
    readonly startColumn: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
  readonly newText: string;
}

/** Why no fix is offered for a finding; shown by `explain`. */
export interface FixRefusal {
  readonly kind: string;
  readonly reason: string;
  /** Title of a verified fix that is shown as a suggestion and not offered as an edit. */
  readonly suggestion?: string;
  /** Whether the kind could only become a suggestion, and this run asked for edits. */
  readonly untried?: true;
}
