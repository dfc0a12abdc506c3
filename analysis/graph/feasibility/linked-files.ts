import { folderOf } from '../../base/paths.js';
import type { Site } from '../../summaries/state/types.js';
import { isOffering, namesFunctionOf } from '../../link/files/one-driver.js';
import type { Program } from '../../link/types.js';

/**
 * Whether two paths go through code of one driver: a common file, or files of which one names a global function of the
 * other. Drivers in one folder that share only a layer's records are not linked.
 */
export function areLinked(program: Program, first: readonly Site[], second: readonly Site[]): boolean {
  const [here, there] = [filesOf(first), filesOf(second)];
  return here.some((a) =>
    there.some((b) => a === b || namesFunctionOf(program, a, b) || namesFunctionOf(program, b, a)),
  );
}

function filesOf(steps: readonly Site[]): readonly string[] {
  return [...new Set(steps.map(({ fn }) => fn.file))];
}

/**
 * The files that may work on the objects of a driver's path, of those in its folders and of `others`: what is linked with
 * its files, and what is linked with these. What a layer is linked with as well are other drivers, which have objects of
 * their own.
 */
export function filesOfDriver(
  program: Program,
  steps: readonly Site[],
  others: Iterable<string>,
): ReadonlySet<string> {
  const found = new Set(filesOf(steps));
  const own = new Set(found);
  const beside = [...found].flatMap((file) => program.filesIn(folderOf(file)));
  const all = new Set([...beside, ...others]);
  for (const file of found) {
    if (!own.has(file) && isOffering(program, file)) continue;
    for (const other of all)
      if (
        !found.has(other) &&
        (namesFunctionOf(program, file, other) || namesFunctionOf(program, other, file))
      )
        found.add(other);
  }
  return found;
}
