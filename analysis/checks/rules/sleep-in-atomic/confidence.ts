import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import type { CheckItem } from '../../engine/turns.js';
import type { Atomicity } from '../../../graph/events/atomic.js';
import { withoutWrappers } from '../../../graph/edges/call-steps.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isProcess, isStrictlyAtomic } from '../../../graph/contexts/contexts.js';
import type { Contexts, OutsideEntry } from '../../../graph/contexts/contexts.js';
import { needsLastReference } from '../../../graph/paths/last-reference.js';
import { isInLoop } from '../../../graph/events/rounds.js';
import { Arms } from '../../../graph/feasibility/arms.js';
import { isOnlyUnder, isOnlyWay, isPlainPath } from '../../../graph/feasibility/only-way.js';
import type { ProofRun } from '../../../graph/paths/proofs.js';
import { flatten, type Arrived } from '../../../graph/paths/replay.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { Sleepers, SleepPoint } from '../../../graph/events/sleep.js';
import { boundArgs } from '../../../graph/waits/bound-args.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import { memberStores } from '../../../skeleton/lowering/events.js';
import type { Expr, ExprId } from '../../../skeleton/types.js';
import { rootOf, type Term } from '../../../summaries/locks/terms.js';
import { namesCalled, targetsCalledHere } from '../../../graph/events/bounded.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { Site } from '../../../summaries/state/types.js';
import { asksBeforeWaiting } from '../../story/asked-before.js';
import { endsAfterwards, endsOnOtherWays, mayReleaseByPointer } from './ended-by-callees.js';
import { isToldToSleep } from '../../story/told-to-sleep.js';
import type { CheckContext } from '../../engine/check.js';
import { adaptsToContext, testsContextBefore } from './asserted-context.js';
import { meetsSleeper } from './chosen-object.js';
import { isDecidedByAmount } from './decided-by-amount.js';
import { isMadeToSleep } from './made-to-sleep.js';
import { sleepsInOwn } from './own-functions.js';
import { isAlwaysOff, isSwitchedOffHere } from './switched-off.js';
import { isRegisteredOtherwise, spinsInstead } from './registered-otherwise.js';
import { goesThroughStub, goesToOneOfSeveral, goesToOtherImplementation } from './other-implementation.js';
import {
  goesToOtherDriver,
  isBetweenRounds,
  isDecidedElsewhere,
  isSetOtherwise,
  isUnconditional,
  mayEndByPointer,
} from '../../story/path-conditions.js';

/** One proven path that sleeps in atomic context. */
export interface SleepMistake {
  /** Whose turn it was when it was found. */
  readonly item: CheckItem;
  readonly root: FunctionRef;
  readonly steps: readonly Site[];
  readonly point: SleepPoint;
  readonly arrived: Arrived;
  readonly why: Atomicity | { readonly k: 'handler'; readonly entry: OutsideEntry };
}

/** How credible a mistake is. */
export class SleepConfidence {
  private readonly callers: KnownCallers;
  private readonly proofs: ProofRun;
  private readonly contexts: Contexts;
  private readonly arms: Arms;

  constructor(
    private readonly context: CheckContext,
    private readonly sleepers: Sleepers,
  ) {
    this.arms = new Arms(context.collected.program);
    this.callers = new KnownCallers(context.collected);
    this.proofs = context.proofs;
    this.contexts = context.contexts();
  }

  /** Whether the section is preemptible on PREEMPT_RT, so that sleeping causes only a warning. */
  private isPreemptible(why: SleepMistake['why']): boolean {
    const { models } = this.context.around;
    if (!models.preemptRt) return false;
    if (why.k === 'handler') return !isStrictlyAtomic(why.entry.context);
    return why.k === 'bh' || (why.k === 'lock' && models.lockApi(why.lock.api)?.preemptible === true);
  }

