import { successors } from '../../skeleton/lowering/exits.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Site } from '../../summaries/state/types.js';
import type { EventId, Skeleton } from '../../skeleton/types.js';

/**
 * Whether the handler at the start of a chain has always ended its run before the chain's end. A wait for the handler
 * does not cover what follows.
 */
export function isBehindRun({ program, models }: Surroundings, steps: readonly Site[]): boolean {
  return steps.some(({ fn, event }) => {
    const skeleton = program.skeleton(fn);
    const calls = fn.item?.calls ?? fn.macro?.calls ?? [];
    return (
      skeleton !== undefined &&
      calls.some((name) => models.endsRun(name)) &&
      isAlwaysBehind(skeleton, event, (name) => models.endsRun(name))
    );
  });
}

/** Whether every path from the entry to an event calls one of these functions. */
function isAlwaysBehind(skeleton: Skeleton, event: EventId, isWanted: (name: string) => boolean): boolean {
  const seen = new Set([0]);
  for (const id of seen) {
    const block = skeleton.blocks[id];
    if (block === undefined) continue;
    const end = block.events.findIndex((one) => {
      const called = one.k === 'call' ? one.callee : 'api' in one ? one.api : undefined;
      return one.id === event || (typeof called === 'string' && isWanted(called));
    });
    if (block.events[end]?.id === event) return false;
    if (end < 0) for (const to of successors(block.exit)) seen.add(to);
  }
  return true;
}
