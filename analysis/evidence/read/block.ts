/**
 * `taken`: the line belongs to the block. `foreign`: it does not, but more of the block may follow (another
 * processor's output in between). `ended`: the block was whole before this line.
 */
export type Taken = 'taken' | 'foreign' | 'ended';

/** A stretch of input that one parser reads: a report, a table, a backtrace. */
export interface Block {
  take(text: string, line: number): Taken;
  /** Puts what was read where it belongs. `isCut` when the input ended or another block began in the middle. */
  finish(isCut: boolean): void;
}
