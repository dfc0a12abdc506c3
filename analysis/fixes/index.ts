import { proposeAnnotation } from './ideas/taking/annotate.js';
import { proposeCallOutside } from './ideas/call-outside.js';
import { proposeAtomic, proposeInAtomic } from './ideas/sleeps/atomic.js';
import { proposeAloneInSection } from './ideas/sleeps/flags/alone-in-section.js';
import { proposeBehindReaders } from './ideas/sleeps/behind-readers.js';
import { proposeBlockingMember } from './ideas/sleeps/members/blocking-member.js';
import { proposeCopiedBefore } from './ideas/sleeps/copied-before.js';
import { proposeIrqSafe } from './ideas/interrupts/irq-safe.js';
import { proposeIrqState } from './ideas/interrupts/irq-state.js';
import { proposeDropRelease } from './ideas/drop-release.js';
import { proposeDeferred } from './ideas/sleeps/deferral/deferred.js';
import { proposeDeclaredOrder } from './ideas/declare-order.js';
import { proposeLockedVariant } from './ideas/locked-variant.js';
import { proposeNested } from './ideas/nested.js';
import { proposeRelease } from './ideas/release.js';
import { proposeSplitVariant } from './ideas/split-variant.js';
import { proposeSoftTimer } from './ideas/waits/soft-timer.js';
import { proposeReleaseFirst } from './ideas/release-first.js';
import { proposeReorder } from './ideas/reorder.js';
import type { FixInput, FixOutcome } from './types.js';
import { proposeOnlyBlocking } from './ideas/sleeps/members/only-blocking.js';
import { proposeSaysItSleeps } from './ideas/sleeps/members/says-it-sleeps.js';
import { proposeSleepingMembers } from './ideas/sleeps/members/sleeping-members.js';
import { proposeSleepingIterator } from './ideas/sleeping-iterator.js';
import { proposeTakeAgain } from './ideas/taking/take-again.js';
import { proposeTakeAlways } from './ideas/taking/take-always.js';
import { proposeTakeEarlier } from './ideas/taking/take-earlier.js';
import { proposeThreadedHandler } from './ideas/sleeps/threaded-handler.js';
import { proposeWorkItem } from './ideas/sleeps/to-work.js';
import { proposeMutex } from './ideas/sleeps/kinds/to-mutex.js';
import { proposeSpinlock } from './ideas/sleeps/kinds/to-spinlock.js';
import { proposeUntake } from './ideas/untake.js';
import { proposeSkipRelease } from './ideas/skip-release.js';
import { proposeYieldOutside } from './ideas/sleeps/yield-outside.js';
import { proposeWait } from './ideas/waits/wait.js';

export type { FixInput, FixOutcome, ProposedFix } from './types.js';

/**
 * All unverified fixes that the program's text allows for a finding, and the reasons for those not proposed. There is
 * always one or the other.
 */
export function proposeFixes(input: FixInput): FixOutcome {
  const outcome = byRule(input);
  if (outcome.fixes.length > 0 || outcome.refusals.length > 0) return outcome;
  return { fixes: [], refusals: [{ kind: input.finding.rule, reason: 'no kind of fix is known for it' }] };
}

function byRule(input: FixInput): FixOutcome {
  switch (input.finding.rule) {
    case 'lock-order-cycle':
      return firstOf(input, [proposeReorder, isOneClass(input) ? proposeNested : proposeCallOutside]);
    case 'annotation-mismatch':
      return proposeAnnotation(input);
    case 'declared-order':
      return proposeDeclaredOrder(input);
    case 'missing-unlock':
      return proposeRelease(input);
    case 'unbalanced-unlock':
      return firstOf(input, [
        proposeSkipRelease,
        proposeDropRelease,
        proposeTakeAlways,
        proposeTakeEarlier,
        proposeTakeAgain,
      ]);
    case 'self-deadlock':
      return firstOf(input, [proposeLockedVariant, proposeUntake, proposeSplitVariant, proposeReleaseFirst]);
    case 'sleep-in-atomic':
      return firstOf(input, [
        proposeBlockingMember,
        proposeOnlyBlocking,
        proposeSleepingMembers,
        proposeSaysItSleeps,
        proposeSleepingIterator,
        proposeAtomic,
        proposeCopiedBefore,
        proposeYieldOutside,
        proposeBehindReaders,
        proposeAloneInSection,
        proposeMutex,
        proposeInAtomic,
        proposeThreadedHandler,
        proposeWorkItem,
        proposeDeferred,
        proposeSpinlock,
      ]);
    case 'irq-inversion':
      return firstOf(input, [proposeSoftTimer, proposeIrqSafe]);
    case 'irq-state':
      return proposeIrqState(input);
    case 'wait-deadlock':
      return proposeWait(input);
    default:
      return { fixes: [], refusals: [] };
  }
}

/** The fixes of the first idea that has some, and the ideas behind it; the refusals of all ideas if none has. */
function firstOf(input: FixInput, ideas: readonly ((input: FixInput) => FixOutcome)[]): FixOutcome {
  const refusals: FixOutcome['refusals'][number][] = [];
  for (const [at, propose] of ideas.entries()) {
    const outcome = propose(input);
    if (outcome.fixes.length > 0)
      return { ...outcome, otherwise: () => next(input, outcome, ideas.slice(at + 1)) };
    refusals.push(...outcome.refusals);
  }
  return { fixes: [], refusals };
}

/** What an idea has besides, otherwise the ideas behind it. */
function next(
  input: FixInput,
  { otherwise }: FixOutcome,
  ideas: readonly ((input: FixInput) => FixOutcome)[],
): FixOutcome {
  const own = otherwise?.();
  return own === undefined || own.fixes.length === 0
    ? firstOf(input, ideas)
    : { ...own, otherwise: () => next(input, own, ideas) };
}

/** Whether the finding is about two instances of one class without an order. */
function isOneClass({ finding }: FixInput): boolean {
  return finding.locks.length === 2 && finding.locks[0] === finding.locks[1];
}
