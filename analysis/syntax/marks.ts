/** What the sanitised text cannot express, keyed by the offset of the node that replaces it. */
export type Mark =
  /** The node represents a type: an argument that is one, a typeof. */
  | { readonly k: 'type'; readonly text: string }
  /** The original of `while (…)` or `if (…)` is a macro call that heads a statement. */
  | { readonly k: 'head'; readonly name: string }
  /** The original of `case 0:` is a macro call. */
  | { readonly k: 'case-macro' }
  /** The original of `||` between two case values is `...`. */
  | { readonly k: 'range' }
  /** The empty statement represents a label before a closing brace. */
  | { readonly k: 'label'; readonly name: string }
  /** A macro without semicolon: `name, a, b;` for `name(a, b)`, `nam;` for `name`. */
  | { readonly k: 'call' }
  /** `*expression;` for `goto *expression;`. */
  | { readonly k: 'computed-goto' }
  /** An argument that is not an expression (a statement, an operator); its text is blanked. */
  | { readonly k: 'raw'; readonly start: number; readonly end: number }
  /** Declares a variable that this function cleans up at the end of its scope. */
  | { readonly k: 'cleanup'; readonly by: string };
