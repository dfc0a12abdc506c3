import type { Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import { matchHeld } from '../../../summaries/state/held.js';
import { ANY, NEGATIVE, NONZERO, ZERO, type Fact } from '../../../summaries/facts/fact.js';
import type { KnownFact } from '../../../summaries/facts/facts.js';
import { leadsOnlyTo } from './leads-to-release.js';
import { isToldByMember, isToldOtherwise } from './told-otherwise.js';
import { foreignReleases, type LeadingRelease } from './releases.js';
import type {
  AcquireEffect,
  CallSummary,
  ExitEffect,
  FunctionSummary,
  Lockset,
  LockRef,
  LockUse,
  Site,
} from '../../../summaries/state/types.js';
import { asksForSign, isTested } from '../../../summaries/state/used-results.js';
import { resultKey } from '../../../summaries/locks/names.js';
import { holderOf, inCaller, isBorn, someTerm } from '../../../summaries/locks/terms.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOtherEachRound } from '../../../graph/events/rounds.js';
import { Semaphores } from '../../../graph/waits/semaphores.js';
import type { Arrived } from '../../../graph/paths/replay.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import { FlowGraph } from '../../../summaries/state/flow-graph.js';
import { rootOf } from '../../../skeleton/expressions/root.js';
import { blockOf, eventAt } from '../../../skeleton/lowering/events.js';
import type { EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';
import { tellChain } from '../../story/chain.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import { withWays } from '../../story/told-ways.js';
import type { Finding } from '../../types.js';

/** Releases on a path where the function failed to acquire the lock: `if (lock_interruptible(l)) goto unlock;`. */
export function releasedAfterFailure(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  /** By identity: a function may release at several places. */
  const findings = new Map<string, Finding>();
  const semaphores = Semaphores.of(context.collected, context.around.classes);
  const isMutex = (lock: LockRef): boolean =>
    lock.kind === 'semaphore' && semaphores.isMutex(keyOf(lock) ?? '', summary.fn.file);
  const tries = summary.acquires.filter(
    ({ lock, site }) =>
      site.via === undefined &&
      (OWNED_KINDS.includes(lock.kind) || isMutex(lock) || isInverted(summary, lock)) &&
      keyOf(lock) !== undefined,
  );
  for (const use of tries.length === 0 ? [] : summary.uses) {
    if (use.k !== 'release' || use.ended !== 'foreign' || use.site.via !== undefined) continue;
    const own = tries.filter(({ lock }) => lock.term.key === use.lock.term.key);
    if (own.length === 0 || !context.proofs.mayTry(summary.fn, use.site)) continue;
    for (const arrived of context.proofs.arrive([use.site])) {
      const failed =
        matchHeld(arrived.held, use.lock) < 0
          ? own.find((acquire) => hasFailed(context, acquire, arrived))
          : undefined;
      if (failed === undefined || isToldOtherwise(context, summary, failed.site, use.site)) continue;
      const finding = report(context, summary, { lock: use.lock, steps: [use.site] }, arrived, {
        by: failed.api,
        site: failed.site,
        confidence: confidenceOf(context, summary, use, failed),
      });
      if (!findings.has(finding.id)) findings.set(finding.id, finding);
      break;
    }
  }
  return [...findings.values()];
}

/**
 * Releases on a path where a callee failed to acquire the lock for this function: `ret = begin(t); if (ret) goto done;`
 * where begin() keeps the lock only if it succeeds.
 */
export function releasedAfterFailedCall(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  /** By identity: a callee may release at several places. */
  const findings = new Map<string, Finding>();
  const taking = summary.calls.filter((call) =>
    exitsOf(context, call).some(({ acquired }) => acquired.length > 0),
  );
  const skeleton = taking.length === 0 ? undefined : context.around.program.skeleton(summary.fn);
  if (skeleton === undefined) return [];
  // Code that ignores the result does not expect a failure.
  const tested = taking.filter(({ site }) => isTested(skeleton, site.event));
  if (tested.length === 0) return [];
  for (const release of foreignReleases(context, summary)) {
    const { lock, steps } = release;
    if (keyOf(lock) === undefined || !(OWNED_KINDS.includes(lock.kind) || isInverted(summary, lock)))
      continue;
    if (someTerm(lock.term, (part) => part.k === 'index' || isBorn(part))) continue;
    const takers = tested.filter((call) => exitsBy(context, call, lock).taking.length > 0);
    if (takers.length === 0 || !context.proofs.mayTry(summary.fn, steps[0])) continue;
    for (const arrived of context.proofs.arrive(steps)) {
      if (matchHeld(arrived.held, lock) >= 0) continue;
      const failed = takers.find(
        (call) =>
          hasFailedCall(context, call, lock, arrived) && !isOfOtherRound(context, skeleton, call, steps[0]),
      );
      if (failed === undefined || isToldOtherwise(context, summary, failed.site, steps[0])) continue;
      if (failed.targets.some((taker) => isToldByMember(context, taker, steps.slice(1)))) continue;
      const by = failed.targets[0]?.name ?? '';
      const isTold = isToldFromSuccess(context, summary, failed, lock);
      const isDoubtful =
        summary.gaps.length > 0 ||
        !isTold ||
        isRefusal(context, failed, lock, arrived) ||
        isAnswer(failed, arrived);
      const confidence = isDoubtful ? 'medium' : 'high';
      const finding = report(context, summary, release, arrived, { by, site: failed.site, confidence });
      if (!findings.has(finding.id)) findings.set(finding.id, finding);
      break;
    }
  }
  return [...findings.values()];
}

/**
 * Whether a loop moves the variable that names the released lock from one element to the next: the call that failed is
 * then one of another round, unless it was given the variable's present value and takes the lock of that object itself.
 */
export function isOfOtherRound(
  context: CheckContext,
  skeleton: Skeleton,
  call: CallSummary,
  release: Site,
): boolean {
  const { loop, rank } = FlowGraph.of(skeleton);
  const [taking, ending] = [blockOf(skeleton, call.site.event), blockOf(skeleton, release.event)];
  const round = loop[taking] ?? -1;
  if (round < 0) return false;
  const rootsOf = (event: EventId): ReadonlySet<ExprId> => {
    const at = eventAt(skeleton, event);
    const named = at === undefined ? [] : 'lock' in at ? [at.lock] : 'args' in at ? at.args : [];
    return new Set(named.map((id) => rootOf(skeleton, id)));
  };
  const [given, released] = [rootsOf(call.site.event), rootsOf(release.event)];
  const isMoved = skeleton.blocks.some(
    ({ events }, id) =>
      loop[id] === round && events.some((one) => one.k === 'assign' && released.has(one.target)),
  );
  const takesOwn = exitsOf(context, call).every(({ acquired }) =>
    acquired.every(({ term }) => {
      const object = holderOf(term);
      return object.k === 'deref' && object.base.k === 'parameter';
    }),
  );
  const isBehind =
    taking === ending ? release.event > call.site.event : (rank[ending] ?? 0) > (rank[taking] ?? 0);
  return isMoved && !(isBehind && takesOwn && [...released].some((root) => given.has(root)));
}

/** The exits of a call's only target. */
function exitsOf({ around }: CheckContext, { targets }: CallSummary): readonly ExitEffect[] {
  const [target] = targets;
  return (targets.length === 1 && target !== undefined && around.summaryOf(target)?.exits) || [];
}

/** The exits of a call's only target that keep a lock for the caller, and those that do not. */
function exitsBy(
  context: CheckContext,
  call: CallSummary,
  lock: LockRef,
): { readonly taking: readonly ExitEffect[]; readonly others: readonly ExitEffect[] } {
  const exits = exitsOf(context, call);
  const takes = ({ acquired }: ExitEffect): boolean =>
    acquired.some(({ term }) => inCaller(term, call.args).key === lock.term.key);
  return { taking: exits.filter(takes), others: exits.filter((exit) => !takes(exit)) };
}

/**
 * Whether the path has established that the callee did not take the lock: no exit that keeps the lock returns this
 * value.
 */
function hasFailedCall(context: CheckContext, call: CallSummary, lock: LockRef, { facts }: Arrived): boolean {
  const { taking, others } = exitsBy(context, call, lock);
  const answer = answerOf(call.site, facts);
  return (
    answer !== undefined &&
    taking.every(
      ({ signs, codes = [] }) =>
        (signs & answer.signs) === 0 && !codes.some((code) => code === answer.equals),
    ) &&
    others.some(({ signs }) => (signs & answer.signs) !== 0)
  );
}

/**
 * Whether the function can distinguish the callee's failure from its success. A test against zero does not, if the
 * callee uses other values for both: the caller may have ruled the failure out, as does a loop that repeats until the
 * result is no longer one particular error.
 */
function isToldFromSuccess(
  context: CheckContext,
  { fn }: FunctionSummary,
  call: CallSummary,
  lock: LockRef,
): boolean {
  const { taking, others } = exitsBy(context, call, lock);
  const isNonzero = ({ signs }: ExitEffect): boolean => (signs & ZERO) === 0;
  if (!taking.every(isNonzero) || !others.some(({ signs }) => (signs & NONZERO) !== 0)) return true;
  const skeleton = context.around.program.skeleton(fn);
  return skeleton !== undefined && isTested(skeleton, call.site.event, asksForSign);
}

/**
 * Whether the callee fails like this only for an argument that it rejects, such as a negative timeout. The argument is
 * not a constant: the caller may never pass a rejected value.
 */
function isRefusal({ around }: CheckContext, call: CallSummary, lock: LockRef, { facts }: Arrived): boolean {
  const answer = answerOf(call.site, facts)?.signs ?? ANY;
  const [target] = call.targets;
  const exits = (target && around.summaryOf(target)?.rawExits) ?? [];
  const takes = ({ acquired }: ExitEffect): boolean =>
    acquired.some(({ term }) => inCaller(term, call.args).key === lock.term.key);
  const failing = exits.filter((exit) => (exit.signs & answer) !== 0 && !takes(exit));
  const isOfNumber = ({ term }: KnownFact): boolean =>
    term.k === 'parameter' && !term.type.endsWith('*') && call.args[term.index]?.k !== 'constant';
  return exits.some(takes) && failing.length > 0 && failing.every((exit) => exit.facts.some(isOfNumber));
}

/** Whether the callee has answered "true": it has chosen another lock, perhaps, and has not failed. */
function isAnswer({ targets, site }: CallSummary, { facts }: Arrived): boolean {
  const { signs } = answerOf(site, facts) ?? { signs: ANY };
  return targets[0]?.item?.returns === 'bool' && (signs & ZERO) === 0;
}

/** What a path knows about the result of an event. */
export function answerOf({ fn, event }: Site, facts: Arrived['facts']): Fact | undefined {
  const key = resultKey(fn, event);
  for (const { term, fact } of facts.known()) if (term.key === key) return fact;
  return undefined;
}

/** Whether the path has established that this acquisition failed. */
function hasFailed(
  { around }: CheckContext,
  { api, site, nonBlocking }: AcquireEffect,
  { facts }: Arrived,
): boolean {
  const { success, uncheckedHolds, alreadyHeld } = around.models.lockApi(api) ?? {};
  // Failure is not expected: POSIX reports misuse through the result.
  if (uncheckedHolds === true) return false;
  // A pointer result concerns the object that comes with the lock.
  if (success === undefined || (success === 'nonzero' && !nonBlocking)) return false;
  const answer = answerOf(site, facts);
  // Code that names one error may know that there is no other: `if (err == -EINTR) return err;`.
  const isNamed = (value: number): boolean => value < 0 && value !== alreadyHeld;
  if (answer === undefined || answer.differs?.some(isNamed) === true) return false;
  // Errors are negative: the call has succeeded after `if (err < 0) return err;`.
  return success === 'zero'
    ? (answer.signs & ZERO) === 0 && (answer.signs & NEGATIVE) !== 0
    : answer.signs === ZERO;
}

export function report(
  { around }: CheckContext,
  summary: FunctionSummary,
  { lock, steps }: LeadingRelease,
  arrived: Arrived,
  failed: { readonly by: string; readonly site: Site; readonly confidence: Confidence },
): Finding {
  const { classes } = around;
  const { fn } = summary;
  const key = keyOf(lock) ?? '';
  const name = spoken(classes, key);
  const identity = ['unbalanced-unlock', fn.file, fn.name, key, 'failed', failed.by];
  return withWays(
    {
      id: hashText(identity.join('\n')),
      rule: 'unbalanced-unlock',
      severity: 'warning',
      confidence: failed.confidence,
      message: `releases ${name} even if ${failed.by}() failed to take it`,
      at: locationOf(steps[0]),
      locks: [shown(classes, key)],
      story: [
        { path: 0, ...locationOf(failed.site), text: `${failed.by}() fails to take ${name}`, held: [] },
        ...tellChain(classes, steps, `releases ${name}`, 0),
      ],
      assumes: [{ reason: 'ownership', text: `no caller holds ${name}` }],
      witnesses: [witnessId(identity)],
      evidence: [],
      fixes: [],
    },
    [{ root: fn, facts: arrived.facts }],
  );
}

/** Whether the function inverts the result: it keeps the lock it acquired, on every path. */
function isInverted({ rawExits }: FunctionSummary, { term }: LockRef): boolean {
  return (
    rawExits.some(({ acquired }) => acquired.some((lock) => lock.term.key === term.key)) &&
    !rawExits.some(({ ended }) => ended.has(term.key))
  );
}

function confidenceOf(
  context: CheckContext,
  summary: FunctionSummary,
  use: LockUse,
  failed: AcquireEffect,
): Confidence {
  const { around } = context;
  if (isOtherEachRound(around.program, use.lock, use.site)) return 'low';
  // A caller that holds the lock also makes a trylock fail, unless all callers are in sight and do not hold it, or the
  // function elsewhere takes the lock with a blocking call.
  const waits = summary.acquires.some(
    ({ lock, nonBlocking }) => !nonBlocking && lock.term.key === use.lock.term.key,
  );
  if (failed.nonBlocking && !waits && !isInverted(summary, use.lock)) {
    const ended = { lock: { ...failed.lock, site: failed.site }, ends: new Set([use.site.event]) };
    const skeleton = around.program.skeleton(summary.fn);
    const isBound = skeleton && leadsOnlyTo(context, summary, skeleton, ended, use.site.event);
    if (isBound !== true || !isFreeAtCalls(context, summary, use)) return 'low';
  }
  return summary.gaps.length > 0 || summary.level > 0 ? 'low' : 'high';
}

/** Whether no caller holds a lock of the class: all are in sight, or interrupts, works and timers call the function. */
function isFreeAtCalls(context: CheckContext, { fn }: FunctionSummary, { lock }: LockUse): boolean {
  const callers = new KnownCallers(context.collected);
  const isEntered = context.contexts().all().has(fn);
  const calls = callers.of(fn) ?? (isEntered ? callers.seen(fn) : []);
  const isHeld = ({ held }: Lockset): boolean => held.some((one) => keyOf(one) === keyOf(lock));
  return (calls.length > 0 || isEntered) && !calls.some(({ locksets }) => locksets.some(isHeld));
}
