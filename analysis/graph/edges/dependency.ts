import { isOfSomeLevel, withoutSubclass } from '../../base/subclass.js';
import { BOUNDS } from '../../base/bounds.js';
import type { Progress } from '../../base/progress.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { HeldLock, LockRef, Site } from '../../summaries/state/types.js';
import { ownCallAt } from '../../summaries/state/site.js';
import type { FunctionRef } from '../../link/types.js';
import { KnownCallers, passOtherwise } from '../sight/callers.js';
import { keyOf, type Collected, type EdgeSource } from '../events/collect.js';
import { EntryLocks } from '../contexts/entry.js';
import { callCount, callsWithoutWrappers, sharedCalls, withoutWrappers } from './call-steps.js';
import type { MayAcquire } from './may-acquire.js';
import { isReleasedBelow } from './released-below.js';
import type { AcquiredWithin } from './acquired-within.js';
import type { ProofRun } from '../paths/proofs.js';
import { flatten, type Replayed } from '../paths/replay.js';

/** One proven way to acquire `to` while holding `from`: a feasible path from `root` to the acquisition. */
export interface Dependency extends Replayed {
  readonly from: string;
  readonly to: string;
  readonly root: FunctionRef;
  /** Calls from the root, then the acquisition of `to`. */
  readonly steps: readonly Site[];
  /** Calls from the root, then the acquisition of `from`. */
  readonly holdSteps: readonly Site[];
  readonly holds: HeldLock;
  /** Number of call steps of both ends together, without those into functions that only take the lock. */
  readonly calls: number;
  /** The call steps that are conditional in the callee or may have several targets. */
  readonly open: number;
}

/** `to`, if the path already holds it: the path deadlocks there, and no order follows. */
export function heldAlready({ held, holds, from, to }: Dependency): HeldLock | undefined {
  return from === to ? undefined : held.find((lock) => lock !== holds && keyOf(lock) === to);
}

/** The length of a path: its calls, and how many of them are open. */
export type Length = Pick<Dependency, 'calls' | 'open'>;

/** A held lock on the path to another, and the minimum number of calls of a witness. */
interface Leading extends Length {
  readonly source: EdgeSource;
  /** Whether more calls lie between than are searched exhaustively. */
  readonly isDeep: boolean;
}

/** Finds and proves dependencies between two classes, shortest first. */
export class DependencyFinder {
  private readonly memo = new Map<string, readonly Dependency[]>();
  private readonly least = new Map<string, Length>();
  private replays = 0;
  private readonly callers: KnownCallers;
  private readonly entry: EntryLocks;

  constructor(
    readonly around: Surroundings,
    readonly collected: Collected,
    readonly acquiredWithin: AcquiredWithin,
    readonly mayAcquire: MayAcquire,
    private readonly proofs: ProofRun,
  ) {
    this.callers = new KnownCallers(collected);
    this.entry = new EntryLocks(around, this.callers);
  }

  /** The witnesses of `from → to` that do not already hold `to`, shortest first; empty if no path is feasible. */
  *search(from: string, to: string): Generator<Progress, readonly Dependency[]> {
    return (yield* this.witnesses(from, to)).filter((one) => heldAlready(one) === undefined);
  }

  /** Like {@link search}, but includes witnesses that already hold `to`. */
  *witnesses(from: string, to: string): Generator<Progress, readonly Dependency[]> {
    const key = `${from}\n${to}`;
    let known = this.memo.get(key);
    if (known === undefined) {
      known = yield* this.prove(from, to);
      this.memo.set(key, known);
    }
    return known;
  }

  /** {@link search} without slices, for a dependency that is nearly proven. */
  find(from: string, to: string): readonly Dependency[] {
    const work = this.search(from, to);
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
  }

  /** Records that the surroundings of a place were examined only in part. */
  giveUp(at: Site, what: string): void {
    this.proofs.giveUp(at, what, 'too-many-orders');
  }

  /** Whether a function may acquire a lock of a class, directly or below; paths are not checked. */
  mayLead(fn: FunctionRef, to: string): boolean {
    return this.acquiredWithin.distance(fn, to) >= 0 || this.mayAcquire.openCalls(fn, to) <= BOUNDS.openCalls;
  }

