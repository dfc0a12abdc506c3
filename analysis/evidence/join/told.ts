import type { JoinedLock, SourcePlace, Wait } from './joined.js';
import type { LogEvent } from '../read/types.js';

/** What a report's meaning is told from. */
export interface Told {
  readonly event: LogEvent;
  readonly locks: readonly JoinedLock[];
  readonly subject: SourcePlace | undefined;
  readonly wait: Wait | undefined;
}
