import { isBetweenItems, isGracePeriodThread, isScheduling } from '../../models/stacks.js';
import type { Frame, LogEvent, TaskSighting } from './types.js';

/** Lines after a stall that are searched for its backtraces: a large machine may print those of all CPUs. */
const FURTHEST = 20_000;

type StalledStack = Pick<TaskSighting, 'stack' | 'task' | 'line'>;

/**
 * Gives each stall the backtraces of the stalled CPUs and tasks. The CPU that notices a stall first prints its own
 * backtrace, or none. The stalled CPUs and tasks print theirs afterwards, with that of the grace-period thread in
 * between.
 */
export function withStalledStacks(
  events: readonly LogEvent[],
  tasks: readonly TaskSighting[],
): readonly LogEvent[] {
  const ordered = [...tasks].sort((a, b) => a.line - b.line);
  return events.map((event, index) => {
    if (!event.stalled) return event;
    const next = events.slice(index + 1).find((other) => other.stalled !== undefined)?.line ?? Infinity;
    const end = Math.min(next, event.line + FURTHEST);
    const near = ordered.filter(({ line, stack }) => line > event.line && line < end && stack.length > 0);
    const found = stackOf(event, near) ?? lockedUp(event, events.slice(index + 1));
    return found
      ? { ...event, stack: found.stack, task: found.task, lastLine: Math.max(event.lastLine, found.line) }
      : event;
  });
}

/** The stalled CPU's own report, as on powerpc. */
function lockedUp(event: LogEvent, later: readonly LogEvent[]): StalledStack | undefined {
  if (event.stack.length > 0) return undefined;
  const own = later.find(
    ({ kind, cpu, line, stack }) =>
      kind === 'lockup' &&
      line < event.line + FURTHEST &&
      stack.length > 0 &&
      cpu !== undefined &&
      event.stalled?.cpus.includes(cpu),
  );
  return own?.task && { stack: own.stack, task: own.task, line: own.lastLine };
}

function stackOf(event: LogEvent, near: readonly TaskSighting[]): TaskSighting | undefined {
  const { cpus, pids } = event.stalled ?? { cpus: [], pids: [] };
  const isOwn =
    event.stack.length > 0 && (cpus.length === 0 || (event.cpu !== undefined && cpus.includes(event.cpu)));
  const byCpu = near.find(({ cpu }) => cpu !== undefined && cpus.includes(cpu));
  const byPid = near.find(({ task }) => pids.includes(task.pid));
  if (byPid && (cpus.length === 0 || !byCpu)) return byPid;
  if (isOwn) return undefined;
  if (byCpu ?? byPid) return byCpu ?? byPid;
  if (event.stack.length > 0 && cpus.length === 0) return undefined;
  // A task that sleeps neither stalls a CPU nor is a reader: the stall lists those readers by number.
  const others = near.filter(
    ({ task, state, stack }) => state === 'R' && !isGracePeriodThread(task.name) && !isIdle(stack),
  );
  return others[0];
}

/** Whether a kernel thread was woken for an item, and has not run since. */
function isIdle(stack: readonly Frame[]): boolean {
  const first = stack.find((frame) => frame.reliable && !isScheduling(frame.function));
  return first !== undefined && isBetweenItems(first.function);
}
