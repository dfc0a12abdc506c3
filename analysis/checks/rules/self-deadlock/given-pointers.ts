import { append } from '../../../base/lists.js';
import type { ClassTable } from '../../../summaries/locks/locks.js';
import type { Program } from '../../../link/types.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { withoutSubclass } from '../../../base/subclass.js';
import { areLockOfOwner } from './pointer-of-owner.js';

/** Two classes that are one lock in the objects of a file. */
interface Alias {
  readonly other: string;
  readonly file: string;
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
    this.byKey ??= this.gather();
    return [...new Set((this.byKey.get(key) ?? []).map(({ other }) => other))];
  }

  /** Whether the two locks of a dependency between such classes are one, by what the root's file stores. */
  areOne({ root, from, to, holds, lock }: Dependency): boolean {
    this.byKey ??= this.gather();
    const [key, other] = [withoutSubclass(from), withoutSubclass(to)];
    const isHere = this.byKey.get(key)?.some((one) => one.other === other && one.file === root.file) === true;
    if (!isHere) return false;
    return [key, other].some((owned) =>
      areLockOfOwner(this.program, this.classes, owned, holds.term, lock.term),
    );
  }

  private gather(): ReadonlyMap<string, readonly Alias[]> {
    const found = new Map<string, Alias[]>();
    for (const { member, key, file } of this.classes.pointers.all()) {
      append(found, key, { other: member, file });
      append(found, member, { other: key, file });
    }
    return found;
  }
}
