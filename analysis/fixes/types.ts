import type { Analysis } from '../checks/engine/engine.js';
import type { Finding, Fix, FixRefusal } from '../checks/types.js';
import type { Cured } from '../graph/interrupts/sections.js';
import type { SideFacts } from '../graph/orders/side.js';
import type { Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { Parser } from '../syntax/types.js';
import type { Opened } from './text/opened.js';

/** The input of a fix idea. `analysis` is the run that made the finding, at all confidences. */
export interface FixInput {
  readonly finding: Finding;
  readonly analysis: Analysis;
  readonly program: Program;
  readonly models: Models;
  readonly parser: Parser;
  /** Sources read for other findings of the same program. */
  readonly opened: Opened;
  /** The decoded text that the file's index was made from. */
  textOf(file: string): string | undefined;
  readonly facts?: SideFacts;
}

/** A stretch of a file before the fix in which the set of held locks is meant to change. Offsets, end exclusive. */
export interface Region {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A fix as text, not yet verified: `verified` is false until {@link verifyFix} accepts it. */
export interface ProposedFix extends Fix {
  readonly verified: false;
  readonly regions: readonly Region[];
  /** Lock class, as shown, that exits no longer leave held. */
  readonly released?: string;
  /** Lock class, as shown, that functions no longer release where it is not held. */
  readonly unreleased?: string;
  /** Lock class, as shown, that functions no longer take. */
  readonly untaken?: string;
  /** Whether a second instance of a held class is taken as nested, on two paths instead of one. */
  readonly nested?: boolean;
  /** The class that no handler may find held any more. */
  readonly cures?: Cured;
  /** Lock classes, as shown, that replaced calls take inside: whether a function takes them is not compared. */
  readonly exchanged?: readonly string[];
  /**
   * Functions that the fix adds; they have no counterpart to compare with. `of` is the function from which each is
   * split off.
   */
  readonly added?: readonly { readonly file: string; readonly name: string; readonly of?: string }[];
  /** Functions that the fix removes, which nothing uses any more. */
  readonly gone?: readonly { readonly file: string; readonly name: string }[];
  /** A lock that the fix renames, by its last name. */
  readonly renamed?: { readonly from: string; readonly to: string };
  /** Lock class, as shown, that is taken where it was not before. */
  readonly taken?: string;
  /** Lock class, as shown, that is held over more of the edited functions than before. */
  readonly widened?: string;
}

/** Fixes worth verifying, and the reasons for those not proposed. */
export interface FixOutcome {
  readonly fixes: readonly ProposedFix[];
  readonly refusals: readonly FixRefusal[];
  /** What else to try if none of the fixes is verified. */
  readonly otherwise?: () => FixOutcome;
}
