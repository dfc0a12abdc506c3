import type { Models } from '../models/types.js';
import { causeOf } from './cause.js';
import type { Evidence, JoinedEvent, JoinedLock, SourcePlace } from './joined.js';
import { readStack } from './stacks.js';
import type { LockMention, LogEvent, SourceEvidence } from './types.js';
import { validatorState } from './validator.js';
import { waitsOf } from './waits.js';

/** Puts what the inputs say together, without any source. */
export function joinEvidence(sources: readonly SourceEvidence[], models: Models): Evidence {
  const events: JoinedEvent[] = [];
  const gaps = new Map<string, number>();
  for (const { file, events: own } of sources) {
    for (const event of own) {
      const joined = joinEvent(file, event, models);
      if (joined.gap !== undefined) gaps.set(joined.gap, (gaps.get(joined.gap) ?? 0) + 1);
      events.push(joined);
    }
  }
  const pairs = new Set(sources.flatMap((each) => each.dependencies.map(({ from, to }) => `${from}\n${to}`)));
  return {
    sources,
    events,
    edges: [],
    foreignEdges: pairs.size,
    ...waitsOf(sources, models),
    validator: validatorState(sources),
    gaps,
  };
}

function joinEvent(source: string, event: LogEvent, models: Models): JoinedEvent {
  const locks = event.locks.map((lock) => joinLock(lock, models));
  return {
    source,
    event,
    kind: event.kind,
    locks,
    stack: readStack(event.stack, models).frames.map((frame) => ({ function: frame.function })),
    cause: causeOf(event.kind, event, locks),
    explainedBy: [],
    gap: 'no source to compare with',
  };
}

function joinLock(lock: LockMention, models: Models): JoinedLock {
  const frame = lock.at ?? readStack(lock.stack, models).frames[0];
  const where: SourcePlace | undefined = frame && { function: frame.function };
  return { class: lock.name, name: lock.name, role: lock.role, ...(where ? { where } : {}) };
}
