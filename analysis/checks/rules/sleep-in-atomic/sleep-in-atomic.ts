import { lesser } from '../../../base/confidence.js';
import { BOUNDS } from '../../../base/bounds.js';
import { hashText } from '../../../base/hash.js';
import { ZERO } from '../../../summaries/facts/fact.js';
import type { FunctionSummary, HeldLock, Lockset, Site } from '../../../summaries/state/types.js';
import {
  atomicityOf,
  heldWithout,
  mayReclaim,
  mayReclaimAt,
  mixesFlags,
  strictAtomicityOf,
} from '../../../graph/events/atomic.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isAtomic, isStrictlyAtomic } from '../../../graph/contexts/contexts.js';
import type { Contexts, OutsideEntry } from '../../../graph/contexts/contexts.js';
import { switchingIn } from '../../../graph/contexts/handlers.js';
import { faultsAreOff } from '../../../graph/contexts/page-faults.js';
import type { ProofRun } from '../../../graph/paths/proofs.js';
import { demandPointers, isOutlinedBeside } from '../../../graph/paths/demand-pointers.js';
import { flatten, type Arrived } from '../../../graph/paths/replay.js';
import { Sleepers, type SleepPoint } from '../../../graph/events/sleep.js';
import type { FunctionRef } from '../../../link/types.js';
import { tellChain } from '../../story/chain.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { locationOf, shown, siteNames, tellEntry, witnessId } from '../../story/story.js';
import { assumedPut } from '../../story/assumptions.js';
import { wayOf, withWays } from '../../story/told-ways.js';
import type { Turns } from '../../engine/turns.js';
import type { Finding } from '../../types.js';
import { adaptsToContext, missesLocks } from './asserted-context.js';
import { CallbackSleeps } from './callback-sleeps.js';
import { SleepConfidence, type SleepMistake } from './confidence.js';
import { isGivenBack } from './ended-by-callees.js';
import { isMutexHere } from './made-to-sleep.js';
import { sleepTails } from './sleep-tails.js';
import { tellWhere } from './told.js';
import {
  areInterruptsOff,
  isInHardirq,
  isOwnRegistration,
  needsInterrupts,
  timersRunOff,
  waitsForInterrupted,
} from './needs-interrupts.js';

export const sleepInAtomic: Check = {
  id: 'sleep-in-atomic',
  title: 'Code that may sleep runs in atomic context',
  severity: 'error',
  *run(context, turns) {
    yield* context.prepareContexts();
    const search = new SleepSearch(context, turns);
    search.demandSwitching();
    turns.end();
    let done = 0;
    const total = context.collected.summaries.size;
    for (const summary of context.focused()) {
      done++;
      if (!turns.has(summary.fn)) continue;
      if (search.findsNothing(summary)) turns.cameToNothing(summary.fn);
      yield { stage: 'check', done, total };
    }
    for (const { fn, entry } of turns.handlers(context.contexts(), context.focus, (one) =>
      isAtomic(one.context),
    )) {
      search.inHandler(fn, entry);
      yield { stage: 'check', done, total };
    }
    const findings = search.findings();
    turns.end();
    return findings;
  },
};

class SleepSearch {
  readonly contexts: Contexts;
  private readonly callbacks: CallbackSleeps;
  private readonly sleepers: Sleepers;
  private readonly confidence: SleepConfidence;
  private readonly proofs: ProofRun;
  private readonly mistakes: SleepMistake[] = [];
  private readonly proven = new Set<string>();
  /** Whether the result for the current function depends on its callers. */
  private asksCallers = false;

  constructor(
    private readonly context: CheckContext,
    private readonly turns: Turns,
  ) {
    this.proofs = context.proofs;
    this.contexts = context.contexts();
    this.callbacks = new CallbackSleeps(
      context,
      this.contexts,
      (steps, point, arrived, entry) => this.judge(steps, point, arrived, entry, 1) !== undefined,
    );
    this.sleepers = new Sleepers(context.around, this.callbacks);
    this.confidence = new SleepConfidence(context, this.sleepers);
  }

  /** Demands the callees of lock-free functions that disable preemption or interrupts: nothing else demands them. */
  demandSwitching(): void {
    const { turns } = this;
    const { focus } = this.context;
    const { program } = this.context.around;
    for (const [file, functions] of program.facts.of(switchingIn)) {
      if (focus?.has(file) === false) continue;
      for (const index of functions) {
        const fn = program.functionAt(file, index);
        if (fn === undefined || !turns.has(fn)) continue;
        if (this.sleepers.reach(fn, BOUNDS.callsToSleep)) program.demand(fn, 'path');
        else {
          if (!program.hasSkeleton(fn)) turns.cameToNothing(fn);
          demandPointers(program, fn, BOUNDS.callsToPointer - 1, isOutlinedBeside(program, fn));
        }
      }
    }
  }

