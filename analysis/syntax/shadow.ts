import { Scan } from '../outline/tokens/scan.js';
import type { Models } from '../models/types.js';
import { type ArmGroup, chooseArms } from './arms.js';
import type { Mark } from './marks.js';
import { Piece, type TokenSite } from './piece.js';
import { rewriteBlock } from './statements.js';

/**
 * A function's text made parsable: same length, same line breaks, every lock call kept but those of left-out
 * arms. Offsets in it are offsets in the original.
 */
export interface Shadow {
  readonly source: string;
  readonly text: string;
  readonly marks: ReadonlyMap<number, Mark>;
  /** `#if` groups whose arms are all kept, by their beginning. */
  readonly arms: readonly ArmGroup[];
  /** Lock calls of the original's tokens. */
  readonly sites: readonly TokenSite[];
}

/** What a macro of the same file does at the beginning of a statement; `undefined` for one that is not known. */
export type MacroShape = (name: string) => 'head' | 'statement' | undefined;

/**
 * The shadow of a function definition. `bodyStart` is the offset of its brace: what stands before, the
 * outline knows already, so that it is blank here.
 */
export function shadowOf(
  source: string,
  bodyStart: number,
  models: Models,
  shape: MacroShape = () => undefined,
): Shadow {
  const scan = new Scan(' '.repeat(bodyStart) + source.slice(bodyStart), models);
  const arms = chooseArms(scan);
  const piece = new Piece(source, scan, arms.isDropped, (name) => headsStatement(name, shape));
  rewrite(piece);
  return { source, text: piece.shadow(), marks: piece.marks, arms: arms.groups, sites: piece.sites };
}

function rewrite(piece: Piece): void {
  if (piece.count === 0) return;
  try {
    rewriteBlock(piece, 0);
  } catch (error) {
    // Nested deeper than the stack: what was not reached stays as written.
    if (!(error instanceof RangeError)) throw error;
  }
}

function headsStatement(name: string, shape: MacroShape): boolean | undefined {
  const known = shape(name);
  if (known !== undefined) return known === 'head';
  return LOOP_NAME.test(name) ? true : undefined;
}

/** How loop macros are named where no table knows them. */
const LOOP_NAME = /for_?each|^for_|_for_|_FOR_|FOR_?EACH|^FOR_/u;