  /** Whether the path surely runs in a process: it holds a lock that sleeps, or nothing else leads to its function. */
  private runsInProcess({ root, arrived }: SleepMistake): boolean {
    const { models } = this.context.around;
    if (arrived.held.some(({ api, certain }) => certain && models.lockApi(api)?.sleeps === true)) return true;
    return this.isOfProcesses(root, BOUNDS.callersForEntry);
  }

  private isOfProcesses(fn: FunctionRef, levels: number): boolean {
    const entries = this.contexts.of(fn);
    if (entries.length > 0) return entries.every(({ context }) => isProcess(context));
    const calls = levels > 0 ? this.callers.of(fn) : undefined;
    return (
      calls !== undefined &&
      calls.length > 0 &&
      calls.every(
        ({ caller, locksets }) =>
          locksets.every(({ context }) => context.bh === 0) && this.isOfProcesses(caller, levels - 1),
      )
    );
  }

  /** Whether the callees on a path come to its end whatever they are given. */
  private isStraight(path: readonly Site[]): boolean {
    return this.isSureOnEach(path.slice(1));
  }

  private isSureOnEach(steps: readonly Site[]): boolean {
    const { program } = this.context.around;
    return steps.every((step) => isUnconditional(program, step) || isDecidedByAmount(program, step));
  }

  /**
   * Whether a thread also calls the handler, which may then never run in interrupt context. An operation of a table is there
   * for its core to call, and sleeps there if it does so without conditions.
   */
  private isCalledByThread(handler: FunctionRef, { member }: OutsideEntry, steps: readonly Site[]): boolean {
    if (member !== undefined && this.isSureOnEach(steps)) return false;
    return this.context.around.program
      .callers(handler)
      .some((caller) => this.contexts.of(caller).some(({ context }) => isProcess(context)));
  }

  /**
   * The steps that conditions decide. Who runs in the handler alone and passes flags that let a callee sleep says that it may,
   * whatever the callee does before.
   */
  private upToPasser({ steps, point, why }: SleepMistake): readonly Site[] {
    const told = why.k === 'handler' ? upToFlags(this.context.around, steps, point) : steps;
    return told.length < steps.length && this.runOnlyIn(told) ? told : steps;
  }

  /** Whether each function on a path is only called from the one above, directly or through tables that the folder keeps. */
  private runOnlyIn(path: readonly Site[]): boolean {
    return path.slice(1).every(({ fn }, above) => {
      const calls = this.callers.ofStored(fn) ?? this.callers.ofFolder(fn) ?? [];
      return calls.length > 0 && calls.every(({ caller }) => caller === path[above]?.fn);
    });
  }

  /** Whether the path is the only way to the sleep: then a condition on it decides when it happens, not whether. */
  private isOnlyWay({ steps, why }: SleepMistake): boolean {
    if (why.k === 'lock') return isOnlyUnder(this.callers, steps, keyOf(why.lock));
    if (why.k === 'handler') return this.isOnlyInHandler(steps);
    return (
      why.k === 'preempt' &&
      isOnlyWay(this.callers, steps, ({ locksets }) => locksets.every(({ context }) => context.preempt > 0))
    );
  }

  /** Whether a caller in sight holds locks: then the finding is that of the caller. */
  private isCalledHolding(root: FunctionRef): boolean {
    return this.callers.seen(root).some(({ locksets }) => locksets.some(({ held }) => held.length > 0));
  }

  /** The last step to which the path is the only way. */
  private lastOnlyWay(mistake: SleepMistake): number {
    const { steps } = mistake;
    let only = steps.length - 1;
    while (only > 0 && !this.isOnlyWay({ ...mistake, steps: steps.slice(0, only + 1) })) only--;
    return only;
  }