  /** Finds sleeps under the function's own locks, or with preemption, interrupts or BHs off. True if none. */
  findsNothing(summary: FunctionSummary): boolean {
    const before = this.mistakes.length;
    this.asksCallers = false;
    const { models } = this.context.around;
    for (const point of this.sleepers.of(summary)) {
      if (this.anyAtomic(point.locksets) && !waitsForInterrupted(models, point.api))
        this.prove(summary.fn, [point.site], point, undefined);
    }
    this.note(summary);
    for (const call of summary.calls) {
      if (!this.anyAtomic(call.locksets)) continue;
      for (const callee of this.sleepers.following(call, BOUNDS.callsToSleep))
        if (callee !== summary.fn) this.below(summary.fn, flatten(call.site), callee, undefined);
    }
    return this.mistakes.length === before && !this.asksCallers;
  }

  /** Finds sleeps in code that runs in interrupt context or under locks of its callers. */
  inHandler(fn: FunctionRef, entry: OutsideEntry): void {
    const followed = this.sleepers.inHandler();
    const summary = this.context.around.summaryOf(fn);
    if (summary === undefined) {
      const { program } = this.context.around;
      if (followed.reach(fn, BOUNDS.callsToSleep)) program.demand(fn, 'path');
      else demandPointers(program, fn, BOUNDS.callsToPointer - 1, isOutlinedBeside(program, fn));
      return;
    }
    for (const point of this.sleepers.of(summary)) this.prove(fn, [point.site], point, entry);
    for (const call of summary.calls) {
      for (const callee of followed.following(call, BOUNDS.callsToSleep))
        if (callee !== fn) this.below(fn, flatten(call.site), callee, entry);
    }
  }

  private anyAtomic(locksets: readonly Lockset[]): boolean {
    const { models } = this.context.around;
    return locksets.some(({ held, context }) => atomicityOf(models, held, context) !== undefined);
  }

  private below(
    root: FunctionRef,
    steps: readonly Site[],
    callee: FunctionRef,
    entry: OutsideEntry | undefined,
  ): void {
    let count = 0;
    let best: SleepMistake | undefined;
    const { around } = this.context;
    const visit = (summary: FunctionSummary): void => this.note(summary);
    const sleepers = entry === undefined ? this.sleepers : this.sleepers.inHandler();
    const search = { around, sleepers, visit };
    for (let calls = 0; calls < BOUNDS.callsToSleep; calls++) {
      for (const { tail, point } of sleepTails(search, callee, calls, [root])) {
        if (best !== undefined && point.confidence !== 'high') continue;
        if (waitsForInterrupted(around.models, point.api) && !isInHardirq(entry)) continue;
        const before = this.mistakes.length;
        const isProven = this.prove(root, [...steps, ...tail], point, entry, steps.length);
        const found = isProven ? this.mistakes[before] : undefined;
        if (found !== undefined) best = this.surer(best, found);
        // What may not sleep at all must not hide what surely does.
        if (
          (isProven && (found === undefined || point.confidence === 'high')) ||
          ++count >= BOUNDS.chainsPerAtomicCall
        )
          return;
      }
    }
  }

  /** The more certain of two mistakes of one call; the other one is not reported. */
  private surer(known: SleepMistake | undefined, found: SleepMistake): SleepMistake {
    if (known === undefined) return found;
    const [old, own] = [known, found].map((one) => this.confidence.of(one, false));
    const isBetter = old !== own && lesser(old ?? 'low', own ?? 'low') === old;
    this.mistakes.splice(this.mistakes.indexOf(isBetter ? known : found), 1);
    return isBetter ? found : known;
  }

  /** Notes whether a function calls a registry: what it calls back changes without the function. */
  private note(summary: FunctionSummary): void {
    this.asksCallers ||= summary.apis.some(({ api }) => this.callbacks.isCalling(api));
  }

