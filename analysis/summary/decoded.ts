import { keepTails } from './packed-outline.js';
import { keepSkeletons } from './packed.js';

/** However little memory there is. */
const LEAST_SHARE = 1 / 64;

let kept = 1;

/**
 * Summaries stay in their compact form, and what was decoded lately is kept beside it, for all programs together: from
 * now on this share of what is good for a large heap. What is decoded now is let go of.
 */
export function keepDecoded(share: number): void {
  kept = Math.max(LEAST_SHARE, Math.min(1, share));
  keepSkeletons(kept);
  keepTails(kept);
}

/** Lets go of what is decoded, and keeps half as much from now on. */
export function keepLessDecoded(): void {
  keepDecoded(kept / 2);
}
