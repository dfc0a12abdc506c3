import type { ExecutionContext } from './contexts.js';

/** Macros and calls that stand for what C itself can say: declarations, loops, casts, returns. */
export interface LanguageModels {
  /** Declaring macros such as DEFINE_MUTEX: which argument names the variable, and its type. */
  declarator(name: string): DeclaratorMacro | undefined;
  /** Macros that head a loop (`list_for_each_entry(pos, head, member) {`). */
  loopMacro(name: string): LoopMacro | undefined;
  /** The argument that is the call's value: likely(), READ_ONCE(), ERR_PTR(), rcu_dereference() … */
  transparent(name: string): number | undefined;
  /** Whether a call returns its first argument, after it has done something with it. */
  givesArg(name: string): boolean;
  /** The argument that points to the call's value: smp_load_acquire(). */
  readsThrough(name: string): number | undefined;
  /** Whether `name(pointer, member)` is the member itself. */
  isMemberCall(name: string): boolean;
  /** Calls that select one element: from the variable itself, or from a pointer to it. */
  elementCall(name: string): 'object' | 'pointer' | undefined;
  /** Macros that assign: WRITE_ONCE(), rcu_assign_pointer() … */
  assignMacro(name: string): AssignMacro | undefined;
  /** Calls that return the data belonging to their argument, the same each time. */
  companion(name: string): Companion | undefined;
  /** container_of and similar macros: which arguments are pointer, type and member. */
  container(name: string): ContainerMacro | undefined;
  /** Attribute-like words in a declaration without meaning for the analysis (`__init`, `__user`, `noinline`). */
  isAttribute(word: string): boolean;
  /** Such words with an argument list (`__attribute__`, `__aligned`). */
  isAttributeCall(word: string): boolean;
  /** Macros that expand to `struct NAME`, where NAME is their first argument. */
  isStructMacro(word: string): boolean;
  /** Lock annotations at a declarator (`__must_hold`, `__acquires`, …). */
  isLockAnnotation(word: string): boolean;
  /** Words by which the source says that an access needs no lock: around an expression, or at a function. */
  isUnguarded(word: string): boolean;
  isNoReturn(name: string): boolean;
  /**
   * For a macro that returns from the function which uses it: the index of the argument with the value, -1 for none.
   * `undefined` for other names.
   */
  returnsArg(name: string): number | undefined;
  /** `memset(object, value, size)`. */
  isFill(name: string): boolean;
  /** `BUG_ON(condition)` and similar: after them, argument 0 is false. */
  isConditionalBug(name: string): boolean;
  /** The value of a well-known constant (error numbers, NULL), for code whose headers are not visible. */
  constant(name: string): number | undefined;
  /** The argument that makes a call return zero when it is not zero itself. */
  zeroIf(name: string): number | undefined;
  /** The number that a call always returns. */
  returnsNumber(name: string): number | undefined;
  /** Whether a macro makes a number with one bit set, or with the bits from its second argument to the first. */
  bits(name: string): 'one' | 'range' | undefined;
  /** Functions whose result says whether the argument is an error pointer, and similar. */
  errorTest(name: string): 'is-error' | 'is-error-or-null' | 'error-or-zero' | undefined;
  /** A macro at file scope that defines variables containing functions. */
  attributeMacro(name: string): AttributeMacro | undefined;
  /** A macro in an initialiser that names functions only in part. */
  initialiserMacro(name: string): AttributeMacro | undefined;
  /** A macro in an initialiser that expands to members: the name of the one that each argument initialises. */
  memberMacro(name: string): readonly string[] | undefined;
}

export interface DeclaratorMacro {
  /** Argument with the variable's name. */
  readonly nameArg: number;
  /** C type of the declared variable. */
  readonly type: string;
  readonly isStatic?: boolean;
  /** Declares without defining (DECLARE_…). */
  readonly declaresOnly?: boolean;
  /** Argument with the type, with `type` appended: `''`, `*`, `[]` (DEFINE_PER_CPU(type, name)). */
  readonly typeArg?: number;
  /** Each processor has a variable of its own. */
  readonly perCpu?: boolean;
  /** Argument with a function that runs later, and its context (DECLARE_WORK, DEFINE_TIMER). */
  readonly handlerArg?: number;
  readonly runsIn?: ExecutionContext;
  /** Argument with the number of holders that a semaphore has at most. */
  readonly countArg?: number;
  /** The member of the variable that each argument initialises, `''` for none. */
  readonly members?: readonly string[];
}

export interface LoopMacro {
  /** Argument assigned in each iteration (the cursor), if any. */
  readonly cursorArg?: number;
  /** The cursor is a container_of over this argument (pointer to a list head); its type is the cursor's own. */
  readonly headArg?: number;
  /** Other arguments assigned in each iteration. */
  readonly assigns?: readonly number[];
  /** The cursor is never NULL in the body. */
  readonly nonNull?: boolean;
}

export interface ContainerMacro {
  readonly pointerArg: number;
  /** Argument that is a type; -1 if {@link typeOfArg} determines it. */
  readonly typeArg: number;
  readonly memberArg: number;
  /** Argument whose own type, a pointer, is the result's type: from_timer(var, timer, field): 0. */
  readonly typeOfArg?: number;
  /** Type and member, if the name implies them: to_delayed_work(work). */
  readonly type?: string;
  readonly member?: string;
  /**
   * The pointer leads to the member indirectly (a list head to its first entry): some object of the type, not the one
   * that contains the target.
   */
  readonly indirect?: boolean;
  /** The object is a neighbour of the one that the pointer points to, by this member of the link in it. */
  readonly step?: string;
  /** May also return NULL. */
  readonly orNull?: boolean;
}

export interface Companion {
  /** Argument that points to the object. */
  readonly arg: number;
  /** The field of the object with the data, or a path to it; a name of its own if there is none. */
  readonly field: string;
  /** Argument that selects an element: the field is an array. */
  readonly indexArg?: number;
}

export interface AssignMacro {
  readonly targetArg: number;
  readonly valueArg: number;
  /** The target is what the argument points to. */
  readonly throughPointer?: boolean;
  /** The target is this member of what the argument points to. */
  readonly field?: string;
}

/** A macro at file scope that defines variables containing functions: device attributes, groups of them. */
export interface AttributeMacro {
  /** Variables it defines; `$` stands for its first argument. */
  readonly makes: readonly string[];
  /** Arguments that are functions or variables used in them. */
  readonly given: readonly number[];
  /** Functions and variables used in them, by pattern like `makes`. */
  readonly named: readonly string[];
}
