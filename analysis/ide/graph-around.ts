import type { LockGraph } from '../graph/events/types.js';
import { hoverAt } from './hover/hover.js';
import type { Position, View } from './view.js';

/** The subject of a graph. */
export interface GraphCentre {
  /** Keys of lock classes. */
  readonly keys: readonly string[];
  readonly title: string;
}

/**
 * The lock at a position, or the locks of the call or variable there; else all locks with an order in the
 * file. `undefined` if there are none either. `line` is the text of its line.
 */
export function centreAt(
  view: View,
  file: string,
  position: Position | undefined,
  line: string,
): GraphCentre | undefined {
  const hover = position && hoverAt(view, file, position, line);
  if (hover?.kind === 'lock') return { keys: [hover.lock.key], title: hover.lock.id };
  if (hover?.kind === 'call') {
    const keys = hover.acquires.map(({ key }) => key);
    if (keys.length > 0) return { keys, title: `${hover.name}()` };
  }
  if (hover?.kind === 'variable') return { keys: hover.locks.map(({ key }) => key), title: hover.name };
  const keys = keysIn(view.analysis.graph, file);
  return keys.length > 0 ? { keys, title: file } : undefined;
}

/** Classes declared in a file, and those with an order that has a step there. */
function keysIn(graph: LockGraph, file: string): string[] {
  const keys = new Set<string>();
  for (const { from, to, witnesses } of graph.edges) {
    if (witnesses.some(({ holds, chain }) => [...holds, ...chain].some(({ at }) => at.file === file))) {
      keys.add(from).add(to);
    }
  }
  for (const { key, declaredAt } of graph.classes.values()) if (declaredAt?.file === file) keys.add(key);
  return [...keys];
}
