import type { Location } from '../../base/span.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { FunctionRef } from '../../link/types.js';
import type { MemberOfParameter } from '../../models/types.js';

/**
 * How the object that represents a handler is identified: by its location, an interrupt by its number, a thread or
 * queue by the stored pointer.
 */
export type Naming = 'object' | 'irq' | 'handle';

/** A function registered to run later, with the object that represents it: a work item, a timer, an interrupt. */
export interface Registration {
  readonly handler: FunctionRef;
  /** `''` if it is stored in a field. */
  readonly api: string;
  readonly at: Location;
  /** The function that registers it; for a declaration, the name of the variable. */
  readonly by: string;
  /** What identifies it in a wait, in terms of `by`: a pointer to the object, or the interrupt's number. */
  readonly object: Term;
  /** What the handler receives besides the object, by its parameter, in terms of `by`. */
  readonly data: Term | undefined;
  readonly naming: Naming;
  /** Runs in a thread that the interrupt wakes. */
  readonly isThread?: boolean;
  /** The handler finds `data` in one of these fields of its object. */
  readonly dataField?: readonly string[];
  /** The index of the parameter for the object, if it is not the first. */
  readonly objectParameter?: number;
  /** The member of what a parameter points to in which the handler finds the object. */
  readonly objectIn?: MemberOfParameter;
  /** The wait does not call it, but it may be running under a lock that the wait takes. */
  readonly isBusy?: boolean;
  /** The awaited object may be another of its kind, or nothing proves that the handler runs. */
  readonly isDoubtful?: boolean;
  /** Its module is not removed while it runs. */
  readonly keepsModule?: boolean;
}
