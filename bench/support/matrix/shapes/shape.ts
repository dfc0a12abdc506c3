import type { Family } from '../families.js';

/**
 * The body of a function with one mistake. A line that begins with `+` is in the faulty module only, one that begins
 * with `-` in its correct twin only. Words in capitals are filled in: TAKE and DROP (the lock), COND and COND2
 * (conditions), CALL (a callee that may fail), DEEP (the code below some calls), `return ERR`, `return OK` and `return
 * RET` (results).
 */
export interface Shape {
  readonly rule: string;
  readonly name: string;
  readonly body: string;
  /** Declarations of locals. */
  readonly locals?: string;
  /** The code before the function. */
  readonly top?: string;
  /** Other rules that correctly report the mistake. */
  readonly also?: readonly string[];
  /** Families that make sense here; by default those that always succeed. */
  readonly fits?: (family: Family) => boolean;
  /** What DEEP stands for. */
  readonly deep?: string;
  /** Only in functions that return a value. */
  readonly hasResult?: boolean;
  /** Only in functions that may sleep. */
  readonly sleeps?: boolean;
  /** Only if all callers are in the module: others could expect the lock. */
  readonly isClosed?: boolean;
  /** Only with acquisitions and releases in the function itself. */
  readonly isDirect?: boolean;
}

export type Bare = Omit<Shape, 'rule'>;

export const always = ({ succeeds }: Family): boolean => succeeds === undefined;
export const anyFamily = (): boolean => true;
