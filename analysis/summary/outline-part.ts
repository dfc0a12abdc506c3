import type { FileOutline, FunctionItem } from '../outline/types.js';

/** What skeletons depend on besides the text of their file: of its outline the macros, guarded members, and the functions themselves. */
export interface OutlinePart extends Pick<FileOutline, 'macros' | 'guards' | 'records'> {
  /** By index in the whole outline; those that are made into skeletons. */
  readonly functions: Readonly<Record<number, FunctionItem>>;
}
