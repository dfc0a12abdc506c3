import { isWatcher } from '../../models/stacks.js';
import type { Frame, SourceEvidence } from '../read/types.js';
import type { JoinedEvent, RunningTask, SourcePlace } from './joined.js';
import { label } from './waits/states.js';

/** Number of CPUs shown: one of them may hold what another one spins for. */
const MOST_CPUS = 16;

/** What the other CPUs ran when one was reported to make no progress, without idle ones. */
export function runningIn(
  sources: readonly SourceEvidence[],
  events: readonly JoinedEvent[],
  placesOf: (frames: readonly Frame[]) => readonly SourcePlace[],
): readonly RunningTask[] {
  const lockups = events.filter(({ kind }) => kind === 'lockup');
  if (lockups.length === 0) return [];
  const reported = new Set(lockups.flatMap(({ event: { task } }) => (task ? label(task) : [])));
  const found = new Map<string, RunningTask>();
  for (const { task, state, cpu, stack } of sources.flatMap(({ tasks }) => tasks)) {
    const name = label(task);
    const isWork = state === 'R' && task.pid !== 0 && stack.some((frame) => frame.reliable);
    if (
      cpu === undefined ||
      !isWork ||
      reported.has(name) ||
      stack.some((frame) => isWatcher(frame.function))
    )
      continue;
    const places = placesOf(stack);
    if (places.length > 0 && found.size < MOST_CPUS)
      found.set(`${cpu} ${name}`, { cpu, task: name, stack: places });
  }
  return [...found.values()];
}
