import type { Analysis } from '../checks/engine/engine.js';
import type { Finding, Fix, FixRefusal } from '../checks/types.js';
import type { Cured } from '../graph/sections.js';
import type { SideFacts } from '../graph/side.js';
import type { Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { Parser } from '../syntax/types.js';
import type { Opened } from './text/opened.js';

/** What a fix idea looks at. `analysis` is the run that made the finding, at all confidences. */
export interface FixInput {
  readonly finding: Finding;
  readonly analysis: Analysis;
  readonly program: Program;
  readonly models: Models;
  readonly parser: Parser;
  /** What was read for other findings of the same program. */
  readonly opened: Opened;
  /** The decoded text that the program's summary of the file was made from. */
  textOf(file: string): string | undefined;
  readonly facts?: SideFacts;
}

/** A stretch of a file before the fix in which the set of held locks is meant to change. Offsets, end exclusive. */
export interface Region {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A fix as text, not yet shown to be right: `verified` is false until {@link verifyFix} has said so. */
export interface ProposedFix extends Fix {
  readonly verified: false;
  readonly regions: readonly Region[];
  /** Class, as shown, that ways out no longer leave held. */
  readonly released?: string;
  /** Class, as shown, that functions no longer take. */
  readonly untaken?: string;
  /** Another instance of a class that is held is taken as nested, on two ways in place of one. */
  readonly nested?: boolean;
  /** The class that no handler may meet any more while it is held. */
  readonly cures?: Cured;
  /** Classes, as shown, that other calls take inside now: whether a function takes them is not compared. */
  readonly exchanged?: readonly string[];
  /** Functions that the fix writes, with nothing to be compared with. */
  readonly added?: readonly { readonly file: string; readonly name: string }[];
  /** Class, as shown, that is taken where it was not. */
  readonly taken?: string;
}

/** Fixes worth verifying, and why there are not more. */
export interface FixOutcome {
  readonly fixes: readonly ProposedFix[];
  readonly refusals: readonly FixRefusal[];
}
