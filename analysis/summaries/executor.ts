import type { Span } from '../base/span.js';
import type { FunctionRef } from '../link/types.js';
import type { LockApi } from '../models/types.js';
import type { EventId, LockEvent, Skeleton } from '../skeleton/types.js';
import type { CalleeFinder } from './interpret/callees.js';
import type { Evaluator } from './interpret/evaluate.js';
import type { Invocation, Listener } from './state/listener.js';
import type { State } from './state/state.js';
import type { LockRef, Site } from './state/types.js';
import type { Surroundings } from './surroundings.js';

/** What executes the events of one function, as far as what applies callees needs it. */
export interface Executor {
  readonly around: Surroundings;
  readonly fn: FunctionRef;
  readonly skeleton: Skeleton;
  readonly evaluator: Evaluator;
  readonly callees: CalleeFinder;
  readonly listener: Listener;
  /** The current block is in a loop whose number of iterations is unknown. */
  readonly isRoundsOpen: boolean;
  /** Number of wrapper levels below the summary applied here. */
  level: number;
  site(event: { readonly id: EventId; readonly at: Span }): Site;
  siteOf(id: EventId): Site;
  /** Adds a lock to the held set. */
  take(event: LockEvent | Invocation, lock: LockRef, api: LockApi, state: State): void;
}
