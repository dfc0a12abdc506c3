import type { FunctionItem, MacroItem } from '../../outline/types.js';

/** A function of the program, or a function-like macro treated as one. One object per function. */
export interface FunctionRef {
  /** A small number without meaningful order: ids are assigned in the order of queries. */
  readonly id: number;
  readonly file: string;
  readonly name: string;
  /** Index in the outline's `functions`, or in `macros` if `macro` is set. */
  readonly index: number;
  /** `undefined` for a macro. */
  readonly item: FunctionItem | undefined;
  readonly macro: MacroItem | undefined;
  /** The 1-based line that skeleton spans are relative to. */
  readonly line: number;
}

/** A skeleton that linking needs and does not have yet. */
export interface Demand {
  readonly file: string;
  readonly functionHash: string;
  readonly isMacro: boolean;
  readonly index: number;
  readonly why: 'wrapper' | 'path' | 'parameter' | 'editor';
}
