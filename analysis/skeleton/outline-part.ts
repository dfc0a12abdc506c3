import type { FileOutline, FunctionItem } from '../outline/types.js';

/**
 * The part of an outline that skeletons depend on, besides the text: macros, guarded members and the functions
 * themselves.
 */
export interface OutlinePart extends Pick<FileOutline, 'macros' | 'guards' | 'records'> {
  /** The functions to build skeletons for, by index in the whole outline. */
  readonly functions: Readonly<Record<number, FunctionItem>>;
}
