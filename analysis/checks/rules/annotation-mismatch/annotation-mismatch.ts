import { BOUNDS } from '../../../base/bounds.js';
import { hashText } from '../../../base/hash.js';
import { rootOf } from '../../../summaries/locks/terms.js';
import type { CallSummary, FunctionSummary, LockUse, Site } from '../../../summaries/state/types.js';
import { calledFrom } from '../../../graph/events/bounded.js';
import { KnownCallers, passesOtherwise } from '../../../graph/sight/callers.js';
import type { KnownFacts } from '../../../summaries/facts/kept-facts.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isProcess, isSoftirq, type Contexts } from '../../../graph/contexts/contexts.js';
import type { ProofRun } from '../../../graph/paths/proofs.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import type { FunctionRef } from '../../../link/types.js';
import { ASSERTED_AS, GUARDS, NEEDED, PROMISES } from '../../../models/asserted.js';
import type { LockKind } from '../../../models/types.js';
import { assertionsIn, type Assertions } from './assertions.js';
import { annotatedSummary } from './annotated-summary.js';
import { areOthers, asserts, holderAbove, holds, isEmpty, isSpinning } from './held-locks.js';
import { heldForReading } from './held-for-reading.js';
import { confidenceOf, type MissingCall } from './missed-lock.js';
import { outsideOwnSection } from './outside-own-section.js';
import { PrivateLocks } from './private-locks.js';
import { isServed, isStored, tablesWith } from './served.js';
import { tellChain } from '../../story/chain.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { isOnEveryPath } from '../../../skeleton/lowering/block-paths.js';
import { locationOf, shown, siteNames, witnessId } from '../../story/story.js';
import { planTaking } from '../../engine/take-plan.js';
import { keepSurest } from '../../engine/told.js';
import type { Finding } from '../../types.js';

/** Lock kinds that are not checked: callers do not take them as locks of their own. */
const NOT_CHECKED = new Set<LockKind>(['rcu', 'srcu', 'section', 'completion', 'seqcount']);

export const annotationMismatch: Check = {
  id: 'annotation-mismatch',
  title: 'A caller does not hold a lock that the callee asserts is held',
  severity: 'warning',
  *run(context, turns) {
    yield* context.prepareContexts();
    const search = new AnnotationSearch(context);
    const total = context.collected.summaries.size;
    const findings = new Map<string, Finding>();
    let done = 0;
    const { facts } = context.collected.program;
    for (const _ of facts.prepare(assertionsIn)) yield { stage: 'check', done, total };
    for (const [file, assertions] of facts.of(assertionsIn)) {
      if (turns.has(file)) search.demandIn(file, assertions);
      yield { stage: 'check', done, total };
    }
    for (const summary of context.collected.summaries.values()) {
      done++;
      if (summary.fn.macro !== undefined || !turns.has(summary.fn)) continue;
      const own = context.focus?.has(summary.fn.file) === false ? [] : annotatedSummary(context, summary);
      for (const one of [...search.inFunction(summary), ...own]) keepSurest(findings, one.id, one);
      yield { stage: 'check', done, total };
    }
    return [...findings.values()];
  },
};

/** `free`: entered without a lock, as far as its callers and contexts show. */
type EntryState = 'free' | 'unknown';

class AnnotationSearch {
  private readonly proofs: ProofRun;
  private readonly callers: KnownCallers;
  private readonly contexts: Contexts;
  private readonly privateLocks: PrivateLocks;
  private below: ReadonlySet<FunctionRef> | undefined;

  constructor(private readonly context: CheckContext) {
    this.proofs = context.proofs;
    this.callers = new KnownCallers(context.collected);
    this.contexts = context.contexts();
    this.privateLocks = new PrivateLocks(context);
  }

  /** Demands the skeletons of functions that only assert a lock: they take none, so nothing else demands them. */
  demandIn(file: string, { names, functions }: Assertions): void {
    const { program, summaries } = this.context.collected;
    for (const name of names) this.demandCallers(name, file);
    for (const index of functions) {
      const fn = program.functionAt(file, index);
      if (fn === undefined || summaries.has(fn) || !this.isConcerned(fn)) continue;
      if (this.isCalledWithLocks(fn)) program.demand(fn, 'path');
    }
  }

