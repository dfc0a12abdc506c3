import type { Gap } from '../../base/gap.js';
import type { Span } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockKind, LockMode } from '../../models/types.js';
import type { ApiEvent, EventId } from '../../skeleton/types.js';
import type { Context } from './context.js';
import type { Fact, Signs } from '../facts/fact.js';
import type { ToldByPointer } from '../facts/told.js';
import type { Term } from '../locks/terms.js';

/**
 * A lock as one function sees it. `term` is the lock object in terms of the function's entry (its parameters, globals,
 * calls). `key` is its class. It is `undefined` while the lock is reached from an untyped parameter, or through a
 * generic container behind a bare pointer; the caller binds it.
 */
export interface LockRef {
  readonly term: Term;
  readonly key: string | undefined;
  readonly kind: LockKind;
  readonly mode: LockMode;
  /** The class if no caller binds it. */
  readonly fallback: string | undefined;
  /**
   * Subclass of a `_nested` acquisition; -1 if it is not constant or an outer lock orders the instances. Part of `key`.
   */
  readonly subclass: number;
}

export interface HeldLock extends LockRef {
  readonly api: string;
  readonly site: Site;
  /** Acquired by a trylock, which never waits. */
  readonly nonBlocking: boolean;
  /** False if another outcome of a call on the path may have released it. */
  readonly certain: boolean;
}

/** A lock held at entry that was released. */
export interface ReleasedLock extends LockRef {
  /** The release in this function, or the call that leads to it. */
  readonly event: EventId;
  /** Number of calls between the function and the release. */
  readonly depth: number;
}

/** A place in a function. `via` continues from a call into the callee, down to the event itself. */
export interface Site {
  readonly fn: FunctionRef;
  readonly event: EventId;
  /** Absolute in `fn.file`. */
  readonly span: Span;
  readonly via?: Site | undefined;
}

/** One way to return from a function. */
export interface ExitEffect {
  readonly acquired: readonly HeldLock[];
  /** Locks held at entry and released on the path. */
  readonly released: readonly ReleasedLock[];
  /** Locks acquired and released again on every path to this exit, by term key. */
  readonly ended: ReadonlySet<string>;
  /** Difference of the execution context from the one at entry. */
  readonly context: Context;
  readonly signs: Signs;
  /** The return value, if it is the same on all paths to this exit. */
  readonly value: Term | undefined;
  /** Negative constants that it returns with a lock kept: codes of a success, which a caller may ask for. */
  readonly codes?: readonly number[];
  /** Facts about parameters and globals that hold on all paths to this exit. */
  readonly facts: readonly { readonly term: Term; readonly fact: Fact }[];
  /** What all paths to this exit have stored through pointers for the caller. */
  readonly told: ToldByPointer;
  /** The return statements, absolute spans. */
  readonly at: readonly Span[];
  /** A condition that the path has found true or false, and where it reversed it since. */
  readonly turned?: Turned;
}

/** A condition that the path has found to be true or false, and that a store reversed. */
export interface Turned {
  readonly condition: Term;
  readonly site: Site;
}

/** A held set at an event, for one class of paths. */
export interface Lockset {
  readonly held: readonly HeldLock[];
  readonly released: readonly LockRef[];
  readonly context: Context;
}

export interface AcquireEffect {
  readonly lock: LockRef;
  readonly api: string;
  readonly site: Site;
  readonly nonBlocking: boolean;
  /** Acquired and released inside the call: nothing stays held. */
  readonly transient: boolean;
  readonly locksets: readonly Lockset[];
}

export interface CallSummary {
  readonly targets: readonly FunctionRef[];
  /** The value called, for a call through a pointer. */
  readonly callee: Term | undefined;
  readonly args: readonly Term[];
  readonly site: Site;
  /** Unconditional: the call happens whenever the function completes. */
  readonly isAlways: boolean;
  readonly locksets: readonly Lockset[];
}

/** A release, an assertion about the held set, or the initialisation of a held lock. */
export interface LockUse {
  readonly k: 'release' | 'assert-held' | 'assert-not-held' | 'might-acquire' | 'lock-init';
  /**
   * `release`: of a lock acquired in this function; `foreign`: of the caller's lock; `again`: of a lock that this
   * function has already released. The worst case over all paths.
   */
  readonly ended: 'own' | 'foreign' | 'again';
  /** Whether `ended` is the same on all paths. */
  readonly uniform: boolean;
  readonly lock: LockRef;
  readonly api: string;
  readonly site: Site;
  readonly locksets: readonly Lockset[];
}

/** An event that is not a lock operation: a wait, a sleep, a context switch, a registration, a free. */
export interface ApiEffect {
  readonly k: ApiEvent['k'];
  readonly api: string;
  readonly args: readonly Term[];
  readonly site: Site;
  readonly locksets: readonly Lockset[];
}

/** The function summary: the result of interpreting the function's skeleton. */
export interface FunctionSummary {
  readonly fn: FunctionRef;
  /** The exits as callers see them; see exportExits(). */
  readonly exits: readonly ExitEffect[];
  /** All of them, if they are too many for callers but arguments choose among them. */
  readonly byArgument?: readonly ExitEffect[];
  /** The exits as interpreted. */
  readonly rawExits: readonly ExitEffect[];
  readonly acquires: readonly AcquireEffect[];
  readonly calls: readonly CallSummary[];
  readonly uses: readonly LockUse[];
  readonly apis: readonly ApiEffect[];
  readonly gaps: readonly Gap[];
  /** Number of wrapper levels below it that contributed to its exits. */
  readonly level: number;
  /** Equal strings mean equal effects on callers, so invalidation stops there. */
  readonly signature: string;
  /** Neutral to callers that use neither its value nor its stores: they treat it like a function without a body. */
  readonly isNeutral: boolean;
  /** Whether its callers learn anything of the value from it. */
  readonly tellsValue: boolean;
  /** Number of block executions that the interpretation took. */
  readonly steps: number;
}
