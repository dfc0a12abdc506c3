import type { Surroundings } from '../../summaries/surroundings.js';
import { rootOf } from '../../summaries/locks/terms.js';
import { waysOf, type Arms } from './arms.js';
import { callersInFolder } from '../interrupts/callers-beside.js';
import type { Contexts } from '../contexts/contexts.js';
import type { Dependency } from '../edges/dependency.js';
import { runsInInterrupt } from '../contexts/run-contexts.js';
import type { Writers } from '../events/writers.js';

/**
 * Whether a reader is admitted while a writer waits. A reader-writer spinlock does so in interrupts and with bottom
 * halves disabled (Documentation/locking/lockdep-design.rst, read_lock_is_recursive()).
 */
export function isRecursiveReader(
  { models, program }: Surroundings,
  contexts: () => Contexts,
  { api, held, root }: Pick<Dependency, 'api' | 'held' | 'root'>,
): boolean {
  const recursive = models.lockApi(api)?.recursiveRead;
  if (recursive !== 'in-interrupt') return recursive === 'always';
  const isBhOff = [api, ...held.map((lock) => lock.api)].some((name) => models.lockApi(name)?.bh === true);
  return isBhOff || runsInInterrupt(contexts(), (fn) => callersInFolder(program, fn), root);
}

/** Decides when readers of one lock on both sides of a cycle do not wait for each other. */
export class Readers {
  constructor(
    private readonly around: Surroundings,
    private readonly arms: Arms,
    private readonly writers: Writers,
    private readonly contexts: () => Contexts,
  ) {}

  /** lockdep's weak path: a recursive reader passes holders in read mode, even if a writer waits. */
  pass(side: Dependency, next: Dependency | undefined): boolean {
    return areReaders(side, next) && isRecursiveReader(this.around, this.contexts, side);
  }

  /**
   * Whether nothing writes the variable except code in an excluded arm. lockdep still reports a reader-writer
   * semaphore.
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
   * Whether no visible code writes the lock; a writer's object may not have been recognised. If a handler takes part,
   * lockdep and its own tests treat a reader as waiting, with or without a writer.
   */
  lackWriter(side: Dependency, sides: readonly Dependency[], next: Dependency | undefined): boolean {
    if (side.lock.kind !== 'rwlock' || !areReaders(side, next)) return false;
    if (this.writers.of(side.to).length > 0) return false;
    return !sides.some(({ root }) =>
      runsInInterrupt(this.contexts(), (fn) => this.around.program.callers(fn), root),
    );
  }
}

function areReaders(side: Dependency, next: Dependency | undefined): boolean {
  return side.lock.mode === 'read' && next?.holds.mode === 'read' && next !== side;
}
