import type { Gap } from '../../base/gap.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockApi } from '../../models/types.js';
import type { ApiEvent, AssignEvent, CallEvent, LockEvent } from '../../skeleton/types.js';
import type { State } from './state.js';
import type { Term } from '../locks/terms.js';
import type { HeldLock, LockRef } from './types.js';

/** An event that calls: a call, or an API with a callback. */
export type Invocation = CallEvent | LockEvent;

/** A lock event, or a call declared to act like one. */
export type LockDoing = Pick<LockEvent, 'k' | 'id' | 'at'>;

/** Receives every event with a state that reaches it. All methods are optional: a replay listens to one event only. */
export interface Listener {
  acquire?(event: LockDoing, lock: LockRef, api: LockApi, state: State): void;
  /** Releases, assertions and announcements. `matched` is the held lock that a release ends. */
  use?(event: LockDoing, lock: LockRef, api: LockApi, state: State, matched: HeldLock | undefined): void;
  call?(
    event: Invocation,
    targets: readonly FunctionRef[],
    callee: Term | undefined,
    args: readonly Term[],
    state: State,
  ): void;
  api?(event: ApiEvent, args: readonly Term[], state: State): void;
  /** `value` is stored in an object that is not a variable of the function. */
  store?(event: AssignEvent, object: Term, value: Term, state: State): void;
  gap?(gap: Gap): void;
}