  /**
   * Records a mistake if a feasible path leads there; returns whether one does. The functions of the first `own` steps
   * are judged with the root: only the root knows what they call.
   */
  private prove(
    root: FunctionRef,
    steps: readonly Site[],
    point: SleepPoint,
    entry: OutsideEntry | undefined,
    own = 1,
  ): boolean {
    const place = steps.map(({ fn, event }) => `${fn.id}.${event}`).join('/');
    if (this.proven.has(place)) return true;
    if (!this.proofs.mayTry(root, steps[0] ?? point.site)) return false;
    const passed = new Set<number>();
    for (const arrived of this.proofs.arrive(steps)) {
      const why = this.judge(steps, point, arrived, entry, own);
      if (why !== undefined) {
        this.proven.add(place);
        this.mistakes.push({ item: this.turns.item, root, steps, point, arrived, why });
        return true;
      }
      const flags = arrived.args[point.flagsArg];
      if (flags?.k === 'parameter') passed.add(flags.index);
    }
    if (entry === undefined && own < BOUNDS.callersForFlags)
      for (const index of passed) this.proveAbove(root, steps, point, index, own);
    return false;
  }

  /** The same where callers pass the flags that let it sleep. */
  private proveAbove(
    root: FunctionRef,
    steps: readonly Site[],
    point: SleepPoint,
    index: number,
    own: number,
  ): void {
    const { around } = this.context;
    const { models, program } = around;
    this.asksCallers = true;
    for (const caller of program.callers(root)) {
      const summary = around.summaryOf(caller);
      if (summary === undefined) program.demand(caller, 'path');
      for (const call of summary?.calls ?? []) {
        const flags = call.args[index];
        if (call.site.via !== undefined || call.targets[0] !== root || flags === undefined) continue;
        if (flags.k === 'parameter' || mayReclaim(models, program, flags, caller.file) === true)
          this.prove(caller, [call.site, ...steps], point, undefined, own + 1);
      }
    }
  }

  private judge(
    steps: readonly Site[],
    point: SleepPoint,
    arrived: Arrived,
    entry: OutsideEntry | undefined,
    own: number,
  ): SleepMistake['why'] | undefined {
    const { around } = this.context;
    const { models, program } = around;
    const adapts = adaptsToContext(around, steps, arrived.facts);
    if (adapts && !missesLocks(around, arrived.facts)) return undefined;
    const judged = steps.slice(0, own).map(({ fn }) => fn);
    // A helper that computes flags changes without the function.
    this.asksCallers ||= point.touchesUser || arrived.args[point.flagsArg]?.k === 'result';
    const isFaultless = arrived.context.faults > 0 || steps.some(({ fn }) => faultsAreOff(around, fn));
    if (point.touchesUser && isFaultless) return undefined;
    if (models.preemptRt && (point.isSubstitute || point.flagsArg >= 0)) {
      const strict = this.strictly(judged, arrived, entry);
      if (strict !== undefined || point.isSubstitute) return strict;
    }
    if (point.flagsArg >= 0) {
      const file = steps.at(-1)?.fn.file ?? '';
      if (!mayReclaimAt(around, steps, point.flagsArg, arrived, this.proofs)) return undefined;
      if (mixesFlags(models, program, arrived.facts, file)) return undefined;
    }
    const unless = arrived.args[models.api(point.api)?.unlessArg ?? -1];
    if (unless !== undefined && (arrived.facts.of(unless).signs & ZERO) === 0) return undefined;
    const api = models.api(point.api);
    // A lock that the callee took is reported for the callee, unless it only gave it back.
    const isOwn = (lock: HeldLock): boolean => judged.includes(lock.site.fn);
    const held = arrived.held.filter((lock) => isOwn(lock) || isGivenBack(around, steps[0], lock));
    if (waitsForInterrupted(models, point.api))
      return entry !== undefined &&
        isInHardirq(entry) &&
        !models.preemptRt &&
        !timersRunOff(around, point.site.fn.file)
        ? { k: 'handler', entry }
        : undefined;
    if (entry !== undefined && isOwnRegistration(entry, point.site)) return undefined;
    if (needsInterrupts(models, point.api) && !areInterruptsOff(around, steps, arrived, held, entry))
      return undefined;
    if (api?.defersInInterrupts === true && (entry !== undefined || arrived.context.bh > 0)) return undefined;
    if (entry !== undefined) return adapts ? undefined : { k: 'handler', entry };
    const drops = api?.dropsArg;
    const rest = drops === undefined ? held : heldWithout(held, arrived.args[drops], arrived.held);
    if (rest.length === 0 && drops !== undefined) return undefined;
    const strict = models.preemptRt ? strictAtomicityOf(models, rest, arrived.context) : undefined;
    const why = strict ?? atomicityOf(models, rest, arrived.context);
    if (why?.k === 'lock' && isMutexHere(models.lockApi(why.lock.api)?.mutexIf, arrived)) return undefined;
    if (adapts && (why?.k !== 'lock' || arrived.context.bh > 0)) return undefined;
    if (why?.k === 'irq' && api?.irqsMayBeOff === true) return undefined;
    if (why?.k === 'preempt' && api?.preemptionMayBeOff === true) return undefined;
    return why;
  }

