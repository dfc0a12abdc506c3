import type { Gap } from '../base/gap.js';
import type { Span } from '../base/span.js';
import type { FunctionRef } from '../link/types.js';
import type { LockKind, LockMode } from '../models/types.js';
import type { ApiEvent, EventId } from '../summary/types.js';
import type { Context } from './context.js';
import type { Fact, Signs } from './fact.js';
import type { Term } from './terms.js';

/**
 * A lock as one function sees it. `term` is the lock object in the names of the function's entry (its
 * parameters, globals, calls); `key` is its class, `undefined` while it hangs on an untyped parameter or a
 * generic container behind a bare pointer, to be bound by the caller.
 */
export interface LockRef {
  readonly term: Term;
  readonly key: string | undefined;
  readonly kind: LockKind;
  readonly mode: LockMode;
  /** Class to fall back on when no caller binds it. */
  readonly fallback: string | undefined;
  /** Subclass of a `_nested` acquisition, -1 when not constant or excused by an outer lock; it is part of `key`. */
  readonly subclass: number;
}

export interface HeldLock extends LockRef {
  readonly api: string;
  readonly site: Site;
  /** Taken by a try that never waits. */
  readonly nonBlocking: boolean;
  /** False when another outcome of a call on the path may have released it. */
  readonly certain: boolean;
}

/** A lock of the entry that was released. */
export interface ReleasedLock extends LockRef {
  /** What released it in the function: the release itself, or the call on the way to it. */
  readonly event: EventId;
  /** Calls between the function and the release. */
  readonly depth: number;
}

/** A place in a function; `via` goes on from a call into the callee, down to the event itself. */
export interface Site {
  readonly fn: FunctionRef;
  readonly event: EventId;
  /** Absolute in `fn.file`. */
  readonly span: Span;
  readonly via?: Site | undefined;
}

/** One way to leave a function. */
export interface ExitEffect {
  readonly acquired: readonly HeldLock[];
  /** Locks held at entry and released on the way. */
  readonly released: readonly ReleasedLock[];
  /** Locks taken and released again on every path of this exit, by term key. */
  readonly ended: ReadonlySet<string>;
  /** What is switched differently than at entry. */
  readonly context: Context;
  readonly signs: Signs;
  /** The value returned when it is the same on all paths of this exit. */
  readonly value: Term | undefined;
  /** What the paths of this exit know of parameters and globals. */
  readonly facts: readonly { readonly term: Term; readonly fact: Fact }[];
  /** The return statements, absolute spans. */
  readonly at: readonly Span[];
}

/** What is held when an event is reached, on one class of paths. */
export interface Moment {
  readonly held: readonly HeldLock[];
  readonly released: readonly LockRef[];
  readonly context: Context;
}

export interface AcquireEffect {
  readonly lock: LockRef;
  readonly api: string;
  readonly site: Site;
  readonly nonBlocking: boolean;
  /** Takes and releases inside: nothing stays held. */
  readonly transient: boolean;
  readonly moments: readonly Moment[];
}

export interface CallEffect {
  readonly targets: readonly FunctionRef[];
  /** The value called, for a call through a pointer. */
  readonly callee: Term | undefined;
  readonly args: readonly Term[];
  readonly site: Site;
  /** Made whenever the function gets through: no condition on states or arguments is in the way. */
  readonly isAlways: boolean;
  readonly moments: readonly Moment[];
}

/** A release, an assertion about the held set, or the initialisation of what is held. */
export interface LockUse {
  readonly k: 'release' | 'assert-held' | 'assert-not-held' | 'might-acquire' | 'lock-init';
  /**
   * `release`: it ended a lock taken in this function; `foreign`: the lock of somebody else (the caller's);
   * `again`: one that this function had taken and released already. The worst of all paths.
   */
  readonly ended: 'own' | 'foreign' | 'again';
  /** The same on all paths. */
  readonly uniform: boolean;
  readonly lock: LockRef;
  readonly api: string;
  readonly site: Site;
  readonly moments: readonly Moment[];
}

/** An event that is no lock operation: a wait, a sleeper, a switch, a registration, a free. */
export interface ApiEffect {
  readonly k: ApiEvent['k'];
  readonly api: string;
  readonly args: readonly Term[];
  readonly site: Site;
  readonly moments: readonly Moment[];
}

/** What one function does to locks: the result of interpreting its skeleton. */
export interface Effects {
  readonly fn: FunctionRef;
  /** What callers see; see exportExits(). */
  readonly exits: readonly ExitEffect[];
  /** Every exit as interpreted. */
  readonly rawExits: readonly ExitEffect[];
  readonly acquires: readonly AcquireEffect[];
  readonly calls: readonly CallEffect[];
  readonly uses: readonly LockUse[];
  readonly apis: readonly ApiEffect[];
  readonly gaps: readonly Gap[];
  /** Wrapper levels below it that its exits' effects came through. */
  readonly level: number;
  /** Equal strings mean equal effect on callers: early cut-off (invariant 5). */
  readonly signature: string;
  /** Callers that neither use its value nor know what it may store to go on as if its body were not known. */
  readonly isNeutral: boolean;
  /** Executions of blocks that it took to find all this out. */
  readonly steps: number;
}
