import { folderOf } from '../../../base/paths.js';
import type { FunctionRef } from '../../../link/types.js';
import type { OtherApi } from '../../../models/types.js';
import { eventOf } from '../../../summaries/locks/names.js';
import { pointed, rootOf, type Term } from '../../../summaries/locks/terms.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { isReleasedBelow } from '../../../graph/edges/released-below.js';
import { boundArgs } from '../../../graph/waits/bound-args.js';
import type { HandlerNeeds } from '../../../graph/waits/handler-needs.js';
import { namingOf, type Registration, type WaitSlots } from '../../../graph/slots/slots.js';
import type { Watchers } from '../../../graph/watched/watchers.js';
import type { OwnWait, WaitPlace } from '../../../graph/waits/waits.js';
import type { WaitChains } from './wait-chains.js';
import { filesNaming, isEnded } from './wait-terms.js';

/**
 * Decides, before any path to a wait is replayed, whether the awaited code may need a lock that is held there. Most
 * locks held at waits are not needed.
 */
export class NeededLocks {
  constructor(
    private readonly around: Surroundings,
    private readonly slots: WaitSlots,
    private readonly watchers: Watchers,
    private readonly needs: HandlerNeeds,
    private readonly chains: WaitChains,
  ) {}

  /** Whether some awaited handler may take one of these classes, on a feasible path or through a third party. */
  mayMatter({ effect, api }: OwnWait, held: ReadonlySet<string>): boolean {
    if (isEnded(api) || api.awaits === 'srcu') return true;
    const { fn } = effect.site;
    const object = effect.args[api.handlerArg ?? api.arg ?? -1];
    // The path binds a helper's parameter.
    if (object !== undefined && rootOf(object).k === 'parameter' && this.isUnnamed(api, object, fn))
      return true;
    return this.isNeeded(api, effect.args, fn.file, held);
  }

  /**
   * The same for a path: with the arguments that its callers pass to a helper that waits, and without the locks that
   * callees release before.
   */
  mayBeNeeded({ api, steps, effect, held, root }: WaitPlace): boolean {
    const still = new Set([...held].filter((key) => !isReleasedBelow(this.around, steps, key)));
    if (still.size === 0) return false;
    const args = boundArgs(this.around, steps, effect.args);
    const object = args?.[api.handlerArg ?? api.arg ?? -1];
    if (args === undefined || object === undefined) return true;
    const files = filesNaming(root, effect.site);
    const origin = rootOf(object);
    // Which value it is depends on the path.
    if (origin.k === 'opaque' && eventOf(origin) === undefined)
      return !isKeptInSlots(api) || files.some((file) => this.isNeededInFolder(api, object, file, still));
    return files.some((file) => this.isNeeded(api, args, file, still));
  }

  private isNeeded(api: OtherApi, args: readonly Term[], file: string, held: ReadonlySet<string>): boolean {
    for (const { registration } of this.slots.awaited(api, args, file))
      if (this.mayNeed(registration.handler, held)) return true;
    for (const { registration } of this.watchers.of(api, args, file))
      if (this.mayNeed(registration.handler, held)) return true;
    return false;
  }

  /** Whether any handler that the folder of a file registers for an object of this type may need one of the locks. */
  private isNeededInFolder(api: OtherApi, object: Term, file: string, held: ReadonlySet<string>): boolean {
    const naming = namingOf(api);
    const { type } = pointed(object);
    const isOne = (one: Registration): boolean => {
      const own = pointed(one.object).type;
      return one.naming === naming && (type === '' || own === '' || own === type);
    };
    return this.slots
      .registeredIn(folderOf(file))
      .some((one) => isOne(one) && this.mayNeed(one.handler, held));
  }

  private mayNeed(handler: FunctionRef, held: ReadonlySet<string>): boolean {
    return this.takesOneOf(handler, held) || this.chains.mayLead(handler, held);
  }

  private takesOneOf(handler: FunctionRef, held: ReadonlySet<string>): boolean {
    const { needs } = this;
    if (!needs.mayTake(handler, held)) return false;
    for (const key of held)
      if (needs.ways(handler, key).length > 0 || needs.inOtherSubclasses(handler, key).length > 0)
        return true;
    return false;
  }

  private isUnnamed(api: OtherApi, object: Term, at: FunctionRef): boolean {
    return api.handlerArg !== undefined || this.slots.slotOf(object, namingOf(api), at.file) === undefined;
  }
}

/** Whether the awaited handlers are only those registered for slots, not those of tables, queues or names. */
function isKeptInSlots({
  awaits,
  handlerArg,
  tableArg,
  tableType,
  tableOnly,
  nameArg,
  inTurn,
  watched,
}: OtherApi): boolean {
  const others = [handlerArg, tableArg, tableType, tableOnly, nameArg, watched];
  return (
    awaits !== 'queue' && awaits !== 'kernfs' && inTurn !== true && others.every((one) => one === undefined)
  );
}
