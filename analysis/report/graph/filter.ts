import { cycleParts, pairKey } from './cycles.js';
import type { GraphEdge, GraphView } from './data.js';

/** What to leave out of a graph; everything optional. */
export interface GraphFilter {
  /**
   * Only orders with a step in files below this folder: a prefix of the path, or of one of its components.
   */
  readonly folder: string;
  /** Only orders in this context; `unknown` for those with unknown contexts. */
  readonly context: string;
  /** Only orders on a cycle. */
  readonly onlyCycles: boolean;
}

/**
 * The part of a graph that passes a filter: its orders with their places, and the classes they need. A class whose orders are
 * all filtered out is left out too: alone, it would look like a lock without orders.
 */
export function filterGraph(view: GraphView, filter: GraphFilter): GraphView {
  const parts = filter.onlyCycles ? cycleParts(view.data.edges, view.cycles) : undefined;
  const folder = filter.folder.trim().replace(/^\.?\/+/, '');
  const isInside = (file: string): boolean =>
    folder === '' || file.startsWith(folder) || file.includes(`/${folder}`);
  const edges = view.data.edges.flatMap((edge): GraphEdge[] => {
    if (parts && !parts.has(pairKey(edge.from, edge.to))) return [];
    if (filter.context !== '' && !edge.irq.split(',').includes(filter.context)) return [];
    const witnesses = edge.witnesses.filter(
      ({ file, chain }) => isInside(file) || chain.some((step) => isInside(step.file)),
    );
    return witnesses.length > 0 || folder === '' ? [{ ...edge, witnesses }] : [];
  });
  const isFiltered = edges.length < view.data.edges.length;
  const needed = new Set(edges.flatMap(({ from, to }) => [from, to]));
  const classes = view.data.classes.filter(({ id }) => !isFiltered || needed.has(id));
  return { ...view, data: { classes, edges } };
}

/** The folders in which some order has a step, with their parents, sorted. */
export function foldersOf({ data }: GraphView): string[] {
  const folders = new Set<string>();
  for (const { witnesses } of data.edges) {
    for (const { file, chain } of witnesses) {
      for (const each of [file, ...chain.map((step) => step.file)]) {
        for (let end = each.lastIndexOf('/'); end > 0; end = each.lastIndexOf('/', end - 1)) {
          folders.add(each.slice(0, end + 1));
        }
      }
    }
  }
  return [...folders].sort();
}

/** The contexts of all orders, sorted. */
export function contextsOf({ data }: GraphView): string[] {
  return [...new Set(data.edges.flatMap(({ irq }) => irq.split(',')))].sort();
}
