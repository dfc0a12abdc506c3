import { AGAIN } from './again.js';
import { SLEEPING } from './sleeping.js';
import { ASSERTED, IRQS } from './irqs.js';
import { MISSING_LATE } from './missing-late.js';
import { MISSING } from './missing.js';
import type { Bare, Shape } from './shape.js';
import { UNBALANCED } from './unbalanced.js';

const of = (rule: string, shapes: readonly Bare[]): readonly Shape[] =>
  shapes.map((shape) => ({ rule, ...shape }));

export const SHAPES: readonly Shape[] = [
  ...of('missing-unlock', [...MISSING, ...MISSING_LATE]),
  ...of('unbalanced-unlock', UNBALANCED),
  ...of('self-deadlock', AGAIN),
  ...of('sleep-in-atomic', SLEEPING),
  ...of('irq-state', IRQS),
  ...of('annotation-mismatch', ASSERTED),
];
