import { CHECKS } from '../checks/index.js';
import type { RuleId, Severity } from '../checks/types.js';

/** Why it matters, and what to do: for readers who have only the report before them. */
const ABOUT: Record<RuleId, string> = {
  'lock-order-cycle':
    'Two or more lock classes are taken in orders that form a cycle. When the paths run at the same time, each waits for a lock that another one holds, and none ever goes on. Take the locks in one order everywhere.',
  'self-deadlock':
    'A task takes a lock that it holds already, itself or through a call. The lock is not recursive: the task waits for itself. Release it first, or call a variant that expects it to be held.',
  'irq-inversion':
    'A lock is taken in an interrupt, and elsewhere with that interrupt on. When the interrupt comes on the processor that holds the lock, it waits for what it has interrupted. Take the lock with interrupts off at every other place.',
  'irq-state':
    'Interrupts are switched on below a caller that relies on their being off, or are not restored as they were saved. Save and restore the state, in pairs that nest.',
  'sleep-in-atomic':
    'Something that may sleep runs where nothing may: under a spinning lock, in a read section of RCU, with interrupts or preemption off, or in an interrupt. Move it out, or use the variant that does not sleep.',
  'wait-deadlock':
    'Code waits for other code to finish and holds what that code needs. Neither goes on. Release the lock before waiting.',
  'missing-unlock':
    'A way out of a function leaves a lock held that its other ways out release. The next task that wants it waits for ever. Release it there, too.',
  'unbalanced-unlock':
    'A function releases a lock that it does not hold any more. Whoever has taken it since loses it in the middle of the critical section. Release it once on every path.',
  'held-freed':
    'An object is freed while a lock in it is held. Whoever waits for the lock, and the release itself, touch memory that is somebody else’s by then. Release the lock before.',
  'declared-order':
    'A lock is taken while another one is held that comes after it in an order which a comment or a .lockorder file states. Take them as declared, or correct the declaration.',
  'annotation-mismatch':
    'A function says that a lock is held, needed or released, and its callers or its own code do otherwise. Hold the lock there, or correct the annotation.',
};

/** What a rule finds, in one phrase. */
export function ruleTitle(rule: RuleId): string {
  return CHECKS.find(({ id }) => id === rule)?.title ?? rule;
}

/** What a rule finds, why it matters and what helps, in two or three sentences. */
export function ruleAbout(rule: RuleId): string {
  return ABOUT[rule];
}

/** How grave a rule's findings are where nobody has set another level. */
export function ruleSeverity(rule: RuleId): Severity {
  return CHECKS.find(({ id }) => id === rule)?.severity ?? 'warning';
}
