/**
 * `taken`: the line belongs to the block. `foreign`: it does not, but the block may continue (output of another CPU in
 * between). `ended`: the block was complete before this line.
 */
export type LineOwner = 'taken' | 'foreign' | 'ended';

/** A part of the input that one parser reads: a report, a table, a backtrace. */
export interface InputBlock {
  take(text: string, line: number): LineOwner;
  /** Delivers the result. `isCut` if the input ended or another block began before the end. */
  finish(isCut: boolean): void;
}
