import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { Progress } from '../../base/progress.js';
import type { Context } from '../../summaries/state/context.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { AcquireEffect, LockRef, Lockset, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockMode } from '../../models/types.js';
import { asksContext } from '../events/atomic.js';
import { keyOf, type ClassAcquisition, type Collected } from '../events/collect.js';
import { isAtomic, isSoftirq, type Contexts, type OutsideEntry } from '../contexts/contexts.js';
import { timesCalledOff } from '../contexts/handlers.js';
import { isInterruptible } from '../contexts/run-contexts.js';
import type { AcquiredWithin } from '../edges/acquired-within.js';
import { demandPointers, isOutlinedBeside } from '../paths/demand-pointers.js';
import type { ProofRun } from '../paths/proofs.js';
import { flatten, type Arrived } from '../paths/replay.js';
import { namesCalled, target, targetsBeside, within, type Within } from '../events/bounded.js';
import { isWithoutWait, needsEnabled, Sleepers } from '../events/sleep.js';
import { beginsOpen, saidBy } from './arrivals.js';
import { demandBrief } from './brief-sections.js';
import { callersBeside, callsOf } from './callers-beside.js';
import { isForAnother, isOtherCall, membersPassed } from './passed-members.js';
import { isEnteredOff } from './entered-off.js';
import { ReachedByHandlers, type Interrupt } from './reached.js';

/** One way to acquire a lock: a call path from a function entered in a known context to the acquisition. */
export interface ContextUse {
  readonly key: string;
  readonly root: FunctionRef;
  /** Why the context is known; `undefined` if no visible code calls the root. */
  readonly entry: OutsideEntry | undefined;
  readonly steps: readonly Site[];
  readonly mode: LockMode;
  readonly acquire: AcquireEffect;
}

/** A use whose path was replayed. */
export type ProvenUse = ContextUse & { readonly arrived: Arrived };

/** Handlers visited between two yields. */
const HANDLERS_AT_ONCE = 16;

/**
 * lockdep's usage states, from source: the classes acquired in interrupts, and where they are acquired with interrupts
 * on.
 */
export class Usage {
  private readonly sleepers: Sleepers;
  private readonly inside: Readonly<Record<Interrupt, Map<string, ContextUse[]>>> = {
    hardirq: new Map(),
    softirq: new Map(),
  };
  /** Functions that run in handlers. */
  readonly reached: ReachedByHandlers;
  private readonly written: Readonly<Record<Interrupt, Set<string>>> = {
    hardirq: new Set(),
    softirq: new Set(),
  };
  private readonly unseen: Within;

  private constructor(
    private readonly around: Surroundings,
    private readonly collected: Collected,
    private readonly acquiredWithin: AcquiredWithin,
    private readonly contexts: Contexts,
    private readonly proofs: ProofRun,
  ) {
    this.sleepers = new Sleepers(around);
    this.reached = new ReachedByHandlers(around.program);
    this.unseen = within(around, (fn) => this.isUnseen(fn));
  }

  /** Follows the calls of all handlers. */
  static *read(
    around: Surroundings,
    collected: Collected,
    acquiredWithin: AcquiredWithin,
    contexts: Contexts,
    proofs: ProofRun,
  ): Generator<Progress, Usage> {
    const usage = new Usage(around, collected, acquiredWithin, contexts, proofs);
    const all = usage.contexts.all();
    let done = 0;
    for (const [fn, entries] of all) {
      for (const entry of entries) usage.enter(fn, entry);
      if (++done % HANDLERS_AT_ONCE === 0) yield { stage: 'check', done, total: all.size };
    }
    for (const uses of Object.values(usage.inside)) demandBrief(around, uses.values());
    return usage;
  }

  private enter(fn: FunctionRef, entry: OutsideEntry): void {
    if (entry.context === 'hardirq') this.descend('hardirq', fn, entry);
    // PREEMPT_RT runs softirqs in threads.
    else if (isSoftirq(entry.context) && !this.around.models.preemptRt) this.descend('softirq', fn, entry);
  }

  /** Classes that handlers may acquire, sorted. */
  classes(interrupt: Interrupt): readonly string[] {
    return [...this.inside[interrupt].keys()].sort();
  }

  /** Whether handlers acquire `key` in read mode only, and some do. */
  isOnlyRead(key: string, interrupt: Interrupt): boolean {
    return this.inside[interrupt].has(key) && !this.written[interrupt].has(key);
  }

