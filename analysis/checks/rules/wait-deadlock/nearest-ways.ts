import { folderOf } from '../../../base/paths.js';
import { areInOnlyInstance } from '../../../graph/feasibility/only-instance.js';
import { Arms } from '../../../graph/feasibility/arms.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { sameness, type IsBack, type Sameness } from '../../../graph/events/instances.js';
import { isToldOf } from '../../../graph/paths/told-events.js';
import { pointsBack } from '../../../graph/waits/back-pointers.js';
import type { HandlerNeeds, HandlerPath } from '../../../graph/waits/handler-needs.js';
import type { Registration } from '../../../graph/slots/slots.js';
import { inNamesOfWaiter } from '../../../graph/waits/waiter-names.js';
import type { Waiting } from '../../../graph/waits/waits.js';
import type { FunctionRef } from '../../../link/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { isElsewhere, isMadeIn } from '../../../summaries/locks/names.js';
import type { Term } from '../../../summaries/locks/terms.js';
import type { HeldLock, LockRef } from '../../../summaries/state/types.js';
import { givenTo } from './wait-terms.js';

/** How the awaited code takes the lock that the waiter holds. */
export class NearestWays {
  private readonly arms: Arms;

  constructor(
    private readonly around: Surroundings,
    private readonly needs: HandlerNeeds,
    private readonly callers: KnownCallers,
  ) {
    this.arms = new Arms(around.program);
  }

  /**
   * The handler's path to the lock that is most likely the held one. In another subclass, only the very same lock
   * qualifies.
   */
  of(
    registration: Registration,
    holds: HeldLock,
    key: string,
    own: Waiting,
  ): { readonly way: HandlerPath; readonly same: Sameness } | undefined {
    const { handler } = registration;
    const { api, steps, arrived } = own;
    const fits = (way: HandlerPath): boolean =>
      isToldOf(this.around, api, arrived.args, handler, way.facts) &&
      this.arms.exclusive([{ steps, facts: arrived.facts }, way]) === undefined;
    const found = this.nearest(this.needs.ways(handler, key).filter(fits), holds, registration, own);
    if (found?.same === 'same') return found;
    const others = this.needs.inOtherSubclasses(handler, key).filter(fits);
    const other = this.nearest(others, holds, registration, own);
    return other?.same === 'same' ? other : found;
  }

  /** The handler's path to the lock that is most likely the held one. */
  private nearest(
    ways: readonly HandlerPath[],
    holds: HeldLock,
    registration: Registration,
    own: Waiting,
  ): { readonly way: HandlerPath; readonly same: Sameness } | undefined {
    const [first] = ways;
    if (first === undefined) return undefined;
    const { by, handler } = registration;
    // Values of the registering function have no access path here.
    const isUnknown = (root: Term): boolean =>
      isElsewhere(root) ||
      ((root.k === 'result' || root.k === 'local') &&
        isMadeIn(root, { file: registration.at.file, name: by }));
    const files = new Set([handler.file, registration.at.file]);
    const isBack: IsBack = ({ name }, child) => pointsBack(this.around.program, files, name, child);
    let best: { way: HandlerPath; same: Sameness } = { way: first, same: 'other' };
    const held = [holds.term, this.callers.bound(own.root, holds.term)];
    const declared = this.around.classes.info(keyOf(holds) ?? '')?.declaredAt?.file ?? '';
    for (const way of ways) {
      if (areInOnlyInstance(this.around.program, holds.term, way.lock.term, declared))
        return { way, same: 'same' };
      const needed = this.bound(way.lock.term, registration, own);
      const found = held.map((term) => sameness(term, needed, isUnknown, isBack));
      if (found.includes('same')) return { way, same: 'same' };
      if (found.includes('probable') && best.same === 'other') best = { way, same: 'probable' };
    }
    // A class that only this directory uses has one instance per object served.
    return best.same === 'probable' && !this.isPrivate(holds, handler) ? { ...best, same: 'other' } : best;
  }

  /** Whether the lock is declared in the handler's folder and is not generic. */
  isPrivate(lock: LockRef, handler: FunctionRef): boolean {
    const info = this.around.classes.info(keyOf(lock) ?? '');
    if (info?.declaredAt === undefined || info.generic) return false;
    return folderOf(info.declaredAt.file) === folderOf(handler.file);
  }

  /** Whether a path leads to an object, or to a part of it and back, as the code of these files makes its members point. */
  isSameObject(object: Term, path: Term, files: ReadonlySet<string>): boolean {
    const isBack: IsBack = ({ name }, child) => pointsBack(this.around.program, files, name, child);
    return sameness(object, path, () => false, isBack) === 'same';
  }

  /** A handler's access path, translated to the waiter's. */
  bound(term: Term, registration: Registration, waiting: Waiting): Term {
    return inNamesOfWaiter(this.around, registration, waiting.object, givenTo(waiting), term);
  }
}
