import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { FunctionRef } from '../../link/types.js';
import { rootOf, someTerm, type Term } from '../../summaries/locks/terms.js';
import type { KnownCallers } from '../sight/callers.js';
import type { WaitSlots } from '../slots/slots.js';
import type { Waiting } from './waits.js';

/** Whether a function runs in these handlers only, all of its callers being known. */
export function runsOnlyIn(
  callers: KnownCallers,
  fn: FunctionRef,
  handlers: ReadonlySet<FunctionRef>,
  levels: number,
): boolean {
  const calls = callers.seen(fn);
  if (handlers.has(fn)) return calls.length === 0;
  const known = levels > 0 ? callers.ofStored(fn) : undefined;
  return (
    known !== undefined &&
    known.length > 0 &&
    known.every(({ caller }) => runsOnlyIn(callers, caller, handlers, levels - 1))
  );
}

/**
 * Work of a queue that never runs two items at a time: while one item runs, no other one is running, so cancelling
 * another one does not wait.
 */
export class QueueTurns {
  private readonly soleQueues = new Map<FunctionRef, string | undefined>();

  constructor(
    private readonly slots: WaitSlots,
    private readonly callers: KnownCallers,
  ) {}

  /** Whether the waiting function runs only as an item of the queue that alone runs the awaited handler. */
  exclude({ root, api, object }: Pick<Waiting, 'root' | 'api' | 'object'>, awaited: FunctionRef): boolean {
    // A wait for what is pending waits for the items before it as well.
    if (api.awaits !== 'work' || api.inTurn === true || leadsElsewhere(object)) return false;
    const queue = this.soleQueueOf(awaited);
    if (queue === undefined) return false;
    const beside = this.handlersIn(queue, folderOf(awaited.file));
    const always = new Set([...beside].filter((one) => this.soleQueueOf(one) === queue));
    return runsOnlyIn(this.callers, root, always, BOUNDS.callersForEntry);
  }

  /** The only queue that a handler's work is put into, if it never runs two items at a time. */
  private soleQueueOf(handler: FunctionRef): string | undefined {
    if (!this.soleQueues.has(handler)) this.soleQueues.set(handler, this.findSoleQueue(handler));
    return this.soleQueues.get(handler);
  }

  private findSoleQueue(handler: FunctionRef): string | undefined {
    const folder = folderOf(handler.file);
    const queues = [...this.slots.queuesIn(folder)].filter(([name]) =>
      this.handlersIn(name, folder).has(handler),
    );
    const [[name, items] = []] = queues;
    return queues.length === 1 && items?.some(({ isOrdered }) => isOrdered === true) === true
      ? name
      : undefined;
  }

  private handlersIn(queue: string, folder: string): ReadonlySet<FunctionRef> {
    const items = this.slots.queuesIn(folder).get(queue) ?? [];
    return new Set(
      items.flatMap(({ item, fn }) =>
        item === undefined ? [] : this.slots.ofItem(item, fn).map(({ handler }) => handler),
      ),
    );
  }
}

/** Whether the object is reached through a pointer in another one, or is unknown: it may have a queue of its own. */
function leadsElsewhere(object: Term): boolean {
  const { k } = rootOf(object);
  return (
    (k !== 'parameter' && k !== 'global') ||
    someTerm(object, (part) => part.k === 'deref' && part.base.k === 'field')
  );
}
