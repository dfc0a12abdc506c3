import { BOUNDS } from '../../../base/bounds.js';
import { folderOf } from '../../../base/paths.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import { namingOf, type WaitSlots } from '../../../graph/slots/slots.js';
import { runsOnlyIn } from '../../../graph/waits/queue-turns.js';
import type { Waiting } from '../../../graph/waits/waits.js';
import type { Program } from '../../../link/types.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';

/**
 * Whether an item for which a handler waits may stand behind it in a queue that runs one at a time: code other than the
 * handler queues it, or the handler does before it waits. What it queues behind the wait has run before its next turn.
 */
export function mayStandBehind(
  program: Program,
  slots: WaitSlots,
  callers: KnownCallers,
  queue: string,
  { root, steps, object, api }: Waiting,
): boolean {
  const own = new Set([root]);
  const file = steps.at(-1)?.fn.file ?? root.file;
  const slot = slots.slotOf(object, namingOf(api), file);
  const puts = slots.queuesIn(folderOf(root.file)).get(queue) ?? [];
  return puts.some(({ fn, item, site }) => {
    if (item === undefined || slots.slotOf(item, 'object', fn.file) !== slot) return false;
    if (!runsOnlyIn(callers, fn, own, BOUNDS.callersForEntry)) return true;
    const skeleton = program.skeleton(fn);
    return (
      skeleton !== undefined &&
      steps.some((step) => step.fn === fn && canFollow(skeleton, site.event, step.event))
    );
  });
}