  /** Files with handlers that may acquire `key`, sorted. */
  handlerFiles(key: string, interrupt: Interrupt): readonly string[] {
    return [...new Set((this.inside[interrupt].get(key) ?? []).map(({ root }) => root.file))].sort();
  }

  /** Proven paths that acquire `key` in a handler, shortest first: a few of all, or those of one file. */
  taken(key: string, interrupt: Interrupt, file?: string): readonly ProvenUse[] {
    const all = this.inside[interrupt].get(key) ?? [];
    return (
      file === undefined ? all.slice(0, BOUNDS.usesPerFile) : all.filter(({ root }) => root.file === file)
    )
      .flatMap((use) => this.prove(use, () => true) ?? [])
      .sort((a, b) => a.steps.length - b.steps.length);
  }

  // ---- down from handlers

  private descend(interrupt: Interrupt, root: FunctionRef, entry: OutsideEntry): void {
    let level: readonly { readonly fn: FunctionRef; readonly steps: readonly Site[] }[] = [
      { fn: root, steps: [] },
    ];
    const visited = new Set<FunctionRef>([root]);
    /** The members passed to each function so far. */
    const passed = new Map<FunctionRef, Set<string>>();
    const { program } = this.around;
    const isNear = isOutlinedBeside(program, root);
    for (let calls = BOUNDS.callsFromHandler; calls >= 0; calls--) {
      const next: { fn: FunctionRef; steps: readonly Site[] }[] = [];
      for (const { fn, steps } of level) {
        const summary = this.around.summaryOf(fn);
        if (summary === undefined) {
          if (this.mayLock(fn, calls)) program.demand(fn, 'path');
          else if (isNear(fn)) demandPointers(program, fn, BOUNDS.callsToPointer - 1, isNear);
          continue;
        }
        for (const acquire of summary.acquires) this.note(interrupt, root, entry, steps, acquire);
        if (calls === 0) continue;
        for (const call of summary.calls) {
          if (call.site.via !== undefined) continue;
          if (target(call) === undefined) this.reached.addSome(interrupt, call.targets);
          for (const callee of targetsBeside(call)) {
            if (visited.has(callee) && !isForAnother(call, passed.get(callee))) continue;
            if (!this.mayLock(callee, calls - 1)) {
              if (isNear(callee)) demandPointers(program, callee, BOUNDS.callsToPointer - 1, isNear);
              continue;
            }
            visited.add(callee);
            passed.set(callee, (passed.get(callee) ?? new Set()).add(membersPassed(call)));
            next.push({ fn: callee, steps: [...steps, call.site] });
          }
        }
      }
      level = next;
    }
    this.reached.add(interrupt, visited);
  }

  /**
   * Whether a function without skeleton must be searched by the names it calls: readers of a sequence lock or count are not
   * lock sites.
   */
  private isUnseen(fn: FunctionRef): boolean {
    const { models, program } = this.around;
    const summary = this.around.summaryOf(fn);
    if (summary !== undefined) return summary.acquires.some(({ lock }) => isSequence(lock, 'read'));
    return namesCalled(program, fn).some((name) => {
      const lock = models.lockApi(name);
      return lock !== undefined && (lock.atomic === true || isSequence(lock, 'read'));
    });
  }

  /** Whether a spinning lock may be acquired in `fn` or within a number of calls below it. */
  private mayLock(fn: FunctionRef, calls: number): boolean {
    return this.acquiredWithin.classes(fn, calls).size > 0 || this.unseen.of(fn, calls);
  }

  private note(
    interrupt: Interrupt,
    root: FunctionRef,
    entry: OutsideEntry,
    steps: readonly Site[],
    acquire: AcquireEffect,
  ): void {
    const key = keyOf(acquire.lock);
    if (key === undefined || acquire.nonBlocking || !this.spins(acquire)) return;
    if (acquire.lock.mode === 'write') this.written[interrupt].add(key);
    const uses = this.inside[interrupt].get(key) ?? [];
    this.inside[interrupt].set(key, uses);
    const taken = [...steps, ...flatten(acquire.site)];
    const isKnown = uses.some((use) => use.root === root && !isOtherCall(use.steps, taken));
    if (uses.length >= BOUNDS.uses || isKnown) return;
    if (uses.filter((use) => use.root.file === root.file).length >= BOUNDS.usesPerFile) return;
    uses.push({
      key,
      root,
      entry,
      steps: taken,
      mode: acquire.lock.mode,
      acquire,
    });
  }

