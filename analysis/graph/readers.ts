import type { Surroundings } from '../effects/step.js';
import { rootOf } from '../effects/terms.js';
import { waysOf, type Arms } from './arms.js';
import type { Contexts } from './contexts.js';
import type { Dependency } from './dependency.js';
import { runsInInterrupt } from './run-contexts.js';
import type { Writers } from './writers.js';

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

/** Readers on both sides of a lock in a cycle: when they do not wait for one another. */
export class Readers {
  constructor(
    private readonly around: Surroundings,
    private readonly arms: Arms,
    private readonly writers: Writers,
    private readonly contexts: () => Contexts,
  ) {}

  /** lockdep's weak path: a recursive reader passes those that hold the lock for reading, whatever writer waits. */
  pass(side: Dependency, next: Dependency | undefined): boolean {
    return areReaders(side, next) && isRecursiveReader(this.around, this.contexts, side);
  }

  /**
   * Nobody writes the variable, or whoever does is in an arm that excludes theirs. lockdep reports a reader-writer
   * semaphore all the same.
   */
  areAlone(side: Dependency, sides: readonly Dependency[], next: Dependency | undefined): boolean {
    if (!areReaders(side, next)) return false;
    const writers = this.writers.of(side.to);
    if (writers.length === 0)
      return this.lackWriter(side, sides, next) && rootOf(side.lock.term).k === 'global';
    const ways = sides.flatMap(waysOf);
    return writers.every((site) => this.arms.of([...ways, { steps: [site] }]) === undefined);
  }

  /**
   * Nobody in sight writes the lock: somebody may whose object was not recognised. Where a handler takes part, lockdep
   * and its own tests count a reader as one who waits, writer or not.
   */
  lackWriter(side: Dependency, sides: readonly Dependency[], next: Dependency | undefined): boolean {
    if (side.lock.kind !== 'rwlock' || !areReaders(side, next)) return false;
    if (this.writers.of(side.to).length > 0) return false;
    return !sides.some(({ root }) => runsInInterrupt(this.contexts(), this.around.program, root));
  }
}

function areReaders(side: Dependency, next: Dependency | undefined): boolean {
  return side.lock.mode === 'read' && next?.holds.mode === 'read' && next !== side;
}
