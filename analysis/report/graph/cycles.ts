import { components } from '../../base/components.js';
import type { GraphEdge } from './data.js';

/** How an edge takes part in cycles: in a reported one, in one by the graph's shape only, or in none. */
export type CyclePart = 'reported' | 'possible' | 'none';

/**
 * Which edges are on cycles. A trylock never waits and closes none, nor does a guess. The key of an edge is
 * that of {@link pairKey}.
 */
export function cycleParts(
  edges: readonly GraphEdge[],
  reported: readonly (readonly string[])[],
): ReadonlyMap<string, CyclePart> {
  const waiting = edges.filter(({ trylock, confidence }) => !trylock && confidence !== 'low');
  const component = componentsOf(waiting);
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

/** The component of each class. */
function componentsOf(edges: readonly GraphEdge[]): ReadonlyMap<string, number> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const list = next.get(from);
    if (list) list.push(to);
    else next.set(from, [to]);
  }
  return components(next.keys(), (id) => next.get(id) ?? []);
}