  /** Whether a function of the focus asserts a lock here, or may be among the callers that are followed. */
  private isConcerned(fn: FunctionRef): boolean {
    const { focus, around } = this.context;
    if (focus === undefined || focus.has(fn.file)) return true;
    return (this.below ??= calledFrom(around.program, focus, BOUNDS.callersForAnnotation)).has(fn);
  }

  /** Whether some callers may lock and others may not, possibly above several helpers of one function. */
  private isCalledWithLocks(fn: FunctionRef, above = 0): boolean {
    const callers = this.callers.callersOf(fn);
    if (callers.some((caller) => this.mayLock(caller))) return true;
    if (above >= BOUNDS.callersForAnnotation) return false;
    return callers.some((caller) => this.isHelper(caller) && this.isCalledWithLocks(caller, above + 1));
  }

  /** Whether the callers of a function answer for the locks it needs: it is static, or only its module calls it. */
  private isHelper(fn: FunctionRef): boolean {
    return fn.item?.isStatic === true || this.callers.ofModule(fn) !== undefined;
  }

  /** Whether a function or one of its callees locks. */
  private mayLock(fn: FunctionRef): boolean {
    return (fn.item?.lockSites ?? 0) > 0 || this.context.collected.summaries.has(fn);
  }

  /** Demands all callers of an annotated prototype if at least one of them locks. */
  private demandCallers(name: string, file: string): void {
    const { program, summaries } = this.context.collected;
    const [fn] = program.resolveCall(name, file);
    const callers = fn === undefined ? [] : program.callers(fn);
    if (!callers.some((caller) => (caller.item?.lockSites ?? 0) > 0)) return;
    for (const caller of callers) if (!summaries.has(caller)) program.demand(caller, 'path');
  }

  *inFunction(summary: FunctionSummary): Generator<Finding> {
    if (summary.uses.length === 0) return;
    const { models } = this.context.around;
    const asserted = summary.uses.filter(({ k, lock, site, api }) => {
      if (k !== 'assert-held' || site.via !== undefined) return false;
      return models.lockApi(api)?.anyKind === true || !NOT_CHECKED.has(lock.kind);
    });
    if (asserted.length === 0 || !this.isConcerned(summary.fn)) return;
    const declared = new Set(
      asserted.filter(({ api }) => PROMISES.has(api)).map(({ lock }) => lock.term.key),
    );
    const seen = new Set<string>();
    for (const use of asserted) {
      // A function that takes the lock itself asserts nothing about its callers.
      if (seen.has(use.lock.term.key) || use.locksets.some(({ held }) => holds(held, use))) continue;
      if (!PROMISES.has(use.api) && declared.has(use.lock.term.key)) continue;
      seen.add(use.lock.term.key);
      yield* this.ofAssertion(summary.fn, use, [use.site]);
      yield* this.atEntry(summary, use);
    }
  }

