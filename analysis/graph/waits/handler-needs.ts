import { BOUNDS } from '../../base/bounds.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { rootOf } from '../../summaries/locks/terms.js';
import type { LockRef, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import { areOfOneDriver } from '../../link/files/one-driver.js';
import { keyOf } from '../events/collect.js';
import { putOn } from '../paths/last-reference.js';
import { targetsBeside } from '../events/bounded.js';
import type { AcquiredWithin } from '../edges/acquired-within.js';
import type { ProofRun } from '../paths/proofs.js';
import { flatten } from '../paths/replay.js';
import { demandPointers } from '../paths/demand-pointers.js';
import { isBehindRun } from '../paths/run-ends.js';

/** A feasible path from a handler's entry to an acquisition, in terms of the handler. */
export interface HandlerPath {
  readonly steps: readonly Site[];
  readonly lock: LockRef;
  /** Whether the lock is acquired only when the last reference is dropped; another holder of a reference may exist. */
  readonly isForLast: boolean;
  /** Whether an object selects the function that a call on the path reaches; it may be another object's. */
  readonly isSelected: boolean;
  readonly facts: KnownFacts;
}

/** How handlers acquire a lock of some class. */
export class HandlerNeeds {
  private readonly memo = new Map<string, readonly HandlerPath[]>();

  constructor(
    private readonly around: Surroundings,
    private readonly acquiredWithin: AcquiredWithin,
    private readonly proofs: ProofRun,
  ) {}

  /** The shortest paths on which `fn` acquires `key` with a blocking call. */
  ways(fn: FunctionRef, key: string): readonly HandlerPath[] {
    const id = `${fn.id}\n${key}`;
    let known = this.memo.get(id);
    if (known === undefined) {
      known = this.find(fn, key);
      this.memo.set(id, known);
    }
    return known;
  }

  /**
   * The shortest paths on which `fn` acquires `key` in another subclass. For lockdep a subclass separates two locks.
   * The same lock blocks whatever its subclass.
   */
  inOtherSubclasses(fn: FunctionRef, key: string): readonly HandlerPath[] {
    return this.acquiredWithin.otherSubclasses(key).flatMap((other) => this.ways(fn, other));
  }

  /**
   * Whether `fn` may acquire one of these classes. A call through a pointer has no targets until its function is
   * interpreted, so its skeleton is demanded.
   */
  mayTake(fn: FunctionRef, keys: ReadonlySet<string>): boolean {
    const classes = this.acquiredWithin.classes(fn, BOUNDS.callsInHandlerInFile);
    for (const key of keys) {
      if (classes.has(key)) return true;
      if (this.acquiredWithin.otherSubclasses(key).some((other) => classes.has(other))) return true;
    }
    const { program } = this.around;
    demandPointers(program, fn, BOUNDS.callsToPointer, ({ file }) => areOfOneDriver(program, file, fn.file));
    return false;
  }

  private find(fn: FunctionRef, key: string): readonly HandlerPath[] {
    const ways: HandlerPath[] = [];
    let tried = 0;
    for (let calls = 0; calls <= BOUNDS.callsInHandlerInFile && ways.length === 0; calls++) {
      const within = calls <= BOUNDS.callsInHandler ? undefined : fn.file;
      for (const steps of this.tails(fn, key, calls, [], within)) {
        if (ways.length >= BOUNDS.pathsPerHandler || ++tried > BOUNDS.chainsPerHandler) return ways;
        if (isBehindRun(this.around, steps)) continue;
        for (const { lock, held, api, facts } of this.proofs.replay(steps)) {
          if (keyOf(lock) !== key || held.some((own) => own.term.key === lock.term.key)) continue;
          const isForLast =
            this.around.models.lockApi(api)?.lastReference === true ||
            putOn(this.around, steps) !== undefined;
          ways.push({ steps, lock, isForLast, isSelected: isSelected(this.around, steps), facts });
          break;
        }
      }
    }
    return ways;
  }

  private *tails(
    fn: FunctionRef,
    key: string,
    calls: number,
    above: readonly FunctionRef[],
    file?: string,
  ): Generator<readonly Site[]> {
    if (above.includes(fn)) return;
    if (file !== undefined && !areOfOneDriver(this.around.program, fn.file, file)) return;
    if (!this.acquiredWithin.classes(fn, calls).has(key)) return;
    const summary = this.around.summaryOf(fn);
    if (summary === undefined) {
      this.around.program.demand(fn, 'path');
      return;
    }
    if (calls === 0) {
      for (const acquire of summary.acquires)
        if (keyOf(acquire.lock) === key && !acquire.nonBlocking) yield flatten(acquire.site);
      return;
    }
    for (const call of summary.calls) {
      for (const callee of call.callee === undefined ? call.targets.slice(0, 1) : targetsBeside(call)) {
        for (const tail of this.tails(callee, key, calls - 1, [...above, fn], file))
          yield [...flatten(call.site), ...tail];
      }
    }
  }
}

/**
 * Whether a call on the path has several targets, which a variable of the file does not hold: the elements of a table
 * that a loop walks are all called.
 */
function isSelected(around: Surroundings, steps: readonly Site[]): boolean {
  return steps
    .slice(0, -1)
    .some(({ fn, event }) =>
      around
        .summaryOf(fn)
        ?.calls.some(
          ({ site, callee, targets }) =>
            site.event === event &&
            callee !== undefined &&
            targets.length > 1 &&
            rootOf(callee).k !== 'global',
        ),
    );
}
