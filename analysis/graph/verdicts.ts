import type { Confidence } from '../base/confidence.js';
import type { Site } from '../effects/types.js';
import type { Dependency } from './dependency.js';

/** Something that must hold for a finding to be real, and what it costs in confidence when it is not certain. */
export interface Reason {
  readonly reason: string;
  readonly text: string;
  readonly limit: Confidence;
  /** Does not count as a second doubt beside another one. */
  readonly isMinor?: true;
}

/** Whether the sides of a cycle can meet, and what that hangs on; or why they cannot, and where that is seen. */
export type Verdict =
  | { readonly excluded: string; readonly at: Site | undefined }
  | { readonly confidence: Confidence; readonly reasons: readonly Reason[] };

/** What rules a cycle out stands at the end of a side unless something else says so. */
export function excluded(text: string, side: Dependency | undefined, at = side?.steps.at(-1)): Verdict {
  return { excluded: text, at };
}