  private spins({ api, lock }: AcquireEffect): boolean {
    // A reader of a sequence count begins again until the writer is done, which it may have interrupted.
    if (lock.kind === 'seqcount') return isSequence(lock, 'read');
    const model = this.around.models.lockApi(api);
    if (model?.atomic !== true || model.noCycle === true) return false;
    return model.preemptible !== true && lock.kind !== 'rcu';
  }

  // ---- up from acquisitions

  /**
   * Proven paths that acquire `key` while `interrupt` may occur, by file and line. Those in a known context come first;
   * `entry` is missing if no visible code calls the function. Of several paths to one place, the first that is not
   * `doubtful` counts, else the first. With `near`, considers only acquisitions in its folder, those in the file itself
   * first.
   */
  *enabled(
    key: string,
    interrupt: Interrupt,
    isDoubtful: (use: ProvenUse) => boolean = () => false,
    near?: string,
  ): Generator<ProvenUse> {
    const open: ContextUse[] = [];
    let sites = 0;
    for (const { fn, acquire } of this.sitesOf(key, near)) {
      const api = this.around.models.lockApi(acquire.api);
      if (api?.irq !== undefined || (interrupt === 'softirq' && api?.bh === true)) continue;
      // A reader that releases at once blocks no one else.
      if (acquire.transient && acquire.lock.mode === 'read') continue;
      // Code that releases its caller's lock and reacquires it runs with the caller's interrupt state.
      const again = (lockset: Lockset): boolean =>
        lockset.released.some((lock) => lock.term.key === acquire.lock.term.key);
      if (!acquire.locksets.some((lockset) => isOn(lockset.context, interrupt) && !again(lockset))) continue;
      if (++sites > BOUNDS.sitesPerClass) break;
      let proven: ProvenUse | undefined;
      for (const { root, entry, steps } of this.ascend(fn, acquire, interrupt)) {
        const use: ContextUse = { key, root, entry, steps, mode: acquire.lock.mode, acquire };
        if (entry === undefined) {
          open.push(use);
          continue;
        }
        const found = this.prove(use, (arrived) => isOn(arrived.context, interrupt) && this.begins(arrived));
        if (found === undefined) continue;
        proven ??= found;
        if (isDoubtful(found)) continue;
        proven = found;
        break;
      }
      if (proven !== undefined) yield proven;
    }
    for (const use of open) {
      const proven = this.prove(use, (arrived) => isOn(arrived.context, interrupt) && this.begins(arrived));
      if (proven !== undefined) yield proven;
    }
  }

  /** How a function is entered that takes a lock with `interrupt` allowed; `undefined` if that is not known. */
  entered(fn: FunctionRef, acquire: AcquireEffect, interrupt: Interrupt): OutsideEntry | undefined {
    for (const { entry } of this.ascend(fn, acquire, interrupt)) if (entry !== undefined) return entry;
    return undefined;
  }

  private sitesOf(key: string, near?: string): readonly ClassAcquisition[] {
    const isMeant = (acquire: AcquireEffect): boolean =>
      this.spins(acquire) || isSequence(acquire.lock, 'write');
    const all = this.collected.acquisitions(key).filter(({ acquire }) => isMeant(acquire));
    if (near === undefined) return all;
    const own = all.filter(({ fn }) => fn.file === near);
    const folder = folderOf(near);
    return [...own, ...all.filter(({ fn }) => fn.file !== near && folderOf(fn.file) === folder)];
  }

