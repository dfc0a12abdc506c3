import type { Frame, LockMention } from '../../read/types.js';
import type { SourcePlace } from '../joined.js';
import type { WorkSource } from './workers.js';

/** What the source at hand says about backtraces; absent without source. */
export interface WaitSource extends WorkSource {
  /** Where a frame called the inner one; where it takes the class of a key if that is given and in the source. */
  place(frame: Frame, inner: Frame | undefined, key?: string): SourcePlace;
  /** The class that a function waits for when it calls the given API, never one that the task already holds. */
  wantedBy(
    frame: Frame,
    through: string,
    held: ReadonlySet<string>,
  ): { readonly key: string; readonly name: string } | undefined;
  /**
   * Classes held by a task with this backtrace, outermost last, without the one it waits for. As `owed`, what it would
   * complete if it continued.
   */
  heldBy(
    frames: readonly Frame[],
  ): readonly { readonly key: string; readonly name: string; readonly owed: boolean }[];
  /** Key and shown name of a lock that a log names. */
  identify(lock: LockMention): { readonly key: string; readonly name: string };
}