  /** The same in a handler, also where a function on the path is called through a member that only the one above calls. */
  private isOnlyInHandler(steps: readonly Site[]): boolean {
    const { around } = this.context;
    const at = steps.findIndex(({ fn, event }, i) => {
      const call = ownCallAt(around.summaryOf(fn), event);
      const next = steps[i + 1]?.fn;
      return next !== undefined && call && targetsCalledHere(around.program, call).includes(next);
    });
    const isOnly = (path: readonly Site[]): boolean => isOnlyWay(this.callers, path, () => true);
    return at < 0 ? isOnly(steps) : isOnly(steps.slice(0, at + 1)) && isOnly(steps.slice(at + 1));
  }

  /**
   * Whether nothing is left to decide on a path: it is the only way into some function on it, and what follows the call
   * of that function depends only on the arguments, on earlier decisions, on what a device answers, and on memory.
   */
  private followsByItself(mistake: SleepMistake, isAnswer: (part: Term) => boolean): boolean {
    const { steps, arrived } = mistake;
    return this.proofs.learnedSince(steps, this.lastOnlyWay(mistake), arrived.facts, isAnswer) === 0;
  }

  /**
   * Tells whether a value is what a device answers, whether there is memory, or a member that a function on the path sets
   * behind the sleep: `if (d->on == on) return; … d->on = on;` keeps it from doing the same twice.
   */
  private answersIn({ file }: FunctionRef, steps: readonly Site[]): (part: Term) => boolean {
    const { models, program } = this.context.around;
    const files = new Set([file, ...steps.map(({ fn }) => fn.file)]);
    let set: ReadonlySet<string> | undefined;
    return (part) => {
      if (part.k === 'field') return (set ??= setBehind(program, steps.slice(1))).has(part.name);
      if (part.k !== 'result') return false;
      const called = [...files]
        .flatMap((from) => program.resolveCall(part.origin, from))
        .flatMap((fn) => namesCalled(program, fn));
      return (
        (part.type.endsWith('*') && models.soundsLikeMakingNew(part.origin)) ||
        [part.origin, ...called].some((name) => models.accessesDevice(name))
      );
    };
  }

