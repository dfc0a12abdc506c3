import { Scan } from '../outline/tokens/scan.js';
import type { Models } from '../models/types.js';
import { type ArmGroup, chooseArms } from './arms.js';
import type { Mark } from './marks.js';
import { Piece, type TokenSite } from './piece.js';
import { rewriteBlock } from './statements.js';

/**
 * A function's text made parsable: same length, same line breaks, every lock call kept except in dropped arms. Offsets
 * in it are offsets in the original.
 */
export interface SanitisedSource {
  readonly source: string;
  readonly text: string;
  readonly marks: ReadonlyMap<number, Mark>;
  /** `#if` groups with all arms kept, by their start. */
  readonly arms: readonly ArmGroup[];
  /** Lock calls in the tokens of the original. */
  readonly sites: readonly TokenSite[];
}

/** The role of a macro of the same file at the start of a statement; `undefined` if unknown. */
export type MacroShape = (name: string) => 'head' | 'statement' | undefined;

/**
 * The sanitised text of a function definition. `bodyStart` is the offset of its brace. Everything before it is blank, since the
 * outline covers it.
 */
export function sanitise(
  source: string,
  bodyStart: number,
  models: Models,
  shape: MacroShape = () => undefined,
): SanitisedSource {
  const scan = new Scan(' '.repeat(bodyStart) + source.slice(bodyStart), models);
  const arms = chooseArms(scan);
  const heads = (name: string): boolean | undefined => headsStatement(name, shape);
  const piece = new Piece(source, scan, arms.isDropped, heads, rewriteBlock);
  rewrite(piece);
  return { source, text: piece.sanitised(), marks: piece.marks, arms: arms.groups, sites: piece.sites };
}

function rewrite(piece: Piece): void {
  if (piece.count === 0) return;
  try {
    rewriteBlock(piece, 0);
  } catch (error) {
    // Nested deeper than the stack: the unvisited part stays as written.
    if (!(error instanceof RangeError)) throw error;
  }
}

function headsStatement(name: string, shape: MacroShape): boolean | undefined {
  const known = shape(name);
  if (known !== undefined) return known === 'head';
  return LOOP_NAME.test(name) ? true : undefined;
}

/** Typical names of loop macros, for those that no model describes. */
const LOOP_NAME = /for_?each|^for_|_for_|_FOR_|FOR_?EACH|^FOR_/u;
