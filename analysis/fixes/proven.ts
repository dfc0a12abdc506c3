import type { Confidence } from '../checks/types.js';

/**
 * Repairs of one kind, sampled from findings in real trees, or in real functions with a planted mistake, whose
 * original the repair is compared with, and judged by reading (bench/truth/judged-repairs-*.json).
 */
export interface Judged {
  readonly right: number;
  readonly drawn: number;
}

/** Sample size at which a kind is offered as an edit, provided that all samples are right. */
const ENOUGH = 20;

/**
 * Kinds without a row have no samples. Only samples count that were drawn after the kind's conditions last changed, or
 * that pass the present conditions; the verdict files keep the others. A kind whose conditions become weaker starts
 * again at zero.
 */
const judged: ReadonlyMap<string, Judged> = new Map<string, Judged>([
  ['alone-in-section', { right: 1, drawn: 1 }],
  // Delays outside of loops. Two of real findings, the others of real functions with a planted mistake, each file once, all as the
  // original.
  ['atomic', { right: 51, drawn: 51 }],
  // Seven of real findings, the others of real functions with a planted mistake, all as the original. Two more of real
  // findings were wrong, and are refused now.
  ['atomic-allocation', { right: 53, drawn: 53 }],
  // Each function of a driver in one kernel only, as in the rows of no-wait, split-variant and wait. Two of real
  // functions with a planted mistake, both as the original, and five of real functions that got the lock under which they are
  // cancelled. Five more, three wrong, one poorer and one incomplete, are refused or written otherwise now.
  ['back-off', { right: 21, drawn: 21 }],
  // Drawn as the kind above before, where the original waits outside of the lock, which is simpler.
  ['back-off-at-edge', { right: 0, drawn: 17 }],
  ['back-off-below', { right: 3, drawn: 3 }],
  ['behind-readers', { right: 1, drawn: 1 }],
  // Fourteen of real findings, one of which changes a whole driver; the others of real functions with a planted mistake.
  ['blocking-member', { right: 49, drawn: 49 }],
  // One function with two findings.
  ['cancel-only', { right: 1, drawn: 1 }],
  ['copied-before', { right: 1, drawn: 1 }],
  // Two drivers of real findings; the others of real functions with a planted mistake, five of them resets that do what they queue a
  // work item for in the original. All drawn since the conditions became weaker, each driver once. One more, whose only start of the
  // queue no build compiles, was wrong. Nine before it, one wrong and the others incomplete; all are refused or written otherwise now.
  ['deferred', { right: 28, drawn: 28 }],
  // Two of real findings, the others of real functions with a planted mistake, all as the original. Seven more are copies of
  // one of these. One more was wrong, a self-test of the validator that releases twice on purpose, and is refused now.
  ['drop-release', { right: 30, drawn: 30 }],
  ['flags-handed-on', { right: 1, drawn: 1 }],
  // One of a real function with a planted mistake, as the original.
  ['hoist', { right: 4, drawn: 4 }],
  // Six of real findings, the others of real functions that were put back to the plain form, drawn after the
  // conditions last changed or run again under them. Of 202 before, five were wrong, all refused or written otherwise now.
  ['irq-safe', { right: 47, drawn: 47 }],
  // Two drivers, each in two kernels; the others of real drivers all of whose functions were put back to the plain form.
  ['irq-safe-driver', { right: 26, drawn: 26 }],
  // Two drivers; the others of real functions that no longer disabled bottom halves, all as the original, each once. Two more changed
  // functions that need not change, and are refused or written otherwise now.
  ['irq-safe-like-others', { right: 22, drawn: 22 }],
  // Two drivers, each in three kernels; the others of real drivers, all of whose functions or one of them were put back to the
  // plain form. One more enabled interrupts behind a wait for its own, around which others hold a lock; it saves their state now.
  ['irq-safe-operation', { right: 28, drawn: 28 }],
  // A form of the kind `atomic` until it got a record of its own. Of 27 more real functions, in the form for pins that may sleep, all came
  // back as the original; whether a pin sleeps is not a question there, so they do not count.
  ['in-atomic', { right: 3, drawn: 3 }],
  // One function of three kernels; the others of real functions from which the call was moved over the edge of the section, all
  // as the original.
  ['into-section', { right: 37, drawn: 37 }],
  // Of the forms that have no kind of their own.
  ['irq-state', { right: 2, drawn: 2 }],
  // All but one of real functions with a planted mistake, all as the original but for the place or the name of the variable.
  ['irq-state-handler', { right: 54, drawn: 54 }],
  // One of a real finding, the others of real functions that enabled interrupts, most of them as the original but for the place or the
  // name of the variable. Some of the originals take the lock plainly.
  ['irq-state-handler-all', { right: 29, drawn: 29 }],
  // Three of real findings, the others of real functions with a planted mistake; one that was poorer is refused now.
  ['irq-state-inner', { right: 40, drawn: 40 }],
  // All but one of real functions with a planted mistake.
  ['irq-state-pair', { right: 37, drawn: 37 }],
  // Three of real findings, the others of real functions that no longer saved the state, all as the original but for the
  // place or the name of the variable. Two more of real findings, one wrong and one incomplete, are refused now.
  ['irq-state-saved', { right: 102, drawn: 102 }],
  // One of real findings, the others of real functions with a planted section. Two more, in one function of two kernels, were
  // incomplete, since the callback that the wait is for calls the chain again; they are refused now.
  ['leave-before', { right: 25, drawn: 25 }],
  // All but one of real functions with a planted mistake, all as the original. Two more led back to the caller, and are refused
  // now.
  ['locked-variant', { right: 224, drawn: 224 }],
  // Tasklets. The others dropped the result of disable_hardirq(), and are of the next two kinds now.
  ['no-wait', { right: 3, drawn: 3 }],
  // The others are of the kind above since variables for a number are followed. Two more disabled a number that nobody
  // sets, and are refused now.
  ['no-wait-driver', { right: 2, drawn: 2 }],
  // Four of real findings, the others of real functions that disabled a number which nobody sets, all with the number of the original.
  ['no-wait-number', { right: 20, drawn: 20 }],
  // Each function once, all of which poll a device with interrupts off. Eight of them run the handler of another interrupt, disable
  // several, or call the handler by a member.
  ['no-wait-tested', { right: 46, drawn: 46 }],
  // Four of the six drawn in a kernel never seen were wrong: drivers that poll, which are of the kind above now.
  ['no-wait-untested', { right: 0, drawn: 0 }],
  ['only-blocking', { right: 1, drawn: 1 }],
  // Four of real findings, the others of real functions into whose section the call was moved, all as the original.
  ['outside', { right: 32, drawn: 32 }],
  // Six of real findings, three of which counted as waits before; the others of real functions with a planted mistake, all
  // as the original.
  ['own-wait', { right: 49, drawn: 49 }],
  // All but two of real functions with a planted mistake. Three wrong before calls under a lock that spins and through pointers
  // counted, three before other calls that are given the flags did, and four before the calls of one function had to be alike. One
  // more caller runs in an interrupt, by way of a pointer.
  ['passed-flags', { right: 26, drawn: 27 }],
  ['plain-twin', { right: 1, drawn: 1 }],
  // Two of real findings, the others of real functions that polled by the macro that sleeps, each once, all as the original.
  ['poll-in-atomic', { right: 20, drawn: 20 }],
  // Nine of real findings, the others of real functions with a planted mistake, three of which leave another sleeping call
  // of the section, as the title says. One more was incomplete, and is refused now.
  // One was wrong: the provider of the clock switches it in prepare() only, so it would never go off again.
  ['prepared-clock', { right: 22, drawn: 23 }],
  ['prepared-clock-at-edge', { right: 15, drawn: 15 }],
  // All but three of real functions with a planted mistake, as most of the next kind, skip-release and switch-back.
  ['release', { right: 35, drawn: 35 }],
  // Of real functions with a planted mistake, all as the original but for blank lines and the place of comments.
  ['release-first', { right: 53, drawn: 53 }],
  ['release-first-alone', { right: 1, drawn: 1 }],
  // One driver in three kernels.
  ['release-first-leaving', { right: 1, drawn: 1 }],
  // Ten more before locks that a function takes for the caller counted as released by plain calls.
  ['release-on-error', { right: 102, drawn: 102 }],
  ['removal-before', { right: 2, drawn: 2 }],
  // Three of real findings, the others of real functions with a planted mistake, all but three of them as the original. One
  // more was planted with a second mistake, which the repair leaves.
  ['reorder', { right: 39, drawn: 39 }],
  // Six of real findings, the others of real drivers without their line, all but one with the statement of the original.
  ['says-it-sleeps', { right: 78, drawn: 78 }],
  // Three more before releases behind a loop.
  ['skip-release', { right: 83, drawn: 83 }],
  ['skip-release-helper', { right: 1, drawn: 1 }],
  // All but one of real functions with a planted mistake, all but one of these as the original: another section of that
  // function keeps the order of its releases.
  ['sleeping-first', { right: 29, drawn: 29 }],
  // Two functions of real findings, two of real functions with a planted mistake.
  ['sleeping-iterator', { right: 4, drawn: 4 }],
  // Two of real findings, the others of real drivers whose operations were stored under the other names, all as the original.
  ['sleeping-members', { right: 26, drawn: 26 }],
  ['soft-timer', { right: 2, drawn: 2 }],
  // One function that two drivers call.
  ['spare-allocation', { right: 1, drawn: 1 }],
  // Two calls of one function, in one repair.
  ['spinning-poll', { right: 1, drawn: 1 }],
  // Thirteen of real findings, the others of real functions that were merged.
  ['split-variant', { right: 41, drawn: 41 }],
  ['switch-back', { right: 37, drawn: 37 }],
  // Five of real findings, the others of real functions with a planted mistake. Four more that were poorer are refused or
  // take the lock plainly now.
  ['take', { right: 20, drawn: 20 }],
  // Two functions of one driver of real findings; the others of real functions that take the lock back by a new function, which
  // may fail, each driver once.
  ['take-again', { right: 20, drawn: 20 }],
  // All but one of real functions with a planted mistake, all as the original, as the next kind.
  ['take-always', { right: 50, drawn: 50 }],
  ['take-earlier', { right: 23, drawn: 23 }],
  // All but one of real functions with a planted mistake, all as the original, and none with the tasklet in a header.
  ['tasklet-to-work', { right: 30, drawn: 30 }],
  // Three drivers of real findings, two of them in two kernels; the others of real functions with a planted mistake, all as the
  // original.
  ['threaded-handler', { right: 33, drawn: 33 }],
  // Three drivers of real findings; the others of real functions with a planted mistake, all but for what a second start does,
  // which is as with the timer.
  ['timer-to-work', { right: 20, drawn: 20 }],
  // Ten of real findings, the others of real functions with a planted mistake. Two more before every use of a function
  // that leads to the lock had to be known, and two around a wait for code that takes the lock and against a comment; all
  // are refused now.
  ['to-mutex', { right: 37, drawn: 37 }],
  // Of real functions with a planted mistake, all as the original. Without those before all files that see the header had to be
  // visible, of which one was wrong.
  ['to-mutex-in-header', { right: 21, drawn: 21 }],
  // All but one of real functions with a planted mistake, all as the original; most of them have a mutex there.
  ['to-rwsem', { right: 34, drawn: 34 }],
  // Two findings of one driver.
  ['to-spinlock', { right: 2, drawn: 2 }],
  // One driver in three kernels.
  ['unregister-outside', { right: 1, drawn: 1 }],
  // All but two of real functions with a planted mistake, each function once, all as the original.
  ['untake', { right: 89, drawn: 89 }],
  // Of sections that consist of the wait: three of real findings, the others of real functions with a planted section, all
  // as the original. Without those that move behind the release, and those of a handler that waits for itself.
  ['wait', { right: 25, drawn: 25 }],
  // Seventeen of real functions with a planted mistake, twelve of them as the original, and six of real findings, each
  // function in one kernel only.
  ['wait-before', { right: 23, drawn: 23 }],
  // All but one of real functions with a planted mistake, most of them as the original; the others keep the place to which
  // the mistake moved the wait.
  // One more was incomplete, since another function registers what this one waits for under the same lock, and is refused now.
  ['wait-behind', { right: 34, drawn: 34 }],
  // All but one of real functions with a planted section, all as the original.
  ['wait-call', { right: 26, drawn: 26 }],
  ['yield-outside', { right: 1, drawn: 1 }],
]);

/** How a kind of repair is offered, as an edit or as a suggestion in words, with the reason. */
export interface Standing {
  readonly as: 'edit' | 'suggestion';
  readonly reason: string;
}

/** Decides how a repair is offered, by the record of its kind on real findings, all of high confidence. */
export function standingOf(kind: string, confidence: Confidence): Standing {
  return standingBy(judged.get(kind) ?? { right: 0, drawn: 0 }, kind, confidence);
}

/** The same for a record. */
export function standingBy({ right, drawn }: Judged, kind: string, confidence: Confidence): Standing {
  const isProven = drawn >= ENOUGH && right === drawn;
  const told =
    drawn === 0
      ? `no fix of the kind ${kind} in real code has been judged yet`
      : `${right} of ${drawn} fixes of the kind ${kind} in real code were right`;
  if (isProven && confidence !== 'high')
    return {
      as: 'suggestion',
      reason: 'the finding is not certain, and no fix of such a finding has been judged',
    };
  return {
    as: isProven ? 'edit' : 'suggestion',
    reason: isProven ? told : `${told}; an edit needs ${ENOUGH} of ${ENOUGH}`,
  };
}
