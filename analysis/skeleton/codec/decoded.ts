import { keepTails } from './packed-outline.js';
import { keepSkeletons } from './packed.js';

/** The minimum share, however little memory there is. */
const LEAST_SHARE = 1 / 64;

let kept = 1;

/**
 * Sets how much is kept decoded, for all programs together, as a share of the amount for a large heap. Evicts
 * everything decoded so far.
 */
export function keepDecoded(share: number): void {
  kept = Math.max(LEAST_SHARE, Math.min(1, share));
  keepSkeletons(kept);
  keepTails(kept);
}

/** Evicts everything decoded, and keeps half as much from now on. */
export function keepLessDecoded(): void {
  keepDecoded(kept / 2);
}
