import type { OrderItem } from '../types.js';

/** A lock order found in one comment. Lines count from the comment's first. */
export interface FoundOrder {
  readonly locks: readonly string[];
  readonly line: number;
  readonly form: OrderItem['form'];
}
