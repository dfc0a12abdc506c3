import type { Shadow } from '../syntax/shadow.js';
import type { FlatTree, Parser } from '../syntax/types.js';
import { type Source, spansOf } from './lowering.js';

/** A longer function or macro is not parsed, in UTF-16 units: its tree takes 150 times as many bytes. */
const LONGEST = 1_000_000;
/** Functions further down in a file are not parsed, in UTF-16 units. */
const MOST_OF_A_FILE = 8_000_000;
/** Levels of named nodes in a tree; lowering goes down with them, on a stack that is not the same everywhere. */
const DEEPEST = 1000;

/** A text that would take too much to look at. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** Whether something was too large, or nested deeper than the stack. */
export function isTooLarge(error: unknown): error is Error {
  return error instanceof TooLarge || error instanceof RangeError;
}

/** Throws {@link TooLarge} where a text is too long, or its tree is nested deeper than can be followed. */
function treeOf(parser: Parser, text: string): FlatTree {
  if (text.length > LONGEST) throw new TooLarge(`${text.length} characters`);
  const parsed = parser.parse(text);
  try {
    const tree = parsed.flatten();
    if (isDeep(tree)) throw new TooLarge('nested too deep');
    return tree;
  } finally {
    parsed.delete();
  }
}

/** The same, without a tree where it is too large. */
export function treeOrNone(parser: Parser, text: string): FlatTree | undefined {
  try {
    return treeOf(parser, text);
  } catch (error) {
    if (isTooLarge(error)) return undefined;
    throw error;
  }
}

export function parse(parser: Parser, shadow: Shadow, column: number): Source {
  const tree = treeOf(parser, shadow.text);
  return { shadow, tree, spanOf: spansOf(shadow.source, column), isOwn: true, tail: undefined };
}

/** What stands for a text that was not parsed. */
export function unparsed(shadow: Shadow, column: number): Source {
  return {
    shadow,
    tree: EMPTY_TREE,
    spanOf: spansOf(shadow.source, column),
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

/** Whether a function is of a length, and stands in that part of its file, that is parsed, whoever asks for it. */
export function isParsed({ start, end }: Extent): boolean {
  return end - start <= LONGEST && end <= MOST_OF_A_FILE;
}

interface Extent {
  readonly start: number;
  readonly end: number;
}
