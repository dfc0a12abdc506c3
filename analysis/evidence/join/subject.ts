import { isAllocator, isBetweenItems, plainFunction, stackRole } from '../../models/stacks.js';
import type { JoinedEvent, SourcePlace } from './joined.js';
import type { Frame } from '../read/types.js';

/** Kinds of report about the place where a lock was requested, released or left held. */
const BY_LOCK = new Set([
  'circular',
  'recursive',
  'inconsistent-state',
  'irq-inversion',
  'safe-unsafe',
  'wait-context',
  'imbalance',
  'held-freed',
  'held-at-exit',
]);

const placeOf = (frame: Frame): SourcePlace => ({ function: plainFunction(frame.function) });

/** The function at fault: the one that took the first named lock, otherwise the one that triggered the report. */
export function subjectOf({
  kind,
  event,
  locks,
  stack,
}: Pick<JoinedEvent, 'kind' | 'event' | 'locks' | 'stack'>): SourcePlace | undefined {
  const isLeft = kind === 'held-freed' || kind === 'held-at-exit';
  const mention = BY_LOCK.has(kind)
    ? event.locks.find(({ role }) => role === (isLeft ? 'held' : 'acquiring'))
    : undefined;
  const named = mention?.at && mention.at.function !== '' ? mention.at : undefined;
  if (named) {
    // The work function says more than the place of the acquisition.
    const isWork = event.headline.includes('workqueue leaked');
    // A helper of the lock says nothing: its caller is at fault.
    if (!isWork && !isAllocator(named.function) && stackRole(named.function) === undefined) {
      const joined = locks.find(({ role, name }) => role === mention?.role && name === mention?.name);
      const isSame = joined?.where?.function === plainFunction(named.function);
      return isSame && joined.where ? joined.where : placeOf(named);
    }
  }
  // Skip allocator functions: their caller is at fault.
  const mayAllocate = kind === 'sleep' || BY_LOCK.has(kind);
  const first = mayAllocate ? stack.findIndex((place) => !isAllocator(place.function)) : 0;
  const own = stack.slice(Math.max(first, 0));
  // The stack of a kernel thread that was never woken has only the thread's entry point.
  const entry =
    kind === 'hung-task' ? event.stack.find((frame) => stackRole(frame.function)?.k === 'entry') : undefined;
  // A loop that calls one item after another meets what an item left behind.
  const isLoop = own.length > 0 && own.every((place) => isBetweenItems(place.function));
  const left = kind === 'sleep' && isLoop ? leftBy(event) : undefined;
  if (left !== undefined) return { function: left };
  const found = own.find(({ inlined }) => inlined !== true) ?? own[0] ?? (entry && placeOf(entry));
  // A report that is cut off before its backtrace names only the allocator.
  return found ?? (named && placeOf(named));
}

/** The function that disabled preemption, or that took the innermost held lock. */
function leftBy({ facts, locks }: JoinedEvent['event']): string | undefined {
  const at = facts.map((fact) => /^preemption disabled at: (\S+)/.exec(fact)?.[1]).find(Boolean);
  const held = locks.filter(({ role }) => role === 'held').at(-1)?.at?.function;
  const name = at ?? held;
  return name === undefined || name === '' ? undefined : plainFunction(name);
}
