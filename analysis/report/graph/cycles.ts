import type { GraphEdge } from './data.js';

/** How an edge takes part in cycles: in one that is reported, in one of the graph's shape only, in none. */
export type CyclePart = 'reported' | 'possible' | 'none';

/**
 * Which edges lie on cycles. A trylock never waits and therefore closes none, nor does what is only guessed.
 * The key of an edge is that of {@link pairKey}.
 */
export function cycleParts(
  edges: readonly GraphEdge[],
  reported: readonly (readonly string[])[],
): ReadonlyMap<string, CyclePart> {
  const waiting = edges.filter(({ trylock, confidence }) => !trylock && confidence !== 'low');
  const component = components(waiting);
  const parts = new Map<string, CyclePart>();
  for (const { from, to } of waiting) {
    if (from === to || component.get(from) === component.get(to)) parts.set(pairKey(from, to), 'possible');
  }
  for (const cycle of reported) {
    cycle.forEach((from, index) => {
      const key = pairKey(from, cycle[(index + 1) % cycle.length] ?? from);
      if (parts.has(key)) parts.set(key, 'reported');
    });
  }
  return parts;
}

export function pairKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

/** Strongly connected components (Tarjan), as one number per class; without recursion, graphs may be deep. */
function components(edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const result = new Map<string, number>();
  const stack: string[] = [];
  for (const start of next.keys()) {
    if (index.has(start)) continue;
    const path: { readonly id: string; at: number }[] = [];
    const enter = (id: string): void => {
      index.set(id, index.size);
      low.set(id, index.size - 1);
      stack.push(id);
      path.push({ id, at: 0 });
    };
    enter(start);
    for (let frame = path.at(-1); frame; frame = path.at(-1)) {
      const { id } = frame;
      const to = next.get(id)?.[frame.at];
      frame.at += 1;
      if (to !== undefined) {
        if (!index.has(to)) enter(to);
        else if (!result.has(to)) lower(low, id, index.get(to));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent) lower(low, parent.id, low.get(id));
      if (low.get(id) !== index.get(id)) continue;
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        result.set(member, index.get(id) ?? 0);
        if (member === id) break;
      }
    }
  }
  return result;
}

function lower(low: Map<string, number>, id: string, value: number | undefined): void {
  low.set(id, Math.min(low.get(id) ?? 0, value ?? 0));
}
