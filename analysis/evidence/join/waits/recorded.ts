import type { Models } from '../../../models/types.js';
import { readStack } from './stacks.js';
import type { Frame, LockMention, LogEvent, SourceEvidence } from '../../read/types.js';

/** What a report records about an address: the lock taken there, and the held set at that time. */
export interface RecordedAt {
  readonly wants: LockMention;
  readonly holds: readonly LockMention[];
}

export type Recorded = ReadonlyMap<string, RecordedAt>;

/** Key of a frame's address; `undefined` for a frame without one. */
export function addressOf(frame: Frame | undefined): string | undefined {
  return frame && frame.offset >= 0 ? `${frame.module}:${frame.function}+${frame.offset}` : undefined;
}

/**
 * Addresses at which the reports of a run record an acquisition. Lockdep is silent after its first report; a task that
 * later hangs at such an address wants that lock, and holds what was held there.
 */
export function recordedIn(sources: readonly SourceEvidence[], models: Models): Recorded {
  const found = new Map<string, RecordedAt>();
  const note = (frame: Frame | undefined, wants: LockMention, holds: readonly LockMention[]): void => {
    const address = addressOf(frame);
    if (address !== undefined && !found.has(address)) found.set(address, { wants, holds });
  };
  for (const { events } of sources) for (const event of events) noteReport(event, models, note);
  return found;
}

function noteReport(
  { kind, locks }: LogEvent,
  models: Models,
  note: (frame: Frame | undefined, wants: LockMention, holds: readonly LockMention[]) => void,
): void {
  const held = locks.filter((lock) => lock.role === 'held');
  for (const lock of locks) if (lock.role === 'acquiring') note(lock.at, lock, held);
  if (kind !== 'circular') return;
  // Printed from last to first: each was taken while the one printed after it was held.
  const chain = locks.filter((lock) => lock.role === 'chain');
  chain.slice(0, -1).forEach((lock, index) => {
    const before = chain[index + 1];
    note(readStack(lock.stack, models).frames[0], lock, before ? [before] : []);
  });
}
