/** Guards and other objects whose end of scope is a call. */
export interface ScopeModels {
  /** How guard(), scoped_guard() and CLASS() introduce a scope-bound lock. */
  scopeMacro(name: string): ScopeMacro | undefined;
  /** How a macro at file scope defines a class of guards. */
  definesScope(name: string): DefinesScope | undefined;
  /** How a macro is defined that opens a scope in the function which uses it, for code whose headers are not visible. */
  expansion(name: string): MacroDefinition | undefined;
  /** The calls at both ends of a guard's scope, for a guard class that is not itself a lock. */
  guardCalls(name: string): GuardCalls | undefined;
  /** `__free(name)` at a variable: the call made with it at the end of its scope. */
  scopeEnd(name: string): string | undefined;
}

/** The functions that a guard class calls with the guard's arguments. */
export interface GuardCalls {
  readonly setup: string;
  readonly cleanup: string;
}

/** A macro at file scope that defines a class of guards or of `__free()`: which argument is what. */
export interface DefinesScope {
  /**
   * What the arguments call the object: `pointer`: by its name, and it is what the guard is given; `object`: as the
   * member `lock` of a structure; `none`: there is none, only such a structure; `value`: by its name, and it is what
   * the beginning returns; `free`: a variable.
   */
  readonly kind: 'pointer' | 'object' | 'none' | 'value' | 'free';
  /** The type of the object, for `object` that which it points to. */
  readonly typeArg?: number;
  /** What happens where the scope begins and ends. */
  readonly beginArg?: number;
  readonly endArg?: number;
  /** What the name of the class adds to that of the class in argument 0. */
  readonly extensionArg?: number;
  /** The beginning may fail: without `successArg` if its value is zero, otherwise if this test of `_RET` is. */
  readonly isConditional?: boolean;
  readonly successArg?: number;
  /** The first of the parameters. */
  readonly parametersFrom?: number;
}

/** A function-like macro. */
export interface MacroDefinition {
  readonly parameters: readonly string[];
  /** Replacement text. */
  readonly body: string;
}

export interface ScopeMacro {
  /**
   * `guard(class)(args)`: to the end of the enclosing scope; `scoped_guard(class, args) stmt`; `CLASS(class,
   * var)(args)`; `cleanup` follows a variable's name, as in `p __free(function)`.
   */
  readonly form: 'guard' | 'scoped' | 'scoped-conditional' | 'class' | 'cleanup';
}