  /**
   * Calls without the lock of `use`, either to the function that asserts it (`below` is the assertion) or to a function
   * that leads there without taking it (`below` begins with its call). With `isTold`, a finding further down already
   * reports the missing lock. With `isProven`, a function on the path proves it by its own code.
   */
  private *ofAssertion(
    fn: FunctionRef,
    use: LockUse,
    below: readonly [Site, ...Site[]],
    isTold = false,
    isProven = false,
  ): Generator<Finding> {
    const { program } = this.context.collected;
    const { focus } = this.context;
    const isInFocus = ({ file }: FunctionRef): boolean =>
      focus === undefined || focus.has(use.site.fn.file) || focus.has(file);
    let holding: FunctionRef | undefined;
    const missing: { caller: FunctionSummary; call: CallSummary }[] = [];
    const own: typeof missing = [];
    const proven = new Set<CallSummary>();
    for (const caller of this.callers.callersOf(fn)) {
      const summary = this.context.around.summaryOf(caller);
      if (summary === undefined) {
        program.demand(caller, 'path');
        continue;
      }
      for (const call of summary.calls) {
        if (call.site.via !== undefined || call.targets.length > 1 || call.targets[0] !== fn) continue;
        const steps = [call.site, ...below] as const;
        const finding = isInFocus(caller)
          ? heldForReading(this.context, use, summary, call, steps)
          : undefined;
        if (finding !== undefined) yield finding;
        else if (call.locksets.some(({ held }) => holds(held, use))) holding ??= caller;
        else if (call.locksets.some(({ held }) => areOthers(held, use)))
          missing.push({ caller: summary, call });
        if (finding === undefined && isInFocus(caller) && !isProven) own.push({ caller: summary, call });
      }
    }
    const isClosed = this.callers.of(fn) !== undefined;
    // The core calls an operation where the file unregisters it, under a lock that sleeps.
    if (missing.length > 0 && isSpinning(this.context.around, keyOf(use.lock)))
      holding ??= holderAbove(this.context.around, this.callers, fn, use);
    for (const { caller, call } of missing) {
      const steps = [call.site, ...below] as const;
      // If no caller visibly holds the lock, the analysis has missed how the lock is taken. Callers out of focus count, too:
      // what is told of them is not told again further up.
      const told =
        holding === undefined || isTold
          ? undefined
          : this.prove(fn, use, { caller, steps, isClosed }, holding);
      const finding =
        told?.confidence === 'high'
          ? told
          : ((isProven ? undefined : this.certain(use, caller, steps)) ?? told);
      if (finding !== undefined) {
        proven.add(call);
        yield finding;
      }
      const isPassed = below.some(({ fn }) => fn === caller.fn);
      if (this.isHelper(caller.fn) && below.length < BOUNDS.callersForAnnotation && !isPassed)
        yield* this.ofAssertion(
          caller.fn,
          use,
          steps,
          isTold || holding !== undefined || asserts(caller, use),
          isProven || proven.has(call),
        );
    }
    for (const { caller, call } of own) {
      const finding = proven.has(call) ? undefined : this.certain(use, caller, [call.site, ...below]);
      if (finding !== undefined) yield finding;
    }
  }

  /**
   * What a caller's own code proves, whoever calls it. A caller that asserts the lock is responsible for its callees.
   */
  private certain(
    use: LockUse,
    caller: FunctionSummary,
    steps: readonly [Site, Site, ...Site[]],
  ): Finding | undefined {
    const isAnswered = steps.slice(0, -1).some(({ fn }) => asserts(this.context.around.summaryOf(fn), use));
    return isAnswered ? undefined : outsideOwnSection(this.context, use, caller, steps);
  }

  /** Reports an assertion in a function that the kernel core calls where no caller can hold the lock. */
  private *atEntry(summary: FunctionSummary, use: LockUse): Generator<Finding> {
    const { fn } = summary;
    const { focus } = this.context;
    if (!ASSERTED_AS.has(use.api) || PROMISES.has(use.api) || (focus !== undefined && !focus.has(fn.file)))
      return;
    if (fn.item?.section !== '' || this.entryOf(fn, use) !== 'free') return;
    const isGuard = GUARDS.has(use.api);
    const isOpen = ({ held, initialised, lock }: Arrived): boolean =>
      held.length === 0 && lock !== undefined && !initialised.has(lock.term.key);
    const arrived = this.proofs.arrive([use.site]).find(isOpen);
    const key = arrived?.lock && keyOf(arrived.lock);
    if (key === undefined || (isGuard && isFresh(this.context, use))) return;
    const { classes } = this.context.around;
    const name = shown(classes, key);
    const what = entered(use.api, name);
    const id = hashText(['annotation-mismatch', 'entry', fn.file, fn.name, key].join('\n'));
    const plan = planTaking(this.context, { use, key }, { caller: fn, at: locationOf(use.site) });
    if (plan !== undefined) this.context.takePlans.set(id, plan);
    yield {
      id,
      rule: 'annotation-mismatch',
      severity: 'warning',
      confidence: summary.gaps.length > 0 ? 'medium' : 'high',
      message: what,
      at: locationOf(use.site),
      locks: [name],
      story: tellChain(classes, [use.site], what, 0),
      assumes: [{ reason: 'callers', text: `${fn.name}() is entered without ${name}` }],
      witnesses: [witnessId(['annotation-mismatch', key, ...siteNames([use.site])])],
      evidence: [],
      fixes: [],
    };
  }

