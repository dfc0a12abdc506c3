import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef } from '../../link/types.js';

/**
 * The dependents of each function or slot name: functions whose summaries were computed from it. May contain functions
 * that are gone or no longer depend on it.
 */
export class Users<Used> {
  private readonly byUsed = new Map<Used, FunctionRef[]>();

  /** `isAlive` is false for functions that no longer exist. */
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

  /** Takes over what another table has recorded. */
  adopt({ byUsed }: Users<Used>): void {
    for (const [used, users] of byUsed) this.byUsed.set(used, [...users]);
  }

  of(used: Used): readonly FunctionRef[] {
    return this.byUsed.get(used) ?? [];
  }

  forget(used: Used): void {
    this.byUsed.delete(used);
  }

  /** Drops functions that no longer exist: every edit replaces the functions of its file. */
  private living(users: readonly FunctionRef[]): FunctionRef[] {
    return [...new Set(users)].filter(this.isAlive);
  }
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}
