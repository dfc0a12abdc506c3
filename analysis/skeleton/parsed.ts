import type { SanitisedSource } from '../syntax/sanitise.js';
import type { FlatTree, Parser } from '../syntax/types.js';
import { type LoweredText, spansOf } from './lowering/lowering.js';

/** Maximum length of a parsed function or macro, in UTF-16 units: a tree takes 150 times as many bytes. */
const LONGEST = 1_000_000;
/** Functions beyond this offset of a file are not parsed, in UTF-16 units. */
const MOST_OF_A_FILE = 8_000_000;
/** Maximum depth of named nodes in a tree. Lowering recurses that deep, and the stack size varies. */
const DEEPEST = 1000;

/** Thrown for a text that is too large to analyse. */
export class TextTooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** Whether an error means that something was too large, or nested too deep for the stack. */
export function isTooLarge(error: unknown): error is Error {
  return error instanceof TextTooLarge || error instanceof RangeError;
}

/**
 * Parses a text.
 * @throws {TooLarge} if the text is too long or its tree too deep
 */
function treeOf(parser: Parser, text: string): FlatTree {
  if (text.length > LONGEST) throw new TextTooLarge(`${text.length} characters`);
  const parsed = parser.parse(text);
  try {
    const tree = parsed.flatten();
    if (isDeep(tree)) throw new TextTooLarge('nested too deep');
    return tree;
  } finally {
    parsed.delete();
  }
}

/** Parses a text; `undefined` if it is too large. */
export function treeOrNone(parser: Parser, text: string): FlatTree | undefined {
  try {
    return treeOf(parser, text);
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw error;
  }
}

export function parse(parser: Parser, sanitised: SanitisedSource, column: number): LoweredText {
  const tree = treeOf(parser, sanitised.text);
  return { sanitised, tree, spanOf: spansOf(sanitised.source, column), isOwn: true, tail: undefined };
}

/** The source of a text that was not parsed. */
export function unparsed(sanitised: SanitisedSource, column: number): LoweredText {
  return {
    sanitised,
    tree: EMPTY_TREE,
    spanOf: spansOf(sanitised.source, column),
    isOwn: true,
    tail: undefined,
  };
}

function isDeep({ count, next }: FlatTree): boolean {
  const ends = new Uint32Array(DEEPEST);
  let depth = 0;
  for (let node = 0; node < count; node++) {
    while (depth > 0 && (ends[depth - 1] ?? 0) <= node) depth--;
    if (depth === DEEPEST) return true;
    ends[depth++] = next[node] ?? 0;
  }
  return false;
}

const EMPTY_TREE: FlatTree = {
  count: 0,
  names: [],
  kind: new Uint16Array(0),
  start: new Uint32Array(0),
  end: new Uint32Array(0),
  next: new Uint32Array(0),
  errors: [],
};

/** Whether a function is parsed at all: by its length and its position in the file. */
export function isParsed({ start, end }: Extent): boolean {
  return end - start <= LONGEST && end <= MOST_OF_A_FILE;
}

interface Extent {
  readonly start: number;
  readonly end: number;
}
