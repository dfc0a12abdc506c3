import type { Location } from '../../base/span.js';
import type { LockKind } from '../../models/types.js';

/** What is known about a lock class when it is first seen. The graph layer completes it. */
export interface ClassInfo {
  readonly key: string;
  readonly id: string;
  readonly kind: LockKind;
  readonly declaredAt: Location | undefined;
  /** The struct that declares the lock; `''` for a variable. */
  readonly record: string;
  /** The lock is reached through a base class or a bare pointer to a container, so the class is weak evidence. */
  readonly generic: boolean;
  /** For a subclass: its nesting level, or -1 if it is not constant. */
  readonly level?: number;
}

/** The place of a declaration of which only the line is known. */
export function lineOf(file: string, line: number): Location {
  return { file, line, column: 1, endLine: line, endColumn: 1 };
}
