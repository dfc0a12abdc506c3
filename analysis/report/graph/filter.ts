import { cycleParts, pairKey } from './cycles.js';
import type { GraphEdge, GraphView } from './data.js';

/** What is left out of a graph, all of it optional. */
export interface GraphFilter {
  /** Only orders with a step in files below this folder; the beginning of a path, or of one of its parts. */
  readonly folder: string;
  /** Only orders that happen in this context; `unknown` for those of which nothing is known. */
  readonly context: string;
  /** Only orders that lie on a cycle. */
  readonly onlyCycles: boolean;
}

/** The part of a graph that a filter lets through: its orders with their places, and the classes that they need. */
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
  const classes = view.data.classes.filter(({ id }) => !isFiltered || needed.has(id) || id === view.centre);
  return { ...view, data: { classes, edges } };
}

/** The folders that some order has a step in, with those above them, sorted. */
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

/** The contexts that orders happen in, sorted. */
export function contextsOf({ data }: GraphView): string[] {
  return [...new Set(data.edges.flatMap(({ irq }) => irq.split(',')))].sort();
}
