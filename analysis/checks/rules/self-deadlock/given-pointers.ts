import { append } from '../../../base/lists.js';
import type { ClassTable } from '../../../summaries/locks/locks.js';
import type { Program } from '../../../link/types.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { withoutSubclass } from '../../../base/subclass.js';
import { deref } from '../../../summaries/locks/terms.js';
import { areLockOfOwner } from './pointer-of-owner.js';

/** Two classes that are one lock in the objects of a file. */
interface Alias {
  readonly other: string;
  readonly file: string;
  /** Whether the other class is that of the pointer. */
  readonly isPointer: boolean;
}

/**
 * Locks that a driver gives an object of a core, whose functions take them through the pointer: of two classes, as every
 * driver gives another lock, and still one lock in the driver's objects: `cam->controls.lock = &cam->lock`.
 */
export class GivenPointers {
  private byKey: ReadonlyMap<string, readonly Alias[]> | undefined;

  constructor(
    private readonly program: Program,
    private readonly classes: ClassTable,
  ) {}

  /** The classes that are the lock of this class somewhere. */
  of(key: string): readonly string[] {
    return [...new Set(this.aliases(key).map(({ other }) => other))];
  }

  /** Whether the two locks of a dependency between such classes are one, by what the root's file stores. */
  areOne({ root, from, to, holds, lock }: Dependency): boolean {
    const [one, two] = [withoutSubclass(from), withoutSubclass(to)];
    const alias = this.aliases(one).find(({ other, file }) => other === two && file === root.file);
    if (alias === undefined) return false;
    const [pointed, direct] = alias.isPointer ? [lock.term, holds.term] : [holds.term, lock.term];
    // A core's function that the models know takes what the member points to, and names the member.
    const term = pointed.k === 'field' ? deref(pointed) : pointed;
    return areLockOfOwner(this.program, this.classes, alias.isPointer ? one : two, term, direct);
  }

  private aliases(key: string): readonly Alias[] {
    this.byKey ??= this.gather();
    return this.byKey.get(key) ?? [];
  }

  private gather(): ReadonlyMap<string, readonly Alias[]> {
    const found = new Map<string, Alias[]>();
    for (const { member, key, file } of this.classes.pointers.all()) {
      append(found, key, { other: member, file, isPointer: true });
      append(found, member, { other: key, file, isPointer: false });
    }
    return found;
  }
}
