import type { Confidence } from '../../base/confidence.js';
import type { Site } from '../../summaries/state/types.js';
import type { Dependency } from '../edges/dependency.js';

/** A condition for a finding to be real, and the limit of confidence if it is uncertain. */
export interface Reason {
  readonly reason: string;
  readonly text: string;
  readonly limit: Confidence;
  /** Does not count as another reason next to an existing one. */
  readonly isMinor?: true;
  /** The state in which a caller enters one side decides. */
  readonly isOfState?: true;
  /** The path sleeps where the kernel would warn, so that it is rare or impossible. */
  readonly isOfSleep?: true;
}

/**
 * Whether the sides of a cycle can coincide, with the conditions for it; or why they cannot, and the place that shows
 * it.
 */
export type Verdict =
  | { readonly excluded: string; readonly at: Site | undefined }
  | { readonly confidence: Confidence; readonly reasons: readonly Reason[] };

/** A verdict that rules a cycle out; by default located at the end of a side. */
export function excluded(text: string, side: Dependency | undefined, at = side?.steps.at(-1)): Verdict {
  return { excluded: text, at };
}
