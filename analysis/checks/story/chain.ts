import type { ClassTable } from '../../summaries/locks/locks.js';
import type { HeldLock, Site } from '../../summaries/state/types.js';
import { keyOf } from '../../graph/events/collect.js';
import { flatten } from '../../graph/paths/replay.js';
import { callTo, locationOf, shown, shownHeld } from './story.js';
import type { StepEnd, StoryStep } from '../types.js';

/** The locks of a story. */
export interface ChainLocks {
  /** The held set at the end. */
  readonly held?: readonly HeldLock[];
  /** The locks whose acquisitions are part of the story. */
  readonly told?: readonly HeldLock[];
}

/**
 * The story of a chain of calls that ends in one event: the acquisition, if a lock matters, the calls, and
 * `end` as the last step.
 */
export function tellChain(
  classes: ClassTable,
  steps: readonly Site[],
  end: string | StepEnd,
  path: number,
  { held = [], told = [] }: ChainLocks = {},
): readonly StoryStep[] {
  const story: StoryStep[] = [];
  const tellTaking = (lock: HeldLock): void => {
    const key = keyOf(lock);
    const name = key === undefined ? lock.api : shown(classes, key);
    const taking = flatten(lock.site);
    taking.forEach((site, i) => {
      const does: StepEnd =
        i === taking.length - 1 ? { text: `takes ${name}`, takes: { lock: name } } : callTo(taking[i + 1]);
      story.push({ path, ...locationOf(site), ...does, held: [] });
    });
  };
  const atEnd = typeof end === 'string' ? { text: end } : end;
  const isOfRoot = (lock: HeldLock): boolean => lock.site.fn === steps[0]?.fn;
  told.filter(isOfRoot).forEach(tellTaking);
  const names = shownHeld(classes, held);
  const own = shownHeld(classes, held.filter(isOfRoot));
  const later = new Set(told.filter((lock) => !isOfRoot(lock)));
  steps.forEach((site, i) => {
    const last = i === steps.length - 1;
    for (const lock of later) {
      if (!last && lock.site.fn !== site.fn) continue;
      later.delete(lock);
      tellTaking(lock);
    }
    story.push({
      path,
      ...locationOf(site),
      ...(last ? atEnd : callTo(steps[i + 1])),
      held: last ? names : own,
    });
  });
  return story;
}
