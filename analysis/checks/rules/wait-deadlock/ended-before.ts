import { BOUNDS } from '../../../base/bounds.js';
import type { Probing } from '../../../graph/feasibility/probing.js';
import type { Registration, WaitSlots } from '../../../graph/slots/slots.js';
import type { OwnWait, Waiting, Waits } from '../../../graph/waits/waits.js';
import type { FunctionRef } from '../../../link/types.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { HeldLock, Site } from '../../../summaries/state/types.js';
import { lastUsersBefore } from '../../story/first-user.js';

/** Tells of a wait under a lock whether the handler that it waits for has probably ended before. */
export class EndedBefore {
  constructor(
    private readonly around: Surroundings,
    private readonly waits: Waits,
    private readonly slots: WaitSlots,
    private readonly probing: Probing,
  ) {}

  /**
   * Whether the function itself has ended the handler in front of the lock, as the attributes of a group that is removed
   * first, or an operation that is called before it has: `suspend` before `resume`, the last user before the first one.
   */
  has({ steps, root }: Waiting, { handler }: Registration, holds: HeldLock): boolean {
    const ends = (stop: FunctionRef): boolean => this.ends(stop, handler, () => true);
    return (
      this.isInFront(root, handler, holds) ||
      this.probing.stoppedBefore(steps).some(ends) ||
      lastUsersBefore(this.around.program, steps).some(ends)
    );
  }

  private isInFront(root: FunctionRef, handler: FunctionRef, { site }: HeldLock): boolean {
    const skeleton = site.fn === root ? this.around.program.skeleton(root) : undefined;
    if (skeleton === undefined) return false;
    return this.ends(
      root,
      handler,
      ({ event }) => canFollow(skeleton, event, site.event) && !canFollow(skeleton, site.event, event),
    );
  }

  /** Whether a function, or what it calls, waits for the end of a handler at a place that fits. */
  private ends(stop: FunctionRef, handler: FunctionRef, fits: (first: Site) => boolean): boolean {
    const isIt = ({ tail, effect, api }: OwnWait & { readonly tail: readonly Site[] }): boolean => {
      const [first] = tail;
      const { file } = tail.at(-1)?.fn ?? stop;
      if (first === undefined || !fits(first)) return false;
      return [...this.slots.awaited(api, effect.args, file)].some(
        ({ registration }) => registration.handler === handler,
      );
    };
    for (let calls = 0; calls <= BOUNDS.callsToStop; calls++)
      for (const wait of this.waits.tails(stop, calls, [])) if (isIt(wait)) return true;
    return false;
  }
}
