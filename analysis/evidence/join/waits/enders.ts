import { endedBy, plainFunction } from '../../../models/stacks.js';
import type { SourceEvidence } from '../../read/types.js';
import type { Wait } from '../joined.js';
import { label } from './states.js';

/** Who has to act before a kind of wait ends, and where it is. */
type Ender = Pick<Wait, 'heldBy' | 'holder'>;

/** Lines of a log between a stall and the tasks that it may have put to sleep. */
const NEAR = 2000;

/**
 * Names who holds up an event, where the log leaves one candidate: the kernel thread that ends such waits and sleeps
 * itself, or the task that an RCU stall is about.
 */
export function withEnders(waits: readonly Wait[], sources: readonly SourceEvidence[]): readonly Wait[] {
  const known = new Map<string, Ender | undefined>();
  return waits.map((wait) => {
    if (wait.heldBy !== '' || wait.isLock === true || wait.perhaps) return wait;
    const ender = endedBy(wait.for, wait.through);
    if (!ender) return wait;
    const key = String(ender.thread ?? ender.stall);
    if (!known.has(key))
      known.set(key, only(ender.thread ? threads(sources, ender.thread) : stalled(sources)));
    const found = known.get(key);
    return found && found.heldBy !== wait.task ? { ...wait, ...found, isLikely: true, isHeldUp: true } : wait;
  });
}

function only(found: readonly Ender[]): Ender | undefined {
  const [first] = found;
  return first && found.every(({ heldBy }) => heldBy === first.heldBy) ? first : undefined;
}

/** Sleeping kernel threads by name. */
const threads = (sources: readonly SourceEvidence[], name: RegExp): readonly Ender[] =>
  sources
    .flatMap(({ tasks }) => tasks)
    .filter(({ task, state }) => state === 'D' && name.test(task.name))
    .map(({ task }) => ({ heldBy: label(task) }));

/** The tasks that RCU stalls near a sleeping task are about: one far away in the log was another stall. */
const stalled = (sources: readonly SourceEvidence[]): readonly Ender[] =>
  sources.flatMap(({ events, tasks }) => {
    const asleep = tasks.filter(({ state }) => state === 'D').map(({ line }) => line);
    return events.flatMap(({ headline, stalled: about, task, stack: [first], lastLine }) => {
      const isOne = (about?.cpus.length ?? 0) + (about?.pids.length ?? 0) === 1;
      const isNear = asleep.some((line) => Math.abs(line - lastLine) <= NEAR);
      if (!/^(?:rcu: )?INFO: rcu/.test(headline) || !task || !first || !isOne || !isNear) return [];
      const where = { function: plainFunction(first.function) };
      return [{ heldBy: label(task), holder: { runs: true, where } }];
    });
  });
