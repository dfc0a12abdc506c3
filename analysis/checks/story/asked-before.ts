import type { Program } from '../../link/types.js';
import { partsOf } from '../../skeleton/expressions/parts.js';
import { blockOf, eventAt } from '../../skeleton/lowering/events.js';
import { blockAt, blocksBefore } from '../../skeleton/lowering/block-paths.js';
import type { EventId, Skeleton } from '../../skeleton/types.js';
import type { Site } from '../../summaries/state/types.js';

/**
 * Whether a function on the path has asked for the condition that the last step waits for: `if (!try_it(p)) return;
 * wait_event(q, try_it(p));`. The wait then ends at once, unless another thread is faster.
 */
export function asksBeforeWaiting(program: Program, steps: readonly Site[]): boolean {
  const last = steps.at(-1);
  const skeleton = last && program.skeleton(last.fn);
  const event = last && eventAt(skeleton, last.event);
  if (last === undefined || skeleton === undefined || event === undefined || !('api' in event)) return false;
  if (program.models.api(event.api)?.conditionArg === undefined) return false;
  const awaited = awaitedCalls(skeleton, last.event);
  return awaited.size > 0 && steps.slice(0, -1).some((step) => asks(program, step, awaited));
}

/** Whether the step is a call in the condition of a wait, which each wake-up tests again. */
export function isTestedAgain(program: Program, { fn, event }: Site): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) return false;
  const test = blockOf(skeleton, event);
  return skeleton.blocks.some(({ events, exit }) => {
    const wait = events.at(-1);
    return (
      exit.k === 'goto' &&
      exit.to === test &&
      wait !== undefined &&
      'api' in wait &&
      program.models.api(wait.api)?.conditionArg !== undefined
    );
  });
}

/** The functions whose results a wait waits for: the block behind the wait tests the condition, once for each wake-up. */
function awaitedCalls(skeleton: Skeleton, wait: EventId): ReadonlySet<string> {
  const { exit: toTest } = blockAt(skeleton, blockOf(skeleton, wait));
  if (toTest.k !== 'goto') return new Set();
  const { events, exit } = blockAt(skeleton, toTest.to);
  if (exit.k !== 'branch') return new Set();
  return new Set(
    events.flatMap((one) => (one.k === 'call' && typeof one.callee === 'string' ? [one.callee] : [])),
  );
}

/** Whether a branch in front of the step tests the result of a call of one of these functions. */
function asks(program: Program, { fn, event }: Site, names: ReadonlySet<string>): boolean {
  const skeleton = program.skeleton(fn);
  const at = skeleton === undefined ? -1 : blockOf(skeleton, event);
  if (skeleton === undefined || at < 0) return false;
  const { blocks, exprs } = skeleton;
  return [...blocksBefore(blocks, [at])].some((id) => {
    const { exit } = blockAt(skeleton, id);
    return (
      exit.k === 'branch' &&
      partsOf(exprs, exit.condition).some((part) => {
        const expr = exprs[part];
        const call = expr?.k === 'result' ? eventAt(skeleton, expr.event) : undefined;
        return call?.k === 'call' && typeof call.callee === 'string' && names.has(call.callee);
      })
    );
  });
}