  private *ascend(
    fn: FunctionRef,
    acquire: AcquireEffect,
    interrupt: Interrupt,
  ): Generator<{
    readonly root: FunctionRef;
    readonly entry: OutsideEntry | undefined;
    readonly steps: readonly Site[];
  }> {
    const own = this.evidence(fn, acquire.locksets, interrupt);
    if (own !== undefined) yield { root: fn, entry: own, steps: flatten(acquire.site) };
    let level: readonly { readonly fn: FunctionRef; readonly steps: readonly Site[] }[] = [
      { fn, steps: flatten(acquire.site) },
    ];
    const visited = new Set<FunctionRef>([fn]);
    for (let calls = 0; calls <= BOUNDS.callersForUse && level.length > 0; calls++) {
      const next: { fn: FunctionRef; steps: readonly Site[] }[] = [];
      for (const { fn: at, steps } of level) {
        const entries = this.contexts.of(at);
        const entry = entries.find((one) => isInterruptible(one, interrupt));
        if (entry !== undefined) {
          if (!isEnteredOff(this.around, this.contexts, at)) yield { root: at, entry, steps };
          continue;
        }
        const named = this.around.program.callers(at);
        // Other code may call an interrupt handler as well, by its name. What is called in some context only is for that.
        const isCalledToo = named.length > 0 && entries.every(({ context }) => context === 'hardirq');
        if ((entries.length > 0 && !isCalledToo) || timesCalledOff(this.around.program, at) > 0) continue;
        const callers = named.length === 0 ? callersBeside(this.around.program, at) : named;
        if (callers.length === 0 && at.item !== undefined && !this.reached.has(at, interrupt))
          yield { root: at, entry: undefined, steps };
        if (calls === BOUNDS.callersForUse) continue;
        for (const caller of callers.slice(0, BOUNDS.callersPerLevel)) {
          if (visited.has(caller)) continue;
          visited.add(caller);
          const summary = this.around.summaryOf(caller);
          if (summary === undefined) {
            this.around.program.demand(caller, 'path');
            continue;
          }
          for (const { site, locksets } of callsOf(summary, at)) {
            const open = locksets.filter((lockset) => isOn(lockset.context, interrupt));
            if (open.length === 0) continue;
            const known = this.evidence(caller, open, interrupt);
            if (known !== undefined) {
              yield { root: caller, entry: known, steps: [site, ...steps] };
              continue;
            }
            next.push({ fn: caller, steps: [site, ...steps] });
            break;
          }
        }
      }
      level = next;
    }
  }

  /** Evidence in the function itself: it holds a sleeping lock, it sleeps, or it has enabled interrupts. */
  evidence(fn: FunctionRef, locksets: readonly Lockset[], interrupt: Interrupt): OutsideEntry | undefined {
    const { models } = this.around;
    if (isEnteredOff(this.around, this.contexts, fn)) return undefined;
    for (const { held, context } of locksets) {
      if (!isOn(context, interrupt)) continue;
      const lock = held.find((one) => one.certain && models.lockApi(one.api)?.sleeps === true);
      if (lock !== undefined && context.irq === 'entry')
        return saidBy(fn, `${fn.name}() holds a lock that sleeps: interrupts are enabled`, lock.site);
    }
    const summary = this.around.summaryOf(fn);
    // A timer that sleeps is a bug of its own, and still runs in no other context.
    if (summary === undefined || this.contexts.of(fn).some(({ context }) => isAtomic(context)))
      return undefined;
    if (timesCalledOff(this.around.program, fn) > 0) return undefined;
    for (const point of this.sleepers.of(summary)) {
      if (!point.isSure || point.confidence !== 'high' || !needsEnabled(models, point.api, interrupt))
        continue;
      if (isWithoutWait(models, summary, point)) continue;
      const certain = point.locksets.every(
        ({ held, context, released }) =>
          context.irq === 'entry' && context.bh === 0 && held.length === 0 && released.length === 0,
      );
      if (certain)
        return saidBy(
          fn,
          `${fn.name}() calls ${point.api}(), which sleeps: interrupts are enabled`,
          point.site,
        );
    }
    return undefined;
  }

  private begins(arrived: Arrived): boolean {
    return beginsOpen(this.around, this.collected, arrived);
  }

  private prove(use: ContextUse, holds: (arrived: Arrived) => boolean): ProvenUse | undefined {
    for (const arrived of this.proofs.arrive(use.steps)) {
      if (arrived.lock === undefined || keyOf(arrived.lock) !== use.key || !holds(arrived)) continue;
      if (asksContext(this.around.models, arrived.facts)) continue;
      return { ...use, arrived };
    }
    return undefined;
  }
}

/** Whether the interrupt may occur here, judging by the function alone. */
function isOn(context: Context, interrupt: Interrupt): boolean {
  return context.irq !== 'off' && (interrupt === 'hardirq' || context.bh <= 0);
}

/** Whether a sequence count is written, or read: readers do not keep it, but repeat until the writer ends. */
function isSequence({ kind, mode }: Pick<LockRef, 'kind' | 'mode'>, how: LockRef['mode']): boolean {
  return kind === 'seqcount' && mode === how;
}