  /** Minimum number of call steps of a witness of `from → to`; infinite if there is none. */
  leastCalls(from: string, to: string): Length {
    const key = `${from}\n${to}`;
    let least = this.least.get(key);
    if (least !== undefined) return least;
    least = { calls: Infinity, open: Infinity };
    for (const { calls, open } of this.leading(from, to))
      least = { calls: Math.min(least.calls, calls), open: Math.min(least.open, open) };
    this.least.set(key, least);
    return least;
  }

  /** Possible paths from one class to the other, nearest first, with what each proves. */
  *ways(
    from: string,
    to: string,
  ): Generator<{ readonly steps: readonly Site[]; readonly proven?: Dependency }> {
    for (const { source } of this.sources(from, to)) {
      for (const steps of this.paths(source, to)) {
        const proven = this.check(from, to, steps);
        yield { steps, ...(proven && { proven }) };
      }
    }
  }

  /** Whether some function appears to acquire both locks itself. Cheap; paths are not checked. */
  isDirect(from: string, to: string): boolean {
    return (this.collected.sources.get(from) ?? []).some(
      (source) => source.k === 'acquire' && !source.acquire.nonBlocking && keyOf(source.acquire.lock) === to,
    );
  }

  private *prove(from: string, to: string): Generator<Progress, readonly Dependency[]> {
    const found: Dependency[] = [];
    const seen = new Set<string>();
    let shortest: number | undefined;
    let tried = 0;
    const before = this.proofs.taken;
    const areLevels = from !== to && withoutSubclass(from) === withoutSubclass(to);
    // Each path from a lock to itself is a separate mistake.
    const [most, mostTried] =
      from === to
        ? [BOUNDS.selfDeadlocksPerClass, BOUNDS.selfDeadlocksPerClass]
        : [BOUNDS.witnessesPerEdge, BOUNDS.sourcesPerEdge];
    for (const { source, calls, isDeep } of this.sources(from, to)) {
      tried += isDeep ? BOUNDS.sourcesPerEdge / BOUNDS.deepSourcesPerEdge : 1;
      if (found.length >= most || tried > mostTried) {
        if (from === to) this.giveUp(siteOf(source), `more than ${found.length} functions take ${to} again`);
        break;
      }
      // A short witness suffices; longer ones are not worth a replay. Of two levels of a class, a longer one may be about
      // the two objects in the opposite order.
      if (shortest !== undefined && calls > shortest + 1 && !areLevels) break;
      let isReader = false;
      for (const steps of this.paths(source, to)) {
        const id = steps.map((s) => `${s.fn.id}.${s.event}`).join('/');
        if (seen.has(id)) continue;
        seen.add(id);
        if (this.proofs.taken - before > BOUNDS.stepsPerEdge) {
          this.proofs.giveUp(siteOf(source), `from ${from} to ${to}: more than ${BOUNDS.stepsPerEdge} steps`);
          return sorted(found);
        }
        const dependency = this.check(from, to, steps);
        yield { stage: 'replay', done: ++this.replays, total: 0 };
        if (dependency === undefined || (isReader && dependency.lock.mode === 'read')) continue;
        found.push(dependency);
        // What no caller asks for proves nothing.
        if (shortest === undefined && !passOtherwise(this.callers, dependency.root, dependency.facts))
          shortest = callCount(dependency.steps, dependency.holdSteps);
        // A reader may pass where a later writer has to wait.
        isReader = dependency.lock.mode === 'read';
        if (!isReader) break;
      }
    }
    return sorted(found);
  }

  /**
   * Sources of `from` that may lead to `to`, nearest first, in a stable order. Those in files that also take the locks
   * the other way round come before others: of many drivers that share a core, only a few are tried.
   */
  private sources(from: string, to: string): Leading[] {
    const files = new Set([...this.leading(to, from)].map(({ source }) => source.fn.file));
    const isAlone = ({ source }: Leading): number => Number(!files.has(source.fn.file));
    return [...this.leading(from, to)].sort(
      (a, b) =>
        a.calls - b.calls || isAlone(a) - isAlone(b) || compareSites(siteOf(a.source), siteOf(b.source)),
    );
  }

