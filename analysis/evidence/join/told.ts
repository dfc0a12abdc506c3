import type { JoinedLock, SourcePlace, Wait } from './joined.js';
import type { LogEvent } from '../read/types.js';

/** The input from which the meaning of a report is derived. */
export interface Told {
  readonly event: LogEvent;
  readonly locks: readonly JoinedLock[];
  readonly subject: SourcePlace | undefined;
  readonly wait: Wait | undefined;
}
