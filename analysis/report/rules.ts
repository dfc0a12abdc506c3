import type { RuleId } from '../checks/types.js';

/** All rules, in the order of the documentation. */
export const RULE_IDS = [
  'lock-order-cycle',
  'self-deadlock',
  'irq-inversion',
  'irq-state',
  'sleep-in-atomic',
  'wait-deadlock',
  'missing-unlock',
  'unbalanced-unlock',
  'held-freed',
  'declared-order',
  'annotation-mismatch',
] as const;

export const SEVERITIES = ['error', 'warning', 'info'] as const;
export const CONFIDENCES = ['high', 'medium', 'low'] as const;

/** Each rule in one phrase, for reports that describe their rules. */
export const RULE_TITLES: Readonly<Record<RuleId, string>> = {
  'lock-order-cycle': 'locks are taken in orders that form a cycle',
  'self-deadlock': 'a held lock is taken again',
  'irq-inversion': 'a lock taken in an interrupt is also taken with that interrupt enabled',
  'irq-state': 'interrupts are enabled too early or restored wrongly',
  'sleep-in-atomic': 'something may sleep where sleeping is not allowed',
  'wait-deadlock': 'waiting for code that needs a held lock',
  'missing-unlock': 'a lock stays held on one way out',
  'unbalanced-unlock': 'a lock that is not held is released',
  'held-freed': 'an object is freed while its lock is held',
  'declared-order': 'a lock is taken against the declared order',
  'annotation-mismatch': 'a lock annotation is contradicted',
};
