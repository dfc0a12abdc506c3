import { BOUNDS } from '../../../base/bounds.js';
import { isProcess, isSoftirq, type Contexts } from '../../../graph/contexts/contexts.js';
import { passesOtherwise, type KnownCallers } from '../../../graph/sight/callers.js';
import type { FunctionRef } from '../../../link/types.js';
import type { KnownFacts } from '../../../summaries/facts/kept-facts.js';
import type { LockUse } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import { asserts, isEmpty } from './held-locks.js';
import { PrivateLocks } from './private-locks.js';
import { isServed, isStored, tablesWith } from './served.js';

/** `free`: entered without a lock, as far as its callers and contexts show. */
type EntryState = 'free' | 'unknown';

interface Asked {
  /** Callees on the way up, from the function that was asked about first. */
  readonly above?: readonly FunctionRef[];
  /** What the path below the function says of its parameters. */
  readonly facts?: KnownFacts;
  /** Whether only handlers and functions of the module's start and end count as entered without locks, not operations. */
  readonly isByHandler?: boolean;
}

/** Which functions are entered without the lock that they or their callees assert. */
export class EntryStates {
  private readonly contexts: Contexts;
  private readonly privateLocks: PrivateLocks;

  constructor(
    private readonly context: CheckContext,
    private readonly callers: KnownCallers,
  ) {
    this.contexts = context.contexts();
    this.privateLocks = new PrivateLocks(context);
  }

  /**
   * `free` if some known call path into the function begins without the lock of `use`. Calls whose constants contradict
   * `facts` do not count: what they pass leads elsewhere.
   */
  of(fn: FunctionRef, use: LockUse, asked: Asked = {}): EntryState {
    const { above = [], facts, isByHandler = false } = asked;
    if (above.includes(fn)) return 'unknown';
    const isInSection = (fn.item?.section ?? '') !== '';
    const calls = this.callers.ofModule(fn);
    // A section such as __init limits when the code exists, not who calls it.
    const isCalled = isInSection && calls !== undefined && (calls.length > 0 || fn.item?.isStatic === false);
    if (!isCalled && this.beginsFree(fn, use, isByHandler)) return 'free';
    const isEnteredOutside =
      fn.item?.isStatic === false ||
      this.contexts.of(fn).length > 0 ||
      isStored(this.context.collected.program, fn);
    if (
      !isByHandler &&
      calls === undefined &&
      isEnteredOutside &&
      this.privateLocks.isFreeOutside(fn, use.lock)
    )
      return 'free';
    if (calls === undefined || calls.length === 0 || above.length >= BOUNDS.callersForAnnotation)
      return 'unknown';
    // One call path without the lock suffices. A caller that asserts the lock is responsible for its own callers.
    const free = calls.some(
      ({ caller, args, locksets }) =>
        args !== undefined &&
        (facts === undefined || !passesOtherwise({ caller, args, locksets }, facts)) &&
        locksets.length > 0 &&
        locksets.every(isEmpty) &&
        !asserts(this.context.around.summaryOf(caller), use) &&
        this.of(caller, use, { above: [...above, fn], isByHandler }) === 'free',
    );
    return free ? 'free' : 'unknown';
  }

  /** Whether only the kernel core calls the function; the core takes no driver lock for the call. */
  private beginsFree(fn: FunctionRef, { api, lock }: LockUse, isByHandler: boolean): boolean {
    // Whoever calls a member of a table of functions may hold the lock, also of one that exists for a while only.
    if (
      (fn.item?.section ?? '') !== '' &&
      fn.item?.isStatic === true &&
      tablesWith(this.context.collected.program, fn).length === 0
    )
      return this.context.around.models.lockApi(api)?.mutedAtBoot !== true;
    const entries = this.contexts.of(fn);
    return (
      entries.length > 0 &&
      entries.every(
        (entry) =>
          (isProcess(entry.context) && entry.context !== 'process') ||
          isSoftirq(entry.context) ||
          entry.context === 'hardirq' ||
          (!isByHandler && isServed(this.context, fn, entry, lock)),
      )
    );
  }
}
