import type { Location } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import type { FunctionAnnotation } from '../../outline/types.js';

/** What would make the annotations of a function true. */
export interface AnnotationPlan {
  readonly file: string;
  readonly function: string;
  /** The annotation that stands there. */
  readonly present: FunctionAnnotation;
  /** The word to add beside it, or to put in its place. */
  readonly word: string;
  readonly where: 'before' | 'behind' | 'instead';
}

/** How a lock is taken that is missing where something needs it. */
export interface TakePlan {
  /** The call, or the access, that needs the lock. */
  readonly at: Location & { readonly function: string };
  /** The function called; `''` for an access. */
  readonly callee: string;
  /** A caller of it that takes the lock. */
  readonly holder: FunctionRef | undefined;
  /** What the lock is called: by the callee in terms of its parameters, by an attribute in terms of its object. */
  readonly argument: string | Location;
  readonly parameters: readonly string[];
  /** The function takes the lock elsewhere itself: where it is missing it may be released too early. */
  readonly onlyByHolder: boolean;
  readonly take: string;
  readonly give: string;
}
