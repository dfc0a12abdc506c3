import { folderOf } from '../../../base/paths.js';
import type { Dependency } from '../../../graph/edges/dependency.js';

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

export function compareDistances(a: Distance, b: Distance): number {
  for (const [i, one] of a.entries()) {
    const other = b[i] ?? 0;
    if (one !== other) return one - other;
  }
  return 0;
}
