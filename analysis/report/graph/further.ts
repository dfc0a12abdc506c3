import type { FurtherDown, GraphPart } from '../graph.js';
import { compareText } from '../order.js';

/** Maximum number of pairs: no reader of the output handles more. */
const MOST_PAIRS = 4_000_000;

/**
 * The classes that may be acquired under each class of a graph through deeper calls than its edges show. No path was
 * checked.
 * @param reaches the classes that may be acquired while a class is held, by key, with the minimum number of calls
 * between
 * @returns the nearest of each class, and how many were left out
 */
export function furtherDown(
  { classes, edges }: GraphPart,
  reaches: (key: string) => ReadonlyMap<string, number>,
  most = MOST_PAIRS,
): { readonly pairs: FurtherDown; readonly omitted: number } {
  const told = new Set(classes.map(({ key }) => key));
  const direct = new Map<string, Set<string>>();
  for (const { from, to } of edges) {
    const known = direct.get(from);
    if (known === undefined) direct.set(from, new Set([to]));
    else known.add(to);
  }
  const share = Math.floor(most / Math.max(1, classes.length));
  const pairs = new Map<string, ReadonlyMap<string, number>>();
  let omitted = 0;
  for (const { key } of classes) {
    const found = [...reaches(key)].filter(([to]) => told.has(to) && direct.get(key)?.has(to) !== true);
    if (found.length === 0) continue;
    found.sort(([a, near], [b, far]) => near - far || compareText(a, b));
    omitted += Math.max(0, found.length - share);
    pairs.set(key, new Map(found.slice(0, share)));
  }
  return { pairs, omitted };
}
