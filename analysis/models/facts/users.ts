import type { LockKind, LockMode } from './locks.js';

/** Lists of locking calls by role: shorthand for records with one role each. */
export interface UserCalls {
  readonly acquire?: readonly UserLockCall[];
  readonly release?: readonly UserLockCall[];
  readonly try?: readonly (UserLockCall & { readonly success?: 'nonzero' | 'zero' })[];
  readonly noreturn?: readonly string[];
}

export interface UserLockCall {
  readonly name: string;
  readonly arg?: number;
  readonly kind?: LockKind;
  readonly mode?: LockMode;
  readonly subclassArg?: number;
}
