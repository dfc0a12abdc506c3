import type { Location } from '../base/span.js';
import type { LockKind } from '../models/types.js';

/** What is known of a lock class when it is first met; the graph layer completes it. */
export interface ClassInfo {
  readonly key: string;
  readonly id: string;
  readonly kind: LockKind;
  readonly declaredAt: Location | undefined;
  /** The struct that declares it, `''` for a variable. */
  readonly record: string;
  /** Reached through a base class or a container seen from a bare pointer: tells little. */
  readonly generic: boolean;
  /** Of a nesting level of another class: the level, -1 when it is not constant. */
  readonly level?: number;
}