  private *leading(from: string, to: string): Generator<Leading> {
    for (const source of this.collected.sources.get(from) ?? []) {
      if (source.k === 'acquire') {
        if (keyOf(source.acquire.lock) !== to || source.acquire.nonBlocking) continue;
        const hold = this.ownSteps(source.holds.site);
        const steps = this.ownSteps(source.acquire.site);
        yield {
          source,
          calls: hold.length + steps.length - 2 - sharedCalls(steps, hold),
          open: 0,
          isDeep: false,
        };
      } else {
        const open = this.mayAcquire.openCalls(source.target, to);
        const near = this.acquiredWithin.distance(source.target, to);
        if (near < 0 && open > BOUNDS.openCalls) continue;
        const steps = this.ownSteps(source.holds.site).length - 1 + flatten(source.call.site).length;
        const isChoice = source.call.targets.length > 1;
        const calls = steps + (near < 0 ? BOUNDS.callsUnderLock : near);
        yield { source, calls, open: open + Number(isChoice), isDeep: near < 0 };
      }
    }
  }

  private ownSteps(acquisition: Site): readonly Site[] {
    return withoutWrappers(this.around, flatten(acquisition));
  }

  private *paths(source: EdgeSource, to: string): Generator<readonly Site[]> {
    if (source.k === 'acquire') {
      yield flatten(source.acquire.site);
      return;
    }
    const head = flatten(source.call.site);
    let count = 0;
    for (let calls = 0; calls < BOUNDS.callsUnderLock; calls++) {
      for (const tail of this.tails(source.target, to, calls, [source.fn])) {
        yield [...head, ...tail];
        if (++count >= BOUNDS.chainsPerSource) return;
      }
    }
    if (this.acquiredWithin.distance(source.target, to) >= 0) return;
    const budget = { steps: BOUNDS.deepChainSearch };
    for (let open = 0; open <= BOUNDS.openCalls; open++) {
      for (const tail of this.deepTails(source.target, to, open, new Set([source.fn]), budget)) {
        yield [...head, ...tail];
        if (++count >= BOUNDS.deepChainsPerSource) return;
      }
    }
  }

  /**
   * Paths from a function's entry to an acquisition of `to` with exactly `open` open calls and any number of others.
   */
  private *deepTails(
    fn: FunctionRef,
    to: string,
    open: number,
    above: Set<FunctionRef>,
    budget: { steps: number },
  ): Generator<readonly Site[]> {
    if (above.has(fn) || above.size > BOUNDS.chainLength || budget.steps-- <= 0) return;
    const summary = this.around.summaryOf(fn);
    if (summary === undefined) {
      this.around.program.demand(fn, 'path');
      return;
    }
    if (open === 0) {
      for (const acquire of summary.acquires)
        if (keyOf(acquire.lock) === to && !acquire.nonBlocking) yield flatten(acquire.site);
    }
    above.add(fn);
    for (const { site, targets, isAlways } of summary.calls) {
      const rest = isAlways && targets.length === 1 ? open : open - 1;
      if (rest < 0 || targets.length > BOUNDS.edgeTargets) continue;
      for (const target of targets) {
        if (!this.collected.comesBack(target) || !this.mayAcquire.within(target, rest).has(to)) continue;
        for (const tail of this.deepTails(target, to, rest, above, budget)) yield [...flatten(site), ...tail];
      }
    }
    above.delete(fn);
  }

