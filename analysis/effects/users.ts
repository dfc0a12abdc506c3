import { BOUNDS } from '../base/bounds.js';
import type { FunctionRef } from '../link/types.js';

/** By function, or by name of a slot: those whose effects were computed from it. Some may be gone or not use it any more. */
export class Users<Used> {
  private readonly byUsed = new Map<Used, FunctionRef[]>();

  /** `isAlive` tells functions that are gone from the others. */
  constructor(private readonly isAlive: (fn: FunctionRef) => boolean) {}

  note(used: Used, user: FunctionRef): void {
    const users = this.byUsed.get(used);
    if (users === undefined) this.byUsed.set(used, [user]);
    else if (
      users.at(-1) !== user &&
      users.push(user) >= BOUNDS.usersBeforeCleaning &&
      isPowerOfTwo(users.length)
    )
      this.byUsed.set(used, this.living(users));
  }

  of(used: Used): readonly FunctionRef[] {
    return this.byUsed.get(used) ?? [];
  }

  forget(used: Used): void {
    this.byUsed.delete(used);
  }

  /** Without those that are gone: every edit of a file puts other functions in the place of its own. */
  private living(users: readonly FunctionRef[]): FunctionRef[] {
    return [...new Set(users)].filter(this.isAlive);
  }
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