  /** `byDesign`: many functions do the same. */
  of(given: SleepMistake, byDesign: boolean): Confidence {
    const { around } = this.context;
    const mistake = { ...given, steps: withoutWrappers(around, given.steps) };
    const { steps, point, why, root, arrived } = mistake;
    // For some operations, the object determines the context in which they are called.
    const isSure = why.k !== 'handler' || why.entry.confidence === 'high';
    let confidence: Confidence = isSure && isMadeToSleep(around, point) ? 'high' : point.confidence;
    // Operations run while their device is in use, and its resume function has run before.
    if (sleepsInOwn(around, this.sleepers, point))
      confidence = why.k === 'lock' && steps.length === 1 ? 'high' : 'medium';
    if (why.k === 'lock' && !why.lock.certain) confidence = 'low';
    const isOfTasks =
      around.models.api(point.api)?.defersInInterrupts === true ||
      (why.k === 'lock' && adaptsToContext(around, given.steps, arrived.facts));
    if (isOfTasks && !this.runsInProcess(mistake)) confidence = 'low';
    if (this.isPreemptible(why)) confidence = lesser(confidence, 'medium');
    if (why.k === 'lock' && mayReleaseByPointer(around, root, why.lock, steps))
      confidence = lesser(confidence, 'medium');
    // Nothing warns before the kernel has switched interrupts on.
    if (why.k === 'irq' && around.models.entersOff(root.name)) return 'low';
    // A callee's behaviour often depends on a test made before interrupts were disabled.
    if (why.k === 'irq' && !this.isStraight(steps)) confidence = lesser(confidence, 'medium');
    // The callee ends the section on other paths, and the caller may know that its object takes one of them.
    if (
      why.k === 'lock' &&
      endsOnOtherWays(around, steps.slice(1), why.lock) &&
      !endsAfterwards(around, steps.slice(1), why.lock)
    )
      confidence = lesser(confidence, 'medium');
    if (why.k === 'lock' && mayEndByPointer(around, steps, why.lock))
      confidence = lesser(confidence, 'medium');
    if (why.k === 'lock' && goesToOtherDriver(around, steps, keyOf(why.lock)))
      confidence = lesser(confidence, 'medium');
    if (goesToOtherImplementation(around, steps)) confidence = 'low';
    if (goesToOneOfSeveral(around, this.sleepers, steps, why.k === 'handler'))
      confidence = lesser(confidence, 'medium');
    if (goesThroughStub(around, steps)) confidence = lesser(confidence, 'medium');
    if (confidence !== 'low') confidence = lesser(confidence, meetsSleeper(around, this.sleepers, steps));
    // Pairing a release with a lock without a class is a guess.
    if (why.k === 'lock' && keyOf(why.lock) === undefined) confidence = lesser(confidence, 'medium');
    // Disabled on some paths only: the conditions often correlate in ways that the analysis does not see.
    if (why.k !== 'lock' && why.k !== 'handler' && !isAlwaysOff(around.summaryOf(root), steps[0], why.k))
      confidence = lesser(confidence, 'medium');
    const isOnly = steps.length > 1 && this.isOnlyWay(mistake);
    if (!isOnly && needsLastReference(around, steps)) confidence = 'low';
    const isAnswer = this.answersIn(root, steps);
    const isHandler = why.k === 'handler';
    if (!isOnly && isDecidedElsewhere(around, this.proofs, steps, arrived, { isHandler, isAnswer }))
      confidence = lesser(confidence, 'medium');
    if (asksBeforeWaiting(around.program, steps) || isToldToSleep(around.program, steps))
      confidence = lesser(confidence, 'medium');
    if (isSetOtherwise(around, steps, arrived.facts)) confidence = lesser(confidence, 'medium');
    const end = steps.at(-1);
    if (end !== undefined && spinsInstead(around, end)) confidence = lesser(confidence, 'medium');
    const last = steps.length > 1 ? end : undefined;
    if (last !== undefined && isBetweenRounds(around.program, last))
      confidence = lesser(confidence, 'medium');
    // The first round decides not to sleep. What later rounds know of that is often lost.
    const isRepeated =
      last !== undefined && steps.slice(0, -1).some((step) => isInLoop(around.program, step));
    if (isRepeated && confidence === 'high' && !this.proofs.comesInOneRound(steps)) confidence = 'medium';
    // Releases of a reader in a callee are not tracked.
    if (why.k === 'lock' && why.lock.kind === 'rcu' && why.lock.site.via !== undefined)
      if (!isReleasedAtEnd(around, root, steps[1], why.lock.site)) confidence = 'low';
    // Otherwise a callee leaves it off, under conditions that are only partly visible.
    if (why.k !== 'lock' && why.k !== 'handler') {
      const byLock = !this.isCalledHolding(root);
      if (!isSwitchedOffHere(around, root, steps[0], { what: why.k, byLock })) confidence = 'low';
    }
    if (why.k === 'handler')
      confidence = lesser(
        confidence,
        this.isCalledByThread(root, why.entry, steps) ? 'medium' : why.entry.confidence,
      );
    if (why.k === 'handler' && testsContextBefore(around, steps)) confidence = lesser(confidence, 'medium');
    if (why.k === 'handler' && isRegisteredOtherwise(around.program, why.entry, arrived.facts))
      confidence = 'low';
    // Long call paths are rarely feasible unless nothing on them is conditional. A caller that passes flags knows how
    // the callee uses them.
    const isPassed = why.k === 'lock' && why.lock.site.fn !== root && point.flagsArg >= 0;
    const isPlain =
      isOnly || ((isPassed || why.k === 'preempt') && isPlainPath(this.proofs, steps, arrived.facts));
    if (!isPlain && steps.length > 2) {
      const decided = this.upToPasser(mistake);
      if (decided.length > 2 && !this.isStraight(decided) && !this.followsByItself(mistake, isAnswer))
        confidence = lesser(confidence, decided.length > 3 ? 'low' : 'medium');
    }
    // So deep, data that the callers know mostly decides, unless the path is the only way to much of it.
    const isFar = steps.length > BOUNDS.stepsToSleepSurely && !isPlain && !this.isStraight(steps);
    if (isFar && steps.length - this.lastOnlyWay(mistake) > BOUNDS.stepsToSleepSurely) confidence = 'low';
    // A flag often decides whether the memory is user memory, and a page that was looked up may be known to be present.
    const lockApi = why.k === 'lock' ? around.models.lockApi(why.lock.api) : undefined;
    const mayBeOfKernel = around.models.lockApi(point.api)?.orKernelMemory === true;
    const isOther = (): boolean =>
      steps.length > 1 && (mayBeOfKernel || (!isOnly && !this.isStraight(steps)));
    if (point.touchesUser && (lockApi?.guardsPages === true || isOther()))
      confidence = lesser(confidence, 'medium');
    if (this.arms.undefinedIn([{ steps, facts: arrived.facts }], root.file).length > 0)
      confidence = lesser(confidence, 'medium');
    if (byDesign || (around.summaryOf(root)?.gaps.length ?? 0) > 0) confidence = lesser(confidence, 'medium');
    return confidence;
  }
}