  /** Paths from a function's entry to an acquisition of `to`, exactly `calls` calls deep. */
  private *tails(
    fn: FunctionRef,
    to: string,
    calls: number,
    above: readonly FunctionRef[],
  ): Generator<readonly Site[]> {
    if (above.filter((other) => other === fn).length >= BOUNDS.repeatsOnChain) return;
    const summary = this.around.summaryOf(fn);
    if (summary === undefined) {
      if (this.acquiredWithin.classes(fn, calls).has(to)) this.around.program.demand(fn, 'path');
      return;
    }
    if (calls === 0) {
      for (const acquire of summary.acquires) {
        if (keyOf(acquire.lock) === to && !acquire.nonBlocking) yield flatten(acquire.site);
      }
      return;
    }
    for (const call of summary.calls) {
      for (const target of call.targets) {
        if (!this.collected.comesBack(target) || !this.acquiredWithin.classes(target, calls - 1).has(to))
          continue;
        for (const tail of this.tails(target, to, calls - 1, [...above, fn]))
          yield [...flatten(call.site), ...tail];
      }
    }
  }

  private check(from: string, to: string, steps: readonly Site[]): Dependency | undefined {
    const first = steps[0];
    if (first === undefined || isReleasedBelow(this.around, steps, from)) return undefined;
    for (const replayed of this.proofs.replay(steps)) {
      // A path that fixes the nesting level still is one of a class whose level its function does not fix.
      const isOf = (lock: LockRef, key: string): boolean =>
        keyOf(lock) === key || (from === to && isOfSomeLevel(keyOf(lock), key));
      if (!isOf(replayed.lock, to)) continue;
      const holds = replayed.held.find(
        (h) => isOf(h, from) && (from !== to || h.term.key !== replayed.lock.term.key),
      );
      const again =
        from === to ? replayed.held.find((h) => h.term.key === replayed.lock.term.key) : undefined;
      const chosen = again ?? holds;
      if (chosen === undefined) continue;
      const holdSteps = this.holdSteps(chosen, steps);
      return {
        ...replayed,
        from,
        to,
        root: first.fn,
        steps,
        holdSteps,
        holds: chosen,
        learned: this.learned(from, to, steps, replayed),
        calls: callsWithoutWrappers(this.around, steps, holdSteps),
        open: this.openCalls(steps, holdSteps),
      };
    }
    return undefined;
  }

  /**
   * Number of conditions on the path that could have another outcome. In a function that is only entered with the lock
   * held, every condition is decided with it held.
   */
  private learned(from: string, to: string, steps: readonly Site[], { learned, facts }: Replayed): number {
    if (learned === 0 || from !== to) return learned;
    for (let i = withoutWrappers(this.around, steps).length - 2; i > 0; i--) {
      const fn = steps[i]?.fn;
      if (fn !== undefined && this.entry.of(fn).has(from)) return this.proofs.learnedSince(steps, i, facts);
    }
    return learned;
  }

  /** Number of open calls. The root decides its own conditions; a callee may know more. */
  private openCalls(steps: readonly Site[], holdSteps: readonly Site[]): number {
    const isOpen = ({ fn, event }: Site, at: number): boolean => {
      const call = ownCallAt(this.around.summaryOf(fn), event);
      return call === undefined || call.targets.length > 1 || (at > 0 && !call.isAlways);
    };
    const own = holdSteps
      .slice(0, -1)
      .filter((site, at) => at >= sharedCalls(steps, holdSteps) && isOpen(site, at));
    return steps.slice(0, -1).filter(isOpen).length + own.length;
  }

  /** The path from the root to the acquisition of a held lock: down the chain to the acquiring function, then on. */
  private holdSteps(held: HeldLock, steps: readonly Site[]): readonly Site[] {
    const own = flatten(held.site);
    const at = steps.findIndex((step) => step.fn === held.site.fn);
    return at <= 0 ? own : [...steps.slice(0, at), ...own];
  }
}

/** Shortest first. */
function sorted(found: Dependency[]): readonly Dependency[] {
  return found.sort((a, b) => a.calls - b.calls || compareSites(a.steps[0], b.steps[0]));
}

function siteOf(source: EdgeSource): Site {
  return source.k === 'acquire' ? source.acquire.site : source.call.site;
}

export function compareSites(a: Site | undefined, b: Site | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (a.fn.file !== b.fn.file) return a.fn.file < b.fn.file ? -1 : 1;
  return a.span.line - b.span.line || a.span.column - b.span.column;
}
