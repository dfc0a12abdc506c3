import type { CType } from '../base/ctype.js';
import type { Gap } from '../base/gap.js';
import type { Span } from '../base/span.js';

/**
 * What a fast tokenizer extracts from one file: every item with its place, without bodies. Offsets are UTF-16 units in
 * the decoded text; spans are absolute in the file.
 */
export interface FileOutline {
  readonly bytes: number;
  readonly lines: number;
  readonly includes: readonly IncludeItem[];
  readonly functions: readonly FunctionItem[];
  readonly prototypes: readonly PrototypeItem[];
  readonly macros: readonly MacroItem[];
  readonly records: readonly RecordItem[];
  readonly typedefs: readonly TypedefItem[];
  readonly variables: readonly VariableItem[];
  /** Enumerators and integer object-like macros with a known value, for constant folding. */
  readonly constants: readonly ConstantItem[];
  /** Macros without a model that are used like declarations at file scope: registrations, exports, generators. */
  readonly macroUses: readonly MacroUseItem[];
  /** Calls in functions that initialise or rename a lock and so determine the name that lockdep prints. */
  readonly lockInits: readonly LockInitItem[];
  /** Statements that store a lock's address in a member. */
  readonly lockPointers: readonly LockPointerItem[];
  /**
   * Number of token-level lock sites outside macro definitions: those in functions (a body shared by two heads counts
   * once) and those elsewhere, each of which is a `lock-outside-tree` gap.
   */
  readonly lockSites: number;
  /** Members of its structs that must only be accessed under a lock, according to their attributes. */
  readonly guards: readonly GuardItem[];
  /** Lock orders that its comments state; for a `.lockorder` file, those it declares. */
  readonly orders: readonly OrderItem[];
  readonly gaps: readonly Gap[];
}

/** `int n __guarded_by(&lock)` in `struct tag`; a variable of the file if the tag is `''`. */
export interface GuardItem {
  readonly tag: string;
  readonly field: string;
  /** The name of the attribute. */
  readonly by: string;
  /** The text of its argument. */
  readonly lock: string;
}

/** A documented order in which locks are acquired. */
export interface OrderItem {
  /** Names, outermost lock first: each is acquired before the next. In comments, as written there. */
  readonly locks: readonly string[];
  /** The line or sentence that states it. */
  readonly at: Span;
  /** `declared`: a line of a `.lockorder` file. In comments: `a -> b`, a table or list, a sentence. */
  readonly form: 'declared' | 'chain' | 'table' | 'sentence';
}

/**
 * The `#if` condition of an item or region: a conjunction of literals joined by ` && `. A literal is `NAME` or `!NAME`
 * for a plain test of one name (`#ifdef X`, `#if IS_ENABLED(X)`, `defined(X)`), otherwise the normalised text in
 * parentheses, `!(…)` if negated. `''` is always true.
 */
export type Condition = string;

export interface IncludeItem {
  readonly path: string;
  readonly system: boolean;
  readonly condition: Condition;
}

export interface Parameter {
  readonly name: string;
  readonly type: CType;
}

/** `module_init(foo)`, `DEVICE_ATTR(name, 0444, show, store)` … at file scope. */
export interface MacroUseItem {
  readonly name: string;
  /** Arguments that are one identifier (`&` stripped); `''` for any other argument. */
  readonly arguments: readonly string[];
  readonly line: number;
  readonly condition: Condition;
}

/** Annotations of a function: of locks, e.g. `__must_hold(&q->lock)`, and that it never returns. */
export interface FunctionAnnotation {
  /** The word as written: `__acquires`, `__releases`, `__must_hold`, `__noreturn`, … */
  readonly name: string;
  /** The text of its argument. */
  readonly argument: string;
}

export interface FunctionItem {
  /** A function made by a macro is `MACRO:first argument`, e.g. `SYSCALL_DEFINE3:open`. */
  readonly name: string;
  /** Span of the name in the declarator. */
  readonly nameSpan: Span;
  /** Offsets of the whole definition: from its first declaration specifier to after the closing brace. */
  readonly start: number;
  readonly end: number;
  /** Offset of `{`. */
  readonly bodyStart: number;
  /** 1-based first and last line of start..end. */
  readonly line: number;
  readonly endLine: number;
  readonly isStatic: boolean;
  readonly isInline: boolean;
  /** `__init`, `__exit` and similar. */
  readonly section: string;
  readonly returns: CType;
  readonly parameters: readonly Parameter[];
  readonly annotations: readonly FunctionAnnotation[];
  readonly condition: Condition;
  /** Hash of the definition's text; together with the outline's facts, the key of its skeleton. */
  readonly hash: string;
  /** Names called or used like a call in the body, macros included; sorted, without duplicates. */
  readonly calls: readonly string[];
  /**
   * What is called through a pointer: the field `f` in `x->f(…)` and `(*x->f)(…)`, the array `f` in `f[i](…)`, a local
   * variable; sorted, without duplicates.
   */
  readonly indirectCalls: readonly string[];
  /** Names used as a value (not called, not a local): arguments and right-hand sides that may be functions. */
  readonly references: readonly string[];
  /** Non-local names stored in members directly: `x->field = value;`; sorted, without duplicates. */
  readonly fills: readonly FillItem[];
  /** Token-level calls of a modelled acquire, try or release, in all `#if` arms. */
  readonly lockSites: number;
  /** For a function that a macro makes of one of its arguments. */
  readonly made?: MadeBody;
}

