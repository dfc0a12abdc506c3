import type { Surroundings } from '../effects/step.js';
import type { Contexts } from './contexts.js';
import type { Dependency } from './dependency.js';
import { runsInInterrupt } from './run-contexts.js';

/**
 * Whether a reader is let in while a writer waits. A reader-writer spinlock does that in interrupts and where bottom halves
 * are off (Documentation/locking/lockdep-design.rst, read_lock_is_recursive()).
 */
export function isRecursiveReader(
  { models, program }: Surroundings,
  contexts: () => Contexts,
  { api, held, root }: Pick<Dependency, 'api' | 'held' | 'root'>,
): boolean {
  const recursive = models.lockApi(api)?.recursiveRead;
  if (recursive !== 'in-interrupt') return recursive === 'always';
  const isBhOff = [api, ...held.map((lock) => lock.api)].some((name) => models.lockApi(name)?.bh === true);
  return isBhOff || runsInInterrupt(contexts(), program, root);
}