  private prove(
    fn: FunctionRef,
    use: LockUse,
    { caller, steps, isClosed }: MissingCall,
    holding: FunctionRef,
  ): Finding | undefined {
    if (asserts(caller, use) || this.releasesBehind(caller, use, steps[0])) return undefined;
    // Asked first without facts, since replaying the path to learn them costs more.
    if (this.entryOf(caller.fn, use) !== 'free') return undefined;
    // The asserted lock has the name that the caller gives its object: a member of a larger record has a class of its own.
    const arrived = this.proofs
      .arrive(steps)
      .find(({ held, lock }) => (lock === undefined ? held.length === 0 : areOthers(held, { lock })));
    if (arrived === undefined || this.entryOf(caller.fn, use, [], arrived.facts) !== 'free') return undefined;
    const { lock } = arrived;
    const key = lock && keyOf(lock);
    if (lock === undefined || key === undefined) return undefined;
    const { classes } = this.context.around;
    const name = shown(classes, key);
    const asserting = use.site.fn.name;
    const id = hashText(['annotation-mismatch', caller.fn.file, caller.fn.name, asserting, key].join('\n'));
    const place = { caller: caller.fn, at: locationOf(steps[0]), callee: fn, holder: holding };
    const plan = planTaking(this.context, { use, key }, place);
    const end = ASSERTED_AS.has(use.api) ? `needs ${name}` : `asserts that ${name} is held`;
    if (plan !== undefined) this.context.takePlans.set(id, plan);
    return {
      id,
      rule: 'annotation-mismatch',
      severity: 'warning',
      confidence: confidenceOf(this.context, { caller, lock, key, steps, isClosed }),
      message: `calls ${fn.name}() without ${name}, which ${asserting}() ${ASSERTED_AS.get(use.api) ?? 'asserts is held'}`,
      at: locationOf(steps[0]),
      locks: [name],
      story: tellChain(classes, steps, end, 0),
      assumes: [
        { reason: 'callers', text: `no caller of ${caller.fn.name}() holds ${name}` },
        { reason: 'others', text: `${holding.name}() holds it when it calls ${fn.name}()` },
      ],
      witnesses: [witnessId(['annotation-mismatch', key, ...siteNames(steps)])],
      evidence: [],
      fixes: [],
    };
  }

  /**
   * `free` if some known call path into the function begins without the lock of `use`. Calls whose constants contradict
   * `facts` do not count: what they pass leads elsewhere.
   */
  private entryOf(
    fn: FunctionRef,
    use: LockUse,
    above: readonly FunctionRef[] = [],
    facts?: KnownFacts,
  ): EntryState {
    if (above.includes(fn)) return 'unknown';
    const isInSection = (fn.item?.section ?? '') !== '';
    const calls = this.callers.ofModule(fn);
    // A section such as __init limits when the code exists, not who calls it.
    const isCalled = isInSection && calls !== undefined && (calls.length > 0 || fn.item?.isStatic === false);
    if (!isCalled && this.beginsFree(fn, use)) return 'free';
    const isEnteredOutside =
      fn.item?.isStatic === false ||
      this.contexts.of(fn).length > 0 ||
      isStored(this.context.collected.program, fn);
    if (calls === undefined && isEnteredOutside && this.privateLocks.isFreeOutside(fn, use.lock))
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
        this.entryOf(caller, use, [...above, fn]) === 'free',
    );
    return free ? 'free' : 'unknown';
  }

  /** Whether a function releases the lock of `use` for its callers, always behind the call: they hold it. */
  private releasesBehind({ fn, rawExits }: FunctionSummary, use: LockUse, call: Site): boolean {
    const key = keyOf(use.lock);
    const skeleton = this.context.around.program.skeleton(fn);
    const released = rawExits.flatMap((exit) => exit.released.filter((lock) => keyOf(lock) === key));
    return (
      skeleton !== undefined &&
      released.some(({ event }) => event !== call.event && isOnEveryPath(skeleton, call.event, event))
    );
  }

  /** Whether only the kernel core calls the function; the core takes no driver lock for the call. */
  private beginsFree(fn: FunctionRef, { api, lock }: LockUse): boolean {
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
          isServed(this.context, fn, entry, lock),
      )
    );
  }
}

/** Whether the object is freshly allocated, so that no other task can reach it yet. */
function isFresh({ around }: CheckContext, use: LockUse): boolean {
  const root = rootOf(use.lock.term);
  return root.k === 'result' && around.models.isAllocator(root.origin);
}

function entered(api: string, name: string): string {
  if (GUARDS.has(api)) return `accesses data guarded by ${name} without holding it`;
  if (api === NEEDED) return `calls code declared to need ${name} without holding it`;
  return `names ${name} as an outer lock without holding it`;
}
