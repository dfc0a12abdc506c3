import type { Confidence } from '../../../base/confidence.js';
import { NESTED_BY_LOCK, withoutSubclass } from '../../../base/subclass.js';
import { pointee } from '../../../base/ctype.js';
import { hashText } from '../../../base/hash.js';
import { isInEveryIteration, isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import { isOlder, rootOf, someTerm, type Term } from '../../../summaries/locks/terms.js';
import { Arms } from '../../../graph/feasibility/arms.js';
import { keyOf } from '../../../graph/events/collect.js';
import { withoutWrappers } from '../../../graph/edges/call-steps.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { callsToBelieve } from '../../../graph/edges/length.js';
import { lockEventsOf } from '../../../graph/paths/lock-events.js';
import { isAdvanced, isInLoop, isOtherEachRound, isWalked } from '../../../graph/events/rounds.js';
import { recursiveClasses } from '../../../graph/events/lock-names.js';
import { Semaphores } from '../../../graph/waits/semaphores.js';
import { isRecursiveReader } from '../../../graph/feasibility/readers.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { needsLastReference, putOn } from '../../../graph/paths/last-reference.js';
import { isOnlyPassedUnder, lastEnteredUnder } from '../../../graph/feasibility/only-way.js';
import { Writers } from '../../../graph/events/writers.js';
import { targetsOf } from '../../../graph/feasibility/same-object.js';
import type { Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { FunctionRef } from '../../../link/types.js';
import { domainOf, isProgram } from '../../../link/files/domains.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { LockKind } from '../../../models/types.js';
import type { Check, CheckContext } from '../../engine/check.js';
import { takenAgain } from '../lock-order-cycle/entry-orders.js';
import { misusedContexts } from './acquire-contexts.js';
import { FaultsUnderLock } from './faults-under-lock.js';
import {
  locationOf,
  shown,
  siteNames,
  spoken,
  squiggle,
  tellDependency,
  witnessId,
} from '../../story/story.js';
import { HeldByContract } from './held-by-contract.js';
import { isTestedAgain } from '../../story/asked-before.js';
import { assumedPut } from '../../story/assumptions.js';
import { provenWays } from '../../story/proven-ways.js';
import type { Finding, Progress } from '../../types.js';
import { mayBeOneElement } from './one-element.js';
import { GivenPointers } from './given-pointers.js';
import { goesByState, isLastReference, isOptional, isUnlinkedByRelease } from './by-state.js';
import { isDoubtfulCompanion } from './pointer-of-owner.js';
import { isOfListOwner } from './list-owner.js';
import { isSameByOwner } from './same-by-owner.js';
import { outsideContexts } from './wound-wait.js';
import { callsItself, isInOneDriver, isPassedOn, isPassedWithinDriver } from './passed-on.js';
import { isReleasedUnseen } from './unseen-release.js';

/** Kinds whose second acquisition by the same task never succeeds. Semaphores are absent: they may count above one. */
const BLOCKING: ReadonlySet<LockKind> = new Set([...OWNED_KINDS, 'bit_lock']);

export const selfDeadlock: Check = {
  id: 'self-deadlock',
  title: 'A task takes a lock that it already holds',
  severity: 'error',
  *run(context, turns) {
    const callers = new KnownCallers(context.collected);
    const deadlocks = new SelfDeadlocks(context, callers);
    const findings: Finding[] = [];
    const keys = [...context.collected.sources.keys()].sort();
    let done = 0;
    for (const key of keys) {
      if (!turns.has(key)) continue;
      if (deadlocks.mayBe(key, context.focus)) findings.push(...(yield* deadlocks.of(key)));
      yield { stage: 'check', done: ++done, total: keys.length };
    }
    findings.push(
      ...(yield* takenAgain(context, turns)),
      ...outsideContexts(context),
      ...misusedContexts(context, 'self-deadlock'),
    );
    const faults = new FaultsUnderLock(context);
    const contracts = new HeldByContract(context, callers);
    yield* contracts.demand(turns);
    for (const summary of context.focused()) {
      if (!turns.has(summary.fn)) continue;
      findings.push(...faults.in(summary), ...faults.allocationsIn(summary), ...contracts.in(summary));
      yield { stage: 'check', done, total: keys.length };
    }
    return findings;
  },
};

/** The facts by which a finding is judged. */
interface Sources {
  readonly context: CheckContext;
  readonly arms: Arms;
  readonly callers: KnownCallers;
}

/** Finds acquisitions of a held lock by the same task, class by class. */
export class SelfDeadlocks {
  private readonly sources: Sources;
  private readonly recursive: ReadonlySet<string>;
  private readonly pointers: GivenPointers;

  constructor(
    private readonly context: CheckContext,
    callers = new KnownCallers(context.collected),
  ) {
    const { program } = context.collected;
    this.sources = { context, arms: new Arms(program), callers };
    this.recursive = recursiveClasses(program, context.around.classes);
    this.pointers = new GivenPointers(program, context.around.classes);
  }

  /** Whether some function, in `focus` if given, seems to take `key` again. Ignores path conditions. */
  mayBe(key: string, focus?: ReadonlySet<string>): boolean {
    if (this.recursive.has(key)) return false;
    const { collected, finder } = this.context;
    const again = this.again(key);
    return (collected.sources.get(key) ?? []).some((source) => {
      if (focus?.has(source.fn.file) === false) return false;
      if (source.k === 'call') return again.some((one) => finder.mayLead(source.target, one));
      return again.includes(keyOf(source.acquire.lock) ?? '') && !source.acquire.nonBlocking;
    });
  }

  /** The class, its subclasses, and the classes of pointers to the lock. */
  private again(key: string): readonly string[] {
    return [key, ...this.context.collected.otherSubclasses(key), ...this.pointers.of(key)];
  }

  /** All findings for a class, independent of the focus. */
  *of(key: string): Generator<Progress, readonly Finding[]> {
    if (!this.mayBe(key)) return [];
    const { context } = this;
    const semaphores = Semaphores.of(context.collected, context.around.classes);
    const same: Dependency[] = [];
    // For lockdep a subclass separates two locks of a class. The same lock blocks whatever its subclass.
    for (const again of this.again(key)) {
      for (const side of yield* context.finder.search(key, again))
        if (
          (isSame(context, side, semaphores) ||
            this.pointers.areOne(side) ||
            mayBeOneElement(this.sources, side)) &&
          !isRecursive(context, side) &&
          !isOfAnotherCall(context, side)
        )
          same.push(side);
    }
    const byRoot = new Map<FunctionRef, Dependency>();
    for (const side of same) if (!byRoot.has(side.root)) byRoot.set(side.root, side);
    return [...byRoot.values()].map((side) => report(this.sources, side, same.length));
  }
}

/** Whether the lock's owner may take it again. */
function isRecursive({ around }: CheckContext, side: Dependency): boolean {
  return around.models.lockApi(side.holds.api)?.recursive === true;
}

/** Whether the second lock is in an object of a function that was called again in between: each call has its own. */
function isOfAnotherCall({ around }: CheckContext, side: Dependency): boolean {
  const last = withoutWrappers(around, side.steps).at(-1);
  const own = last && around.summaryOf(last.fn)?.acquires.find(({ site }) => site.event === last.event);
  if (own === undefined || !isInLocalObject(own.lock.term)) return false;
  return !areCallsAlike(side);
}

/** Whether the same calls lead to both acquisitions. */
function areCallsAlike({ steps, holdSteps }: Dependency): boolean {
  return (
    steps.length === holdSteps.length &&
    steps.slice(0, -1).every(({ fn, event }, i) => fn === holdSteps[i]?.fn && event === holdSteps[i]?.event)
  );
}

/** Whether a lock is part of a local variable, not of what one points to. A local lock by itself is usually static. */
function isInLocalObject(term: Term): boolean {
  return (
    (term.k === 'field' || term.k === 'index') && (term.base.k === 'local' || isInLocalObject(term.base))
  );
}

function isSame(context: CheckContext, side: Dependency, semaphores: Semaphores): boolean {
  const { around } = context;
  const { holds, lock } = side;
  // A second ww_mutex of a class without a context cannot back off: lockdep reports it as recursive, too.
  if (lock.kind === 'ww_mutex' && holds.kind === 'ww_mutex' && lock.subclass === 0 && holds.subclass === 0)
    return true;
  // Within one acquire context, the second acquisition returns -EALREADY.
  if (lock.kind === 'ww_mutex' && lock.subclass !== 0 && holds.subclass !== 0) return false;
  const isNamed = holds.term.key === lock.term.key;
  // An outer lock nests several of the class: of two names, the second means another one.
  if (!isNamed && lock.subclass === NESTED_BY_LOCK) return false;
  const isOne =
    isNamed ||
    isSameByOwner(around, [holds.term, lock.term], side.to, side.root.file) ||
    isOfListOwner(around, side) ||
    // The object takes the lock that it was given, and all of them were given the one that is held.
    around.models.lockApi(side.api)?.given === true;
  if (!isOne) return false;
  // One of several functions, chosen by the object that the held one's object is linked to: that one chooses another.
  if (!isNamed && isLinked(holds.term, lock.term) && choosesFunction(context, side.steps)) return false;
  const isMutex = lock.kind === 'semaphore' && semaphores.isMutex(side.to, side.root.file);
  if (!BLOCKING.has(lock.kind) && !isMutex) return false;
  // A value with only a known origin may be another object each time.
  if (isNamed && someTerm(lock.term, isOlder)) return false;
  return true;
}

/** Whether the second lock is reached from the first one's object through a pointer to something of its own type: a peer. */
function isLinked(first: Term, second: Term): boolean {
  const root = rootOf(first).key;
  return someTerm(
    second,
    (part) =>
      part.k === 'field' &&
      part.base.type.startsWith('struct ') &&
      pointee(part.type) === part.base.type &&
      rootOf(part).key === root,
  );
}

function report(sources: Sources, side: Dependency, witnesses: number): Finding {
  const { classes } = sources.context.around;
  const pointer =
    withoutSubclass(side.from) === withoutSubclass(side.to) ? undefined : shown(classes, side.to);
  const taken = pointer === undefined ? side.to : side.from;
  const isByNumbers = mayBeOneElement(sources, side);
  const name = spoken(classes, isByNumbers ? withoutSubclass(taken) : taken);
  const at = locationOf(squiggle(side));
  const finding: Finding = {
    id: hashText(`self-deadlock\n${side.to}\n${side.root.file}\n${side.root.name}`),
    rule: 'self-deadlock',
    severity: 'error',
    confidence: confidenceOf(sources, side, witnesses),
    message: `takes ${name} again${pointer === undefined ? '' : ` through ${pointer}`} while ${
      at.function === side.root.name ? 'holding' : `${side.root.name}() holds`
    } it${isByNumbers ? ' where the numbers of both lead to one element' : ''}`,
    at,
    locks: [shown(classes, taken)],
    story: tellDependency(classes, side, 0),
    assumes: [
      {
        reason: 'same-instance',
        text:
          pointer === undefined
            ? `${isByNumbers ? 'the numbers of both lead to' : 'both acquisitions name'} the same ${name}`
            : `${pointer} points to ${name}, which the file stores there`,
      },
      ...assumedPut(sources.context.around, side.steps),
    ],
    witnesses: [
      witnessId(['self-deadlock', side.to, ...siteNames(side.holdSteps), ...siteNames(side.steps)]),
    ],
    evidence: [],
    fixes: [],
  };
  provenWays.set(finding, [[side]]);
  return finding;
}

/** True findings have few calls and no branch facts on the inner acquisition. */
function confidenceOf({ context, arms, callers }: Sources, side: Dependency, witnesses: number): Confidence {
  const { around } = context;
  const info = around.classes.info(side.to);
  const isWidelyHad = info?.generic === true && !isPassedOn(side) && !callsItself(side);
  if (!side.holds.certain || (isWidelyHad && !isPassedWithinDriver(around.program, side))) return 'low';
  if (side.holds.mode === 'read' && side.lock.mode === 'read' && !waitsForReader(context, side)) return 'low';
  // One subclass for both may cover two locks that share a name. Two subclasses show that the author expects two locks,
  // which a short path without conditions refutes.
  const isOneLevel = side.from === side.to || side.learned > 0 || side.calls > 1;
  if (info?.level !== undefined && isOneLevel) return 'low';
  if (isOneWay(side) && !isClearRound(context, side) && !callsItself(side) && !isInWait(context, side))
    return 'low';
  // A condition in a callee may depend on the caller's state, and code that holds the lock rarely drops the last
  // reference.
  const isOnlyPassed = isOnlyPassedUnder(callers, side.steps, side.from);
  const isFreed =
    putOn(around, side.steps) !== undefined &&
    (!needsLastReference(around, side.steps) || isUnlinkedByRelease(context, side));
  const steps = withoutWrappers(around, side.steps);
  const entered = lastEnteredUnder(callers, steps, side.from);
  const since = context.proofs.learnedSince(side.steps, entered, side.facts);
  const learned = (entered === 0 ? side.learned : Math.min(side.learned, since)) - Number(isFreed);
  const isDecided = learned > 0 && !isOnlyPassed;
  if (isDecided && learned > 2) return 'low';
  if (around.models.lockApi(side.api)?.lastReference === true) return 'low';
  if (isLastReference(context, side) && !isOnlyPassed && !isFreed) return 'low';
  if (isDoubtfulCompanion(around.program, side)) return 'low';
  if (goesByState(context, side) || isOptional(context, side)) return 'low';
  const root = around.summaryOf(side.root);
  const event = side.steps[0]?.event;
  if (root !== undefined && event !== undefined && isReleasedUnseen(context, root, side.holds, { event }))
    return 'low';
  // What a function does that is only entered with the lock held, it does with the lock held, or never.
  const below = steps.slice(entered);
  if (choosesFunction(context, side.holdSteps) || choosesFunction(context, below)) return 'low';
  const calls = Math.min(callsToBelieve([side]), below.length - 1);
  if (calls > 4) return 'low';
  const doubts = [
    isDecided || isWidelyHad,
    isProgram(domainOf(side.root.file)),
    arms.undefinedIn([{ steps: side.holdSteps }, side], side.root.file).length > 0,
    calls > 3,
    // If many functions do the same, the design is probably one that the analysis does not understand, unless a single
    // driver shows all of it.
    witnesses >= 4 && side.calls > 0 && !isInOneDriver(around.program, side),
  ].filter(Boolean).length;
  return doubts > 1 ? 'low' : doubts === 1 ? 'medium' : 'high';
}

/**
 * Whether one statement takes the lock both times without leaving its function in between, as in two rounds of a loop or in
 * a function that calls itself. A helper that takes the lock for its callers is called again.
 */
function isOneWay(side: Dependency): boolean {
  const first = side.holdSteps.length <= 1 ? side.holds.site : side.holdSteps.at(-1);
  const second = side.steps.at(-1);
  if (first?.fn !== second?.fn || first?.event !== second?.event) return false;
  return side.holdSteps.length <= 1 || areCallsAlike(side);
}

/**
 * Whether a round of a loop surely begins with the previous round's lock held. The analysis easily misses a release:
 * the lock may be another object's, a callee that received it may have released it, and the next round need not repeat
 * a conditional acquisition.
 */
function isClearRound({ around }: CheckContext, { root, steps, lock, holds }: Dependency): boolean {
  const summary = around.summaryOf(root);
  const skeleton = around.program.skeleton(root);
  return (
    holds.site.fn === root &&
    steps[0]?.event === holds.site.event &&
    summary !== undefined &&
    skeleton !== undefined &&
    (isUnavoidable(skeleton, holds.site.event) || isInEveryIteration(skeleton, holds.site.event)) &&
    summary.gaps.length === 0 &&
    !isOtherEachRound(around.program, lock, holds.site) &&
    lockEventsOf(around, summary, holds).ends.size > 0
  );
}

/** Whether a wait tests its condition again with the lock that the last test took: a global, or of an object passed in. */
function isInWait({ around }: CheckContext, { steps: [first], lock }: Dependency): boolean {
  const { k } = rootOf(lock.term);
  return (k === 'parameter' || k === 'global') && first !== undefined && isTestedAgain(around.program, first);
}

/** Whether the second reader waits because a waiting writer blocks further readers. Recursive readers do not wait. */
function waitsForReader({ around, collected, contexts }: CheckContext, side: Dependency): boolean {
  const isWritten = side.lock.kind !== 'rwlock' || new Writers(collected).of(side.to).length > 0;
  return isWritten && !isRecursiveReader(around, contexts, side);
}

/** Whether a loop calls the function of each element that it comes to, so that nothing chooses among them. */
function callsEach(around: Surroundings, step: Site): boolean {
  const call = around.summaryOf(step.fn)?.calls.find(({ site }) => site.event === step.event);
  const skeleton = around.program.skeleton(step.fn);
  if (call?.callee === undefined || skeleton === undefined || !isInLoop(around.program, step)) return false;
  return someTerm(
    call.callee,
    (part) =>
      isWalked(skeleton, part) ||
      isAdvanced(skeleton, part) ||
      (part.k === 'index' && part.index.k !== 'constant'),
  );
}

/**
 * Whether the path has a call through a pointer with several targets, or one that may call its own function again. The
 * object's state decides the target, and two op tables may have members of the same name.
 */
function choosesFunction({ around }: CheckContext, steps: readonly Site[]): boolean {
  return steps.some((step, i) => {
    const next = steps[i + 1];
    if (next === undefined) return false;
    if (targetsOf(around, step) > 1) return !callsEach(around, step);
    const calls = next.fn === step.fn ? (around.summaryOf(step.fn)?.calls ?? []) : [];
    return calls.some(({ site, callee }) => site.event === step.event && callee !== undefined);
  });
}
