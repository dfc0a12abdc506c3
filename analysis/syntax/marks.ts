/** What the shadow text cannot say, by the offset of the node that stands for it. */
export type Mark =
  /** A type stands here: an argument that is one, a typeof. */
  | { readonly k: 'type'; readonly text: string }
  /** `while (…)` or `if (…)` was written as a macro call that heads a statement. */
  | { readonly k: 'head'; readonly name: string }
  /** `case 0:` was written as a macro call. */
  | { readonly k: 'case-macro' }
  /** `||` between two case values was written `...`. */
  | { readonly k: 'range' }
  /** The empty statement was a label before a closing brace. */
  | { readonly k: 'label'; readonly name: string }
  /** A macro was written without semicolon: `name, a, b;` for `name(a, b)`, `nam;` for `name`. */
  | { readonly k: 'call' }
  /** `*expression;` was written `goto *expression;`. */
  | { readonly k: 'computed-goto' }
  /** An argument that is no expression (a statement, an operator); its text was blanked. */
  | { readonly k: 'raw'; readonly start: number; readonly end: number }
  /** Declares a variable that is cleaned up by this at the end of its scope. */
  | { readonly k: 'cleanup'; readonly by: string };
