import type { Location } from '../base/span.js';
import type { Term } from '../effects/terms.js';
import type { FunctionRef } from '../link/types.js';

/**
 * How an object that stands for a handler has its name: by where it lies, an interrupt by its number, a thread or a
 * queue by the pointer that is kept of it.
 */
export type Naming = 'object' | 'irq' | 'handle';

/** A function handed over to run later, with the object that stands for it: a work item, a timer, an interrupt. */
export interface Registration {
  readonly handler: FunctionRef;
  /** `''` when it is stored in a field. */
  readonly api: string;
  readonly at: Location;
  /** The function that registers it; the variable's name for one that a declaration registers. */
  readonly by: string;
  /** What names it in a wait: a pointer to the object, or the interrupt's number; in the names of `by`. */
  readonly object: Term;
  /** What the handler is given beside the object, by its parameter; in the names of `by`. */
  readonly data: Term | undefined;
  readonly naming: Naming;
  /** Run by a thread that the interrupt wakes. */
  readonly isThread?: boolean;
  /** The fields of the object given in one of which the handler finds `data`. */
  readonly dataField?: readonly string[];
  /** The parameter by which the handler is given the object, where that is not the first. */
  readonly objectParameter?: number;
  /** The module it belongs to is not removed while it runs. */
  readonly keepsModule?: boolean;
}
