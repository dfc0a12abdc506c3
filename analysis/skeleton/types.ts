import type { CType } from '../base/ctype.js';
import type { Gap } from '../base/gap.js';
import type { Span } from '../base/span.js';
import type { LockApi } from '../models/types.js';
import type { FileOutline, FunctionAnnotation } from '../outline/types.js';

/** Everything linking needs from one file. Depends only on its text and the models; the path is bound at link time. */
export interface FileSummary {
  readonly outline: FileOutline;
  /** Skeletons of functions that lock, by index into `outline.functions`. Others are built on demand. */
  readonly skeletons: ReadonlyMap<number, Skeleton>;
  /** Skeletons of function-like macros that lock, by index into `outline.macros`. */
  readonly macroSkeletons: ReadonlyMap<number, Skeleton>;
}

/** Index into {@link Skeleton.exprs}. */
export type ExprId = number;
/** Index into {@link Skeleton.blocks}. Block 0 is the entry. */
export type BlockId = number;
/** Identifies an event within its skeleton. */
export type EventId = number;

/**
 * The control-flow graph of one function, sliced to what affects locking: events, the assignments and branches their
 * feasibility depends on, and returns.
 */
export interface Skeleton {
  readonly name: string;
  readonly returns: CType;
  readonly parameters: readonly SkeletonVariable[];
  readonly locals: readonly SkeletonVariable[];
  /** Hash-consed: equal expressions have equal ids. */
  readonly exprs: readonly Expr[];
  readonly blocks: readonly Block[];
  readonly annotations: readonly FunctionAnnotation[];
  readonly gaps: readonly Gap[];
  /** Lock calls in the tree. Together with the lock gaps, this equals the token count of the item. */
  readonly lockSites: number;
}

export interface SkeletonVariable {
  readonly name: string;
  /** `''` for a macro's parameter and where the declaration gives no type. */
  readonly type: CType;
}

/** An expression without side effects: calls, `&&`, `||`, `?:`, `=` and `++` are events and blocks. */
export type Expr =
  | { readonly k: 'parameter'; readonly index: number }
  | { readonly k: 'local'; readonly index: number }
  /** Any other identifier: file-scope variable, function, enumerator, object-like macro. */
  | { readonly k: 'global'; readonly name: string }
  | { readonly k: 'constant'; readonly value: number }
  | { readonly k: 'string' }
  /** `base.name`, and `base->name` as the field of a deref. */
  | { readonly k: 'field'; readonly base: ExprId; readonly name: string }
  | { readonly k: 'deref'; readonly base: ExprId }
  | { readonly k: 'address'; readonly base: ExprId }
  | { readonly k: 'index'; readonly base: ExprId; readonly index: ExprId }
  /** The value of an event of this skeleton. */
  | { readonly k: 'result'; readonly event: EventId }
  /** `container_of(base, type, member)` and similar: a pointer to `type` whose `member` (a path) is at `base`. */
  | { readonly k: 'container'; readonly base: ExprId; readonly type: CType; readonly member: string }
  | { readonly k: 'cast'; readonly base: ExprId; readonly type: CType }
  | { readonly k: 'unary'; readonly op: UnaryOperator; readonly base: ExprId }
  | { readonly k: 'binary'; readonly op: BinaryOperator; readonly left: ExprId; readonly right: ExprId }
  /** Whether the option is set: one literal of a {@link Condition}, without `!`. */
  | { readonly k: 'config'; readonly name: string }
  | { readonly k: 'unknown' };

/**
 * `is-error` is IS_ERR: error pointers count as negative numbers; ERR_PTR and PTR_ERR are transparent. `error-or-zero` is
 * PTR_ERR_OR_ZERO: the negative number, or zero for any other pointer.
 */
export type ErrorTest = 'is-error' | 'is-error-or-null' | 'error-or-zero';

type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';
type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '&' | '|' | '^' | '<<' | '>>';
/** `x other (a other b)`: the one of the values `a` and `b` that `x` is not. */
/** `cpu`: the number, as the index of an element that belongs to the processor of this number. */
export type UnaryOperator = '!' | '-' | '~' | 'cpu' | ErrorTest;

export type BinaryOperator = ComparisonOperator | ArithmeticOperator | 'other';

export interface Block {
  readonly events: readonly Event[];
  readonly exit: Exit;
}

export type Exit<To = BlockId> =
  | { readonly k: 'goto'; readonly to: To }
  /** `loop` marks the head of a loop: `whenTrue` enters the body. */
  | {
      readonly k: 'branch';
      readonly condition: ExprId;
      readonly whenTrue: To;
      readonly whenFalse: To;
      readonly loop?: boolean;
      readonly at: Span;
    }
  | {
      readonly k: 'switch';
      readonly on: ExprId;
      readonly cases: readonly SwitchCase<To>[];
      readonly otherwise: To;
      readonly at: Span;
    }
  /** `value` is -1 for none. `at` is the return statement, or the closing brace. */
  | { readonly k: 'return'; readonly value: ExprId; readonly at: Span }
  /** Control does not continue: BUG(), panic(), an endless loop. */
  | { readonly k: 'stop' };

export interface SwitchCase<To = BlockId> {
  readonly from: ExprId;
  /** Equal to `from`, except for a case range. */
  readonly to: ExprId;
  readonly block: To;
}

/**
 * An event of a function that matters to locking. `api` names an entry of the models, which hold its facts (kind, mode,
 * irq, success …). `args` are the call's arguments.
 */
export type Event = LockEvent | ApiEvent | CallEvent | AssignEvent;

export interface LockEvent {
  /** `try` if it may fail: trylock, interruptible, timed, dec-and-lock. `transient` acquires and releases inside. */
  readonly k: LockApi['op'];
  readonly id: EventId;
  readonly api: string;
  /** A pointer to the lock. */
  readonly lock: ExprId;
  readonly args: readonly ExprId[];
  readonly at: Span;
  /** Has no counterpart in the text: the release at the end of a guard's scope. */
  readonly implied?: boolean;
  /** The macro by which the source enters a conditional guard, of which each has several. */
  readonly scope?: string;
}

export interface ApiEvent {
  /**
   * `wait` blocks on something other than a lock; `complete` ends such a wait; `sleep` may sleep (depending on a GFP
   * argument if the model names one); `context` switches irq, bh or preemption; `query` tests them; `register` passes a
   * callback for later; `free` ends an object's lifetime.
   */
  readonly k: 'wait' | 'complete' | 'sleep' | 'context' | 'query' | 'register' | 'free';
  readonly id: EventId;
  readonly api: string;
  readonly args: readonly ExprId[];
  readonly at: Span;
}

export interface CallEvent {
  readonly k: 'call';
  readonly id: EventId;
  /** The name for a direct call, else the called expression. */
  readonly callee: string | ExprId;
  readonly args: readonly ExprId[];
  readonly at: Span;
}

/** `target = value`. An `unknown` value means that the target changes to something that is not tracked. */
export interface AssignEvent {
  readonly k: 'assign';
  readonly id: EventId;
  readonly target: ExprId;
  readonly value: ExprId;
  /** For an `unknown` value: it is an entry of the list whose head this pointer leads to. */
  readonly head?: ExprId;
  readonly at: Span;
}