  /** Why not even a lock that sleeps only on PREEMPT_RT may be taken here; `undefined` if it may. */
  private strictly(
    judged: readonly FunctionRef[],
    { held, context }: Arrived,
    entry: OutsideEntry | undefined,
  ): SleepMistake['why'] | undefined {
    if (entry !== undefined) return isStrictlyAtomic(entry.context) ? { k: 'handler', entry } : undefined;
    const own = held.filter((lock) => judged.includes(lock.site.fn));
    return strictAtomicityOf(this.context.around.models, own, context);
  }

  findings(): readonly Finding[] {
    const roots = new Map<FunctionRef, Set<FunctionRef>>();
    for (const { root, steps } of this.mistakes) {
      const callee = steps[1]?.fn;
      // A macro is text of its caller: everybody may poll with the same one.
      if (callee !== undefined && callee.macro === undefined)
        roots.set(callee, (roots.get(callee) ?? new Set()).add(root));
    }
    const seen = new Map<string, number>();
    const out: Finding[] = [];
    for (const mistake of this.mistakes) {
      this.turns.resume(mistake.item);
      const key = this.identity(mistake);
      const nth = seen.get(key) ?? 0;
      seen.set(key, nth + 1);
      // A sleeping callee is one mistake of its caller, however often it is called.
      if (nth > 0 && mistake.steps.length > 1) continue;
      const same = mistake.steps.slice(1, 2).flatMap(({ fn }) => [...(roots.get(fn) ?? [])]);
      const byDesign = same.length >= BOUNDS.rootsByDesign;
      out.push(withWays(this.report(mistake, `${key}\n${nth}`, byDesign), [wayOf(mistake)]));
    }
    return out;
  }

  private identity({ root, steps, point, why }: SleepMistake): string {
    const reason = why.k === 'lock' ? (keyOf(why.lock) ?? '') : why.k;
    return ['sleep-in-atomic', root.file, root.name, reason, steps[1]?.fn.name ?? '', point.api].join('\n');
  }

  private report(mistake: SleepMistake, id: string, byDesign: boolean): Finding {
    const { root, steps, point, arrived, why } = mistake;
    const { classes } = this.context.around;
    const first = steps[0] ?? point.site;
    const lock = why.k === 'lock' ? why.lock : undefined;
    const needsOn = needsInterrupts(this.context.around.models, point.api);
    const callback = this.callbacks.through(point);
    const demand = waitsForInterrupted(this.context.around.models, point.api)
      ? 'waits for code that the interrupt may have stopped'
      : needsOn
        ? 'needs interrupts on'
        : `${callback === undefined ? '' : `calls ${callback.name}(), which `}may sleep`;
    const where = `${tellWhere(classes, why)}${needsOn && why.k === 'lock' ? ' with interrupts disabled' : ''}`;
    const through = steps.length > 1 ? ` through ${steps[1]?.fn.name ?? ''}()` : '';
    const key = lock && keyOf(lock);
    return {
      id: hashText(id),
      rule: 'sleep-in-atomic',
      severity: 'error',
      confidence: this.confidence.of(mistake, byDesign),
      message: `calls ${point.api}()${through}, which ${demand}, ${where}`,
      at: locationOf(first),
      locks: key === undefined ? [] : [shown(classes, key)],
      story: [
        ...(why.k === 'handler' ? [tellEntry(why.entry, 0)] : []),
        ...tellChain(classes, steps, `calls ${point.api}(), which ${demand}`, 0, {
          held: arrived.held,
          told: lock === undefined ? [] : [lock],
        }),
        ...this.callbacks.tell(point),
      ],
      assumes: [
        point.flagsArg >= 0 && !this.context.around.models.preemptRt
          ? { reason: 'may-reclaim', text: `the allocation flags of ${point.api}() let it wait for memory` }
          : { reason: 'may-sleep', text: `${point.api}() ${demand} here` },
        ...(lock?.certain === false
          ? [{ reason: 'held', text: `${key === undefined ? lock.api : shown(classes, key)} is still held` }]
          : []),
        ...assumedPut(this.context.around, steps),
      ],
      witnesses: [witnessId(['sleep-in-atomic', root.file, root.name, ...siteNames(steps), point.api])],
      evidence: [],
      fixes: [],
    };
  }
}
