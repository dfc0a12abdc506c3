import { atLeast } from '../../../base/confidence.js';
import { areNested, folderOf } from '../../../base/paths.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import type { Finding } from '../../types.js';

/** The distance between the sides of a cycle, compared number by number. */
export type Distance = readonly number[];

/**
 * Drivers that share a core take its locks in the same ways. The sides of one driver tell a reader more than those of
 * two, and a call that is always made more than one that depends on a condition.
 */
export function distanceOf(sides: readonly Dependency[]): Distance {
  const files = new Set(
    sides.flatMap(({ steps, holdSteps }) => [...steps, ...holdSteps].map(({ fn }) => fn.file)),
  );
  const folders = new Set([...files].map(folderOf));
  return [folders.size, files.size, sides.reduce((sum, { open }) => sum + open, 0)];
}

/**
 * Whether each side reaches its second lock through a pointer to a function of another driver, in a folder that is neither
 * inside of its own nor around it. Others implement the interface too: that the two drivers meet is an assumption.
 */
export function areOfStrangers(around: Surroundings, sides: readonly Dependency[]): boolean {
  return sides.every(({ root, steps }) =>
    steps.some(({ fn, event }, i) => {
      const next = steps[i + 1]?.fn;
      if (next === undefined || areRelated(root.file, next.file)) return false;
      return ownCallAt(around.summaryOf(fn), event)?.callee !== undefined;
    }),
  );
}

/** Whether two files are in one folder, or one of them in a folder inside that of the other. */
export function areRelated(a: string, b: string): boolean {
  const [one, other] = [folderOf(a), folderOf(b)];
  return one === other || areNested(one, other);
}

/** A finding, and the side of it that takes the lock under which the other side is called. */
export interface ToldOrder {
  readonly finding: Finding;
  readonly side: Dependency;
}

/**
 * Whether a finding with a doubt is told by another one, of the same acquisition under a lock around this one's root. The
 * mend of that one takes the acquisition out of this one's lock as well; what the outer lock protects may keep the sides of
 * this one apart. `isUnder` tells whether all callers of a side's root hold a lock.
 */
export function isToldFurtherOut(
  { finding, side }: ToldOrder,
  all: readonly ToldOrder[],
  isUnder: (side: Dependency, key: string) => boolean,
): boolean {
  if (finding.confidence !== 'medium') return false;
  const last = side.steps.at(-1);
  return all.some((other) => {
    const end = other.side.steps.at(-1);
    return (
      end?.fn === last?.fn &&
      end?.event === last?.event &&
      other.side.to === side.to &&
      atLeast(other.finding.confidence, finding.confidence) &&
      isUnder(side, other.side.from)
    );
  });
}

export function compareDistances(a: Distance, b: Distance): number {
  for (const [i, one] of a.entries()) {
    const other = b[i] ?? 0;
    if (one !== other) return one - other;
  }
  return 0;
}
