import type { FunctionRef } from '../../link/types.js';
import type { LockApi } from '../../models/types.js';
import type { Gap } from '../../base/gap.js';
import type { Span } from '../../base/span.js';
import type { ApiEvent } from '../../skeleton/types.js';
import type { Context } from './context.js';
import { locksetKey } from './locksets.js';
import type { State } from './state.js';
import type { Invocation, Listener, LockDoing } from './listener.js';
import type { Term } from '../locks/terms.js';
import type { HeldLock, LockRef, ReleasedLock } from './types.js';

/** The part of a state that a listener to a whole function reads. */
export interface PathPoint {
  readonly held: readonly HeldLock[];
  readonly released: readonly ReleasedLock[];
  readonly ended: ReadonlySet<string>;
  readonly context: Context;
  readonly guessed: boolean;
  /** Its {@link locksetKey}. */
  readonly key: string;
}

/** Like {@link Listener}, but receives all events of a function after its states have converged. */
export interface Audience {
  acquire(event: LockDoing, lock: LockRef, api: LockApi, at: PathPoint): void;
  use(event: LockDoing, lock: LockRef, api: LockApi, at: PathPoint, matched: HeldLock | undefined): void;
  call(
    event: Invocation,
    targets: readonly FunctionRef[],
    callee: Term | undefined,
    args: readonly Term[],
    at: PathPoint,
  ): void;
  api(event: ApiEvent, args: readonly Term[], at: PathPoint): void;
  gap(gap: Gap): void;
  exit(state: State, value: Term | undefined, at: Span): void;
}

/** A state waiting in a block; `dirty` until its current form has been executed. */
export interface WaitingState {
  readonly state: State;
  dirty: boolean;
  /** The events of the last execution, and how many classes were known then. */
  record?: Recording;
  classes?: number;
}

/** Records the events of a run through a block, and publishes them once the run is known to be the last. */
export class Recording implements Listener {
  private readonly told: ((audience: Audience) => void)[] = [];
  private last: PathPoint | undefined;

  acquire(event: LockDoing, lock: LockRef, api: LockApi, state: State): void {
    const at = this.standing(state);
    this.told.push((audience) => audience.acquire(event, lock, api, at));
  }

  use(event: LockDoing, lock: LockRef, api: LockApi, state: State, matched: HeldLock | undefined): void {
    const at = this.standing(state);
    this.told.push((audience) => audience.use(event, lock, api, at, matched));
  }

  call(
    event: Invocation,
    targets: readonly FunctionRef[],
    callee: Term | undefined,
    args: readonly Term[],
    state: State,
  ): void {
    const at = this.standing(state);
    this.told.push((audience) => audience.call(event, targets, callee, args, at));
  }

  api(event: ApiEvent, args: readonly Term[], state: State): void {
    const at = this.standing(state);
    this.told.push((audience) => audience.api(event, args, at));
  }

  gap(gap: Gap): void {
    this.told.push((audience) => audience.gap(gap));
  }

  /** `state` must not change afterwards. */
  exit(state: State, value: Term | undefined, span: Span): void {
    this.told.push((audience) => audience.exit(state, value, span));
  }

  tell(audience: Audience): void {
    for (const one of this.told) one(audience);
  }

  /** Most events see the same state as their predecessor. */
  private standing(state: State): PathPoint {
    const { last } = this;
    const isSame =
      last !== undefined &&
      last.held === state.held &&
      last.released === state.released &&
      last.ended === state.ended &&
      last.context === state.context &&
      last.guessed === state.guessed;
    return isSame ? last : (this.last = new Seen(state));
  }
}

class Seen implements PathPoint {
  readonly held: readonly HeldLock[];
  readonly released: readonly ReleasedLock[];
  readonly ended: ReadonlySet<string>;
  readonly context: Context;
  readonly guessed: boolean;
  private text: string | undefined;

  constructor({ held, released, ended, context, guessed }: State) {
    this.held = held;
    this.released = released;
    this.ended = ended;
    this.context = context;
    this.guessed = guessed;
  }

  get key(): string {
    return (this.text ??= locksetKey(this));
  }
}
