import type { LockKind, LockMode } from '../models/types.js';
import type { Span } from '../base/span.js';
import type { FunctionRef } from '../link/types.js';
import type { EventId } from '../summary/types.js';
import type { Term } from './terms.js';

/**
 * A lock as one function sees it. `term` is the lock object in the names of the function's entry (its
 * parameters, globals, calls); `key` is its class, `undefined` while it hangs on an untyped parameter.
 */
export interface LockRef {
  readonly term: Term;
  readonly key: string | undefined;
  readonly kind: LockKind;
}

export interface HeldLock extends LockRef {
  readonly mode: LockMode;
  /** Name of the API that took it. */
  readonly api: string;
  readonly site: Site;
  /** Came from a try that never waits: no incoming edge. */
  readonly nonBlocking: boolean;
  /** Interrupts or bottom halves were switched off by this acquisition. */
  readonly irq: 'none' | 'irq' | 'bh';
  readonly subclass: number;
  /** Held on every path that reaches here with this state; false when held only under a condition that was merged away. */
  readonly certain: boolean;
}

/** A place in a function, and the call steps from it down to where the event is. */
export interface Site {
  readonly fn: FunctionRef;
  readonly event: EventId;
  /** Absolute in `fn.file`. */
  readonly span: Span;
  /** Call steps below this site, outermost first; empty for an event of `fn` itself. */
  readonly via?: Site;
}
