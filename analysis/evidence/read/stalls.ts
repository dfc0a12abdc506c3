import { isGracePeriodThread } from '../../models/stacks.js';
import type { LogEvent, TaskSighting } from './types.js';

/** Lines behind a stall in which its backtraces are looked for: every processor of a big machine may be among them. */
const FURTHEST = 20_000;

/**
 * Gives each stall the backtrace of what stalled. Who notices a stall prints its own backtrace first, or none; those
 * of the stalled processors and tasks follow, printed by these, and between them that of the grace-period thread.
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
    const found = stackOf(event, near);
    return found
      ? { ...event, stack: found.stack, task: found.task, lastLine: Math.max(event.lastLine, found.line) }
      : event;
  });
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
  const others = near.filter(({ task }) => !isGracePeriodThread(task.name));
  return others[0] ?? (event.stack.length > 0 ? undefined : near[0]);
}
