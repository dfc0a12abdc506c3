import type { Span } from './span.js';

/**
 * What the analysis could not see, as a closed list. A gap is never an error. It is counted, printed with `--stats` and
 * `--print`, and lowers the confidence of what depends on it.
 */
export const GAP_KINDS = {
  'syntax-error': 'the parser could not understand a stretch of a function that locks',
  'unbalanced-braces': 'the braces of a file or function do not match',
  'arm-dropped': 'an #if arm that cuts through a statement was left out',
  'lock-outside-tree': 'a lock call in the text that the syntax tree lacks',
  'unknown-type': 'a lock is reached through an object whose type is not known',
  'unknown-global': 'a lock variable whose definition was not found',
  'unknown-field': 'a lock field that the struct definition does not have',
  'unknown-lock': 'an expression that names a lock in a way the analysis does not follow',
  'unresolved-call': 'a call that cannot be followed to a function',
  'source-unavailable': 'a function whose source is needed and was not supplied',
  recursion: 'a recursive call whose effect was cut off',
  'state-budget': 'too many lock states in one function; some were merged',
  'replay-budget': 'a path, or a search for paths, that takes too long; it is ignored',
  'function-too-large':
    'a function or macro that is too long or too deeply nested to parse, or is in a file with too much code to parse',
  'too-many-sleeps': 'a function with more places that may sleep than are checked',
  'too-many-orders': 'a file whose locks seem to be taken in more orders than are checked',
  'macro-expansion': 'a macro whose use could not be expanded',
  'malformed-order': 'a line of a .lockorder file that declares no order',
  'file-too-large': 'a file beyond the size limit',
  'not-text': 'a file that is not text',
} as const;

export type GapKind = keyof typeof GAP_KINDS;

export interface Gap {
  readonly kind: GapKind;
  readonly at: Span;
  /** The construct in short: an identifier, a macro name, a path. */
  readonly detail: string;
}

/** A gap with its place in the tree. */
export interface LocatedGap extends Gap {
  readonly file: string;
  readonly function: string;
}