/** How the body of a function is made of the text start..end. */
export interface MadeBody {
  /** Offset of the argument, relative to start; what is in front of it is not part of the body. */
  readonly from: number;
  /** Text in front of and behind the argument. */
  readonly before: string;
  readonly behind: string;
  /** The argument reaches the function's first parameter as the member `lock` of an object. */
  readonly isObject: boolean;
}

export interface PrototypeItem {
  readonly name: string;
  readonly returns: CType;
  readonly parameters: readonly Parameter[];
  readonly annotations: readonly FunctionAnnotation[];
  readonly isStatic: boolean;
}

export interface MacroItem {
  readonly name: string;
  readonly nameSpan: Span;
  /** `undefined` for an object-like macro. A variadic parameter is `...` or `name...`. */
  readonly parameters: readonly string[] | undefined;
  /** Replacement text without comments; continuation lines are joined by blanks. */
  readonly body: string;
  readonly line: number;
  readonly condition: Condition;
  /** Lock-API names and other names called in the body. */
  readonly calls: readonly string[];
  readonly lockSites: number;
}

export interface RecordItem {
  readonly kind: 'struct' | 'union';
  /** See {@link CType} for made-up tags. */
  readonly tag: string;
  readonly nameSpan: Span;
  /** Members of anonymous struct/union members are listed inline, as C accesses them. */
  readonly fields: readonly FieldItem[];
  readonly condition: Condition;
}

export interface FieldItem {
  /** `''` for an unnamed member: a record or macro (`type`) whose members are members of this record. */
  readonly name: string;
  readonly type: CType;
  readonly line: number;
  readonly condition: Condition;
}

export interface TypedefItem {
  readonly name: string;
  readonly type: CType;
}

export interface VariableItem {
  readonly name: string;
  readonly nameSpan: Span;
  readonly type: CType;
  readonly isStatic: boolean;
  readonly isExtern: boolean;
  readonly condition: Condition;
  /** The macro that declares it, e.g. `DEFINE_MUTEX`; otherwise `''`. */
  readonly definedBy: string;
  /** The name of a constant that a `const` variable holds; functions and objects named in its initialiser: `.open = foo_open`; `record` for arrays and nested initialisers. */
  readonly members: readonly InitializerMember[];
}

export interface InitializerMember {
  /**
   * Designator path below the variable, array parts left out: `open`, `ops.open`. `#2` is the third member
   * in order of declaration, or the third argument of the declaring macro; `''` the variable itself;
   * `MACRO(1)` the second argument of a macro in the initialiser.
   */
  readonly field: string;
  /** The identifier (`&` stripped) assigned. */
  readonly value: string;
}

/**
 * `ops.open = f` and `ops->open = f` in a function; `#1` for `f` if it is the function's second parameter. `hook = f` for a
 * variable of the file has no field.
 */
export interface FillItem extends InitializerMember {
  /** The parameter or the variable of the file in which it is stored: `net` in `net->handler.f`; `''` for a local. */
  readonly variable: string;
  /** The members in between: `handler` in `net->handler.f`; meaningless without a variable or a type. */
  readonly path: string;
  /** The type of the first word if that is a parameter or a local, else `''`. */
  readonly type: CType;
}

/** `mutex_init(&dev->lock)` and similar calls. */
export interface LockInitItem {
  /** The expression that points to the lock, as written. */
  readonly lock: string;
  /** The name that lockdep prints, without version and subclass. */
  readonly names: readonly string[];
  /** Type of the expression's first word when that is a parameter or local, else `''`. */
  readonly type: CType;
  /** The function that runs with it held (a work item's, a timer's), by name; `''` for an ordinary lock. */
  readonly handler: string;
  /** Line where the function declares the lock class key that it receives; 0 if that is not visible. */
  readonly keyLine: number;
  /** Its attributes may let its owner take it again. */
  readonly mayRecurse: boolean;
  readonly line: number;
}

/** An expression as written; `type` is that of its first word when that is a parameter or local, else `''`. */
export interface WrittenPath {
  readonly text: string;
  readonly type: CType;
}

/** `s->vdev.lock = &dev->mutex;` */
export interface LockPointerItem {
  readonly member: WrittenPath;
  readonly lock: WrittenPath;
}

export interface ConstantItem {
  readonly name: string;
  readonly value: number;
}
