import type { Location } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import type { FunctionAnnotation } from '../../outline/types.js';

/** The change that makes a function's annotations true. */
export interface AnnotationPlan {
  readonly file: string;
  readonly function: string;
  /** The existing annotation. */
  readonly present: FunctionAnnotation;
  /** The word to add beside it or to replace it with. */
  readonly word: string;
  readonly where: 'before' | 'behind' | 'instead';
}

/** How to acquire a lock that is missing where it is needed. */
export interface TakePlan {
  /** The call or the access that needs the lock. */
  readonly at: Location & { readonly function: string };
  /** The callee; `''` for an access. */
  readonly callee: string;
  /** A caller of it that acquires the lock. */
  readonly holder: FunctionRef | undefined;
  /** The lock's name: the callee's in terms of its parameters, an attribute's in terms of its object. */
  readonly argument: string | Location;
  readonly parameters: readonly string[];
  /** The function itself acquires the lock in another place, so it may release it too early. */
  readonly onlyByHolder: boolean;
  readonly take: string;
  readonly give: string;
}
