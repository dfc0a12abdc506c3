import type { OrderItem } from '../types.js';

/** A statement found in one comment: lines count from its first. */
export interface FoundOrder {
  readonly locks: readonly string[];
  readonly line: number;
  readonly form: OrderItem['form'];
}
