import { BOUNDS } from '../../../../base/bounds.js';
import type { FunctionRef, Program } from '../../../../link/types.js';
import { leadsTo } from '../../../../graph/events/leads-to.js';
import { eventsOf } from '../../../../skeleton/lowering/events.js';
import type { EventId } from '../../../../skeleton/types.js';
import type { Waiting } from '../../../../graph/waits/waits.js';
import type { CheckContext } from '../../../engine/check.js';
import type { Completer } from './completer-needs.js';

/**
 * Whether a function on the path to a wait may itself complete what it waits for before it waits. A completion counts:
 * code that gives back the last buffers, and then waits until all are back, needs nobody else.
 */
export function mayHaveCompleted(
  { around: { program } }: CheckContext,
  { api, steps, object: awaited }: Waiting,
  completers: readonly Completer[],
): boolean {
  if (api.awaits === 'condition') return false;
  return steps.some(({ fn, event }, at) => {
    const isBefore = (other: EventId): boolean => isFollowedBy(program, fn, other, event);
    const isOwn = completers.some(
      ({ fn: by, effect, object, kept }) =>
        by === fn &&
        at === 0 &&
        (kept !== undefined || object.key === awaited.key) &&
        isBefore(effect.site.event),
    );
    if (isOwn) return true;
    const skeleton = program.skeleton(fn);
    return (skeleton === undefined ? [] : eventsOf(skeleton)).some(
      (one) =>
        one.k === 'call' &&
        one.id !== event &&
        typeof one.callee === 'string' &&
        isBefore(one.id) &&
        program.resolveCall(one.callee, fn.file).some((callee) => reachesOne(program, callee, completers)),
    );
  });
}

function isFollowedBy(program: Program, fn: FunctionRef, event: EventId, by: EventId): boolean {
  const skeleton = program.skeleton(fn);
  return skeleton !== undefined && leadsTo(skeleton, event, by, () => false);
}

/** Whether a function, or one that it calls, is among those that complete. */
function reachesOne(program: Program, from: FunctionRef, completers: readonly Completer[]): boolean {
  const seen = new Set([from]);
  let level = [from];
  for (let calls = 0; calls <= BOUNDS.callersForEntry && level.length > 0; calls++) {
    if (level.some((one) => completers.some(({ fn }) => fn === one))) return true;
    level = level.flatMap((one) => program.callees(one).filter((callee) => !seen.has(callee)));
    for (const one of level) seen.add(one);
  }
  return false;
}
