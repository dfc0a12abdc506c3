import type { LockClass, LockGraph } from '../analysis/graph/events/types.js';
import { classesNamed } from '../analysis/report/graph.js';
import { CommandFailure } from './failure.js';

const MOST_SUGGESTED = 5;

/**
 * The lock class of a given key, of an id, or of the end of an id if that is unambiguous.
 * @throws CommandFailure if there is none, or more than one
 */
export function classNamed(graph: LockGraph, name: string): LockClass {
  const known = graph.classes.get(name);
  if (known !== undefined) return known;
  const ids = classesNamed(graph, name);
  const [only] = ids;
  if (ids.length > 1) {
    const shown = ids.slice(0, MOST_SUGGESTED).join(', ');
    const rest = ids.length > MOST_SUGGESTED ? `, and ${ids.length - MOST_SUGGESTED} more` : '';
    throw new CommandFailure(`'${name}' is ambiguous; lock classes that match: ${shown}${rest}`);
  }
  const found = [...graph.classes.values()].find(({ id }) => id === only);
  if (found === undefined) throw new CommandFailure(`no lock class '${name}'`);
  return found;
}
