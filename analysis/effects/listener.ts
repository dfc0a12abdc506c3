import type { Gap } from '../base/gap.js';
import type { FunctionRef } from '../link/types.js';
import type { LockApi } from '../models/types.js';
import type { ApiEvent, CallEvent, LockEvent } from '../summary/types.js';
import type { State } from './state.js';
import type { Term } from './terms.js';
import type { HeldLock, LockRef } from './types.js';

/** What calls: a call event, or an API that calls back. */
export type Invocation = CallEvent | LockEvent;

/** A lock event, or a call that is declared to be one. */
export type LockDoing = Pick<LockEvent, 'k' | 'id' | 'at'>;

/** Told of every event with a state that reaches it. All optional: replay listens to one event only. */
export interface Listener {
  acquire?(event: LockDoing, lock: LockRef, api: LockApi, state: State): void;
  /** Releases, assertions and announcements. `matched` is the held lock a release ends. */
  use?(event: LockDoing, lock: LockRef, api: LockApi, state: State, matched: HeldLock | undefined): void;
  call?(
    event: Invocation,
    targets: readonly FunctionRef[],
    callee: Term | undefined,
    args: readonly Term[],
    state: State,
  ): void;
  api?(event: ApiEvent, args: readonly Term[], state: State): void;
  gap?(gap: Gap): void;
}
