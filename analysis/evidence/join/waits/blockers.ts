import type { Blocked, Wait } from '../joined.js';

/** Levels of waiting followed from a lock to the root of its waits. */
const MOST_STEPS = 32;

/**
 * Groups waits by the awaited object, most tasks first. Each has the chain of waits from its holder to the root: the
 * task that waits for no lock with a known holder.
 */
export function blockedOn(waits: readonly Wait[]): readonly Blocked[] {
  const byTask = new Map<string, Wait>();
  for (const wait of waits) if (!byTask.has(wait.task)) byTask.set(wait.task, wait);
  const groups = new Map<string, { first: Wait; tasks: string[]; holders: Set<string>; seconds: number }>();
  for (const wait of waits) {
    const what = wait.instance ?? wait.for;
    // Waits for events are distinguished by the waiting function: equal names mean nothing else in common.
    const key =
      wait.isLock || wait.heldBy !== '' ? what : `${what}\n${wait.through ?? wait.where?.function ?? ''}`;
    const group = groups.get(key) ?? { first: wait, tasks: [], holders: new Set<string>(), seconds: 0 };
    groups.set(key, group);
    if (!group.tasks.includes(wait.task)) group.tasks.push(wait.task);
    if (wait.heldBy !== '') group.holders.add(wait.heldBy);
    group.seconds = Math.max(group.seconds, wait.seconds ?? 0);
    // A wait with a known holder is the most telling.
    if (group.first.heldBy === '' && wait.heldBy !== '') group.first = wait;
  }
  return [...groups.values()]
    .map(({ first, tasks, holders, seconds }) => ({
      wait: first,
      tasks,
      holders: [...holders],
      way: wayFrom(first, byTask),
      ...(seconds > 0 ? { seconds } : {}),
    }))
    .sort((a, b) => b.tasks.length - a.tasks.length || (a.wait.for < b.wait.for ? -1 : 1));
}

/** The holder's wait, the wait of the next holder, and so on; the last one is the root's. */
function wayFrom(wait: Wait, byTask: ReadonlyMap<string, Wait>): readonly Wait[] {
  const way: Wait[] = [];
  const seen = new Set([wait.task]);
  for (let next = byTask.get(wait.heldBy); next && way.length < MOST_STEPS; next = byTask.get(next.heldBy)) {
    way.push(next);
    if (seen.has(next.task)) break;
    seen.add(next.task);
  }
  return way;
}
