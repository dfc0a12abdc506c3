import type { Wait } from '../joined.js';

const MOST_CIRCLES = 16;

/** All circles, each once, from its task with the smallest name. */
export function circles(next: ReadonlyMap<string, readonly Wait[]>): Wait[][] {
  const found = new Map<string, Wait[]>();
  const dead = new Set<string>();
  for (const start of [...next.keys()].sort()) {
    const path: Wait[] = [];
    const walk = (task: string): boolean => {
      let isOpen = false;
      if (found.size >= MOST_CIRCLES || path.length > 16) return true;
      for (const wait of next.get(task) ?? []) {
        if (dead.has(wait.heldBy) || path.some((each) => each.task === wait.heldBy && each.task !== start))
          continue;
        path.push(wait);
        if (wait.heldBy === start) {
          isOpen = true;
          const key = path
            .map((each) => each.task)
            .sort()
            .join('\n');
          if (!found.has(key)) found.set(key, [...path]);
        } else if (!path.slice(0, -1).some((each) => each.task === wait.task)) {
          isOpen = walk(wait.heldBy) || isOpen;
        }
        path.pop();
      }
      return isOpen;
    };
    // A task that leads to no circle is followed only once.
    if (!walk(start)) dead.add(start);
  }
  return [...found.values()];
}
