import { CHECKS } from '../checks/index.js';
import type { RuleId, Severity } from '../checks/types.js';

/** Why it matters and how to fix it, for readers who see only the report. */
const ABOUT: Record<RuleId, string> = {
  'lock-order-cycle':
    'Two or more lock classes are taken in orders that form a cycle. When the paths run at the same time, each waits for a lock that another one holds, and none continues. Take the locks in one order everywhere.',
  'self-deadlock':
    'A task takes a lock that it already holds, directly or through a call. The lock is not recursive, so the task waits for itself. Release it first, or call a variant that expects it to be held.',
  'irq-inversion':
    'An interrupt handler takes a lock that other code holds with that interrupt enabled. When the interrupt arrives on the CPU that holds the lock, the handler waits for the code it interrupted. Disable the interrupt wherever else the lock is taken.',
  'irq-state':
    'A callee enables interrupts although its caller relies on them being disabled, or the saved state is not restored. Save and restore the state in pairs that nest.',
  'sleep-in-atomic':
    'Code that may sleep runs in atomic context: under a spinning lock, in an RCU read-side critical section, with interrupts or preemption disabled, or in an interrupt. Move it out, or use a variant that does not sleep.',
  'wait-deadlock':
    'Code waits for other code to finish while it holds a lock that the other code needs. Neither continues. Release the lock before the wait.',
  'missing-unlock':
    'One return path of a function keeps a lock that its other return paths release. The next task that wants the lock waits forever. Release it on that path too.',
  'unbalanced-unlock':
    'A function releases a lock that it no longer holds. Whoever took it in between loses it inside the critical section. Release it once on every path.',
  'held-freed':
    'An object is freed while one of its own locks is held. Waiters and the release itself then touch memory that belongs to someone else. Release the lock first.',
  'declared-order':
    'A lock is taken while a lock is held that comes after it in the order declared by a comment or a .lockorder file. Take them in the declared order, or correct the declaration.',
  'annotation-mismatch':
    'An annotation says that a lock is held, needed or released, and the callers or the function itself do otherwise. Hold the lock there, or correct the annotation.',
};

/** What a rule finds, in one phrase. */
export function ruleTitle(rule: RuleId): string {
  return CHECKS.find(({ id }) => id === rule)?.title ?? rule;
}

/** What a rule finds, why it matters and how to fix it, in two or three sentences. */
export function ruleAbout(rule: RuleId): string {
  return ABOUT[rule];
}

/** Default severity of a rule's findings. */
export function ruleSeverity(rule: RuleId): Severity {
  return CHECKS.find(({ id }) => id === rule)?.severity ?? 'warning';
}