/** Names of the members that functions of these steps set behind the step to a value that they have compared them with. */
function setBehind(program: Program, steps: readonly Site[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { fn, event } of steps) {
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) continue;
    const asked = skeleton.blocks.flatMap(({ exit }) => (exit.k === 'branch' ? [exit.condition] : []));
    for (const { event: store, target } of memberStores(skeleton)) {
      const isKept = asked.some((one) => compares(skeleton.exprs, one, store.target, store.value));
      if (isKept && canFollow(skeleton, event, store.id)) names.add(target.name);
    }
  }
  return names;
}

/** Whether a condition compares a member with a variable. A constant would be one of several states. */
function compares(exprs: readonly Expr[], condition: ExprId, member: ExprId, value: ExprId): boolean {
  const asked = exprs[condition];
  if (asked?.k !== 'binary' || (asked.op !== '==' && asked.op !== '!=')) return false;
  const isGiven = ['parameter', 'local'].includes(exprs[value]?.k ?? '');
  return isGiven && [asked.left, asked.right].includes(member) && [asked.left, asked.right].includes(value);
}

/** The steps to the function that chooses the allocation flags; all of them if the last one does, or there are none. */
function upToFlags(
  around: Surroundings,
  steps: readonly Site[],
  { flagsArg, api }: SleepPoint,
): readonly Site[] {
  const end = steps.at(-1);
  const effect = end && around.summaryOf(end.fn)?.apis.find(({ site }) => site.event === end.event);
  if (flagsArg < 0 || effect?.api !== api) return steps;
  for (let count = steps.length; count > 0; count--) {
    const flags = boundArgs(around, steps.slice(count - 1), effect.args)?.[flagsArg];
    if (flags === undefined) return steps;
    if (rootOf(flags).k !== 'parameter') return steps.slice(0, count);
  }
  return steps;
}

/**
 * Whether a single function that a function calls ends its reader, and not the one on the path. What began the section
 * ends it only on ways on which it returns without one.
 */
function isReleasedAtEnd(
  around: Surroundings,
  root: FunctionRef,
  below: Site | undefined,
  begun: Site,
): boolean {
  const callees = new Set(around.summaryOf(root)?.calls.flatMap(({ targets }) => targets));
  for (const { fn } of flatten(begun)) callees.delete(fn);
  const releases = ({ item }: FunctionRef): boolean =>
    item?.calls.some((name) => {
      const api = around.models.lockApi(name);
      return api?.op === 'release' && api.kind === 'rcu';
    }) === true;
  const ending = [...callees].filter(releases);
  return ending.length === 1 && ending[0] !== below?.fn;
}
