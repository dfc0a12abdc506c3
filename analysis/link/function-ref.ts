import type { FunctionItem, MacroItem } from '../outline/types.js';

/** A function, or a function-like macro seen as one, of a file of the program. One object per function. */
export interface FunctionRef {
  /** A small number. Its order means nothing: ids are given in the order in which functions are asked for. */
  readonly id: number;
  readonly file: string;
  readonly name: string;
  /** Index in the outline's `functions`, or in `macros` when `macro` is set. */
  readonly index: number;
  /** `undefined` for a macro. */
  readonly item: FunctionItem | undefined;
  readonly macro: MacroItem | undefined;
  /** 1-based line that skeleton spans are relative to. */
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
