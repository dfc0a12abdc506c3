import type { Surroundings } from '../../summaries/surroundings.js';
import type { HeldLock, Lockset, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { eventAt } from '../../skeleton/lowering/events.js';
import { keyOf, type Collected } from '../events/collect.js';
import type { OutsideEntry } from '../contexts/entries.js';
import { flatten, type Arrived } from '../paths/replay.js';

/** Whether a path is the first to take the lock, and does not hold one that may have disabled interrupts unseen. */
export function beginsOpen(around: Surroundings, collected: Collected, arrived: Arrived): boolean {
  const { held, lock } = arrived;
  return !held.some((one) => one.term.key === lock?.term.key) && !mayBeOff(around, collected, arrived);
}

/**
 * Whether a path holds a spinning lock that a callee took of which only the annotation is visible. The callee may have
 * disabled interrupts as well, unless all visible code takes the lock without doing so.
 */
function mayBeOff(
  { program, models }: Surroundings,
  collected: Collected,
  { held, context }: Pick<Lockset, 'held' | 'context'>,
): boolean {
  if (context.irq !== 'entry') return false;
  const isDeclared = ({ site }: Pick<HeldLock, 'site'>): boolean => {
    const at = flatten(site).at(-1) ?? site;
    return eventAt(program.skeleton(at.fn), at.event)?.k === 'call';
  };
  return held.some((lock) => {
    if (models.lockApi(lock.api)?.atomic !== true || !isDeclared(lock)) return false;
    const key = keyOf(lock);
    const taken = key === undefined ? [] : collected.acquisitions(key).map(({ acquire }) => acquire);
    const seen = taken.filter((acquire) => !isDeclared(acquire));
    return seen.length === 0 || seen.some(({ api }) => models.lockApi(api)?.irq !== undefined);
  });
}

/** An entry in process context, of which a function's own code tells. */
export function saidBy(fn: FunctionRef, text: string, site: Site): OutsideEntry {
  return {
    context: 'process',
    title: 'process context',
    at: { file: site.fn.file, ...site.span },
    by: fn.name,
    text,
    confidence: 'high',
  };
}
