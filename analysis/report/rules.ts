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
