import { Graph, layout as layOut } from '@dagrejs/dagre';
import { compareText } from '../order.js';
import { cycleParts, pairKey, type CyclePart } from './cycles.js';
import type { GraphClass, GraphEdge, GraphView } from './data.js';
import type { DrawnEdge, DrawnNode, Drawing, Point } from './drawing.js';
import { kindText } from '../../models/kind-text.js';
import { connect, LOOP_HEIGHT } from './ports.js';

/** Widths of the fixed-pitch font of names at 12 pixels and of details at 10. */
const NAME_EM = 7.25;
const DETAIL_EM = 6.05;
const LONGEST_NAME = 44;
const LONGEST_DETAIL = 46;
const NODE_HEIGHT = 36;
const PADDING = 10;
const LINE_HEIGHT = 18;
const MARGIN = 24;
const GAP = 36;
const HEADING = 26;
/** Width to height of the whole picture, similar to a screen. */
const ASPECT = 1.6;
/** Connected parts with more classes get simple ranks: the better ones take minutes. */
const MOST_RANKED_WELL = 250;
/** Above this number of classes, a drawing is not viewed as a whole, so only one direction is laid out. */
const MOST_DRAWN_TWICE = 80;

/** The available area in pixels. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/**
 * Places the classes of a graph from left (acquired first) to right (acquired last), or from top to bottom if
 * the drawing is larger in the given area that way. Equal input gives equal drawings.
 */
export function drawGraph(view: GraphView, room?: Room): Drawing {
  const across = drawn(view, false, ASPECT);
  if (!room || scaleIn(room, across) === 1 || across.nodes.length > MOST_DRAWN_TWICE) return across;
  const down = drawn(view, true, room.width / room.height);
  return scaleIn(room, down) > scaleIn(room, across) ? down : across;
}

/** How far a drawing must shrink to fit. */
function scaleIn(room: Room, { width, height }: Drawing): number {
  return Math.min(1, room.width / width, room.height / height);
}

function drawn({ data, centre, cycles }: GraphView, isDownward: boolean, aspect: number): Drawing {
  const parts = cycleParts(data.edges, cycles);
  const pairs = mergePairs(data.edges);
  const connected = new Set(pairs.flatMap(({ from, to }) => [from, to]));
  const classes = [...new Map(data.classes.map((lock) => [lock.id, lock])).values()].sort((a, b) =>
    compareText(a.id, b.id),
  );
  const boxes = classes
    .filter(({ id }) => connected.has(id))
    .map((lock) => boxOf(lock, lock.id === centre, cycleOf(lock.id, pairs, parts)));
  const islands = islandsOf(boxes, pairs, parts).map((island) => place(island, isDownward));
  const { width, height } = shelve(islands, aspect);
  const lonely = classes.filter(({ id }) => !connected.has(id));
  const lonelyTop = lonely.length > 0 ? (islands.length > 0 ? height + GAP : MARGIN) : undefined;
  const list = listOf(lonely, (lonelyTop ?? 0) + HEADING, Math.max(width, 900), centre);
  return {
    width: Math.ceil(Math.max(width, list.width) + MARGIN),
    height: Math.ceil((lonelyTop === undefined ? height : list.height) + MARGIN),
    nodes: [...islands.flatMap(({ nodes }) => nodes), ...list.nodes],
    edges: islands.flatMap(({ edges }) => edges),
    lonelyTop,
  };
}

type Pair = Omit<DrawnEdge, 'points' | 'cycle'>;

const BEST = ['high', 'medium', 'low'] as const;

function mergePairs(edges: readonly GraphEdge[]): Pair[] {
  const byPair = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const key = pairKey(edge.from, edge.to);
    const list = byPair.get(key);
    if (list) list.push(edge);
    else byPair.set(key, [edge]);
  }
  return [...byPair.values()]
    .map((list): Pair => {
      const [first] = list as [GraphEdge, ...GraphEdge[]];
      return {
        from: first.from,
        to: first.to,
        edges: list,
        witnesses: list.reduce((sum, { witnesses }) => sum + witnesses.length, 0),
        confidence: BEST.find((level) => list.some(({ confidence }) => confidence === level)) ?? 'low',
        trylock: list.every(({ trylock }) => trylock),
        evidence: evidenceOf(list),
      };
    })
    .sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
}

function evidenceOf(list: readonly GraphEdge[]): GraphEdge['evidence'] {
  const verdicts = new Set(list.map(({ evidence }) => evidence));
  if (verdicts.has('seen')) return 'seen';
  return verdicts.has('unknown') ? 'unknown' : 'not-seen';
}

function cycleOf(id: string, pairs: readonly Pair[], parts: ReadonlyMap<string, CyclePart>): CyclePart {
  const own = pairs
    .filter(({ from, to }) => from === id || to === id)
    .map(({ from, to }) => parts.get(pairKey(from, to)) ?? 'none');
  return own.includes('reported') ? 'reported' : own.includes('possible') ? 'possible' : 'none';
}

type Box = Omit<DrawnNode, 'x' | 'y'>;

function boxOf(lock: GraphClass, isCentre: boolean, cycle: CyclePart): Box {
  const { name, detail } = labelOf(lock);
  const width = Math.ceil(Math.max(name.length * NAME_EM, detail.length * DETAIL_EM) + 2 * PADDING);
  return { lock, name, detail, width, height: NODE_HEIGHT, isCentre, isLonely: false, cycle };
}

/**
 * `path/file.c:function:name` is `name` in `function, path/file.c`; the end of a path is more informative than its
 * start.
 */
function labelOf({ id, kind, declaredAt }: GraphClass): { name: string; detail: string } {
  const [, path, name] = /^((?:[^:]*\/)?[^/:]+\.[ch](?::\w+)?):(.*)$/.exec(id) ?? [];
  const file = path ?? declaredAt?.file;
  const words = kindText(kind);
  return {
    name: shorten(name ?? id, LONGEST_NAME),
    detail: shorten(file === undefined ? words : `${words} · ${file}`, LONGEST_DETAIL),
  };
}

function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const tail = Math.ceil(longest * 0.6);
  return `${text.slice(0, longest - tail - 1)}…${text.slice(-tail)}`;
}

/** A connected part of the graph on its own. */
interface Island {
  readonly boxes: readonly Box[];
  readonly pairs: readonly (Pair & { readonly cycle: CyclePart })[];
}

function islandsOf(
  boxes: readonly Box[],
  pairs: readonly Pair[],
  parts: ReadonlyMap<string, CyclePart>,
): Island[] {
  const head = new Map(boxes.map(({ lock: { id } }) => [id, id]));
  const find = (id: string): string => {
    let root = id;
    for (let up = head.get(root); up !== undefined && up !== root; up = head.get(root)) root = up;
    head.set(id, root);
    return root;
  };
  for (const { from, to } of pairs) head.set(find(from), find(to));
  const islands = new Map<string, { boxes: Box[]; pairs: (Pair & { cycle: CyclePart })[] }>();
  const islandOf = (id: string): { boxes: Box[]; pairs: (Pair & { cycle: CyclePart })[] } => {
    const root = find(id);
    const island = islands.get(root) ?? { boxes: [], pairs: [] };
    islands.set(root, island);
    return island;
  };
  for (const box of boxes) islandOf(box.lock.id).boxes.push(box);
  for (const pair of pairs) {
    islandOf(pair.from).pairs.push({ ...pair, cycle: parts.get(pairKey(pair.from, pair.to)) ?? 'none' });
  }
  return [...islands.values()];
}

interface PlacedIsland {
  nodes: DrawnNode[];
  edges: DrawnEdge[];
  readonly width: number;
  readonly height: number;
}

function place({ boxes, pairs }: Island, isDownward: boolean): PlacedIsland {
  const graph = new Graph();
  graph.setGraph({
    rankdir: isDownward ? 'TB' : 'LR',
    // The least used orders run from right to left.
    acyclicer: 'greedy',
    ranker: boxes.length > MOST_RANKED_WELL ? 'longest-path' : 'network-simplex',
    nodesep: 14,
    edgesep: 8,
    ranksep: isDownward ? 44 : 56,
  });
  const loops = new Set(pairs.filter(({ from, to }) => from === to).map(({ from }) => from));
  const room = ({ lock }: Box): number => (loops.has(lock.id) ? LOOP_HEIGHT : 0);
  for (const box of boxes) {
    graph.setNode(box.lock.id, {
      width: box.width + (isDownward ? room(box) : 0),
      height: box.height + (isDownward ? 0 : room(box)),
    });
  }
  for (const { from, to, witnesses } of pairs) {
    if (from !== to) graph.setEdge(from, to, { weight: Math.max(1, witnesses) });
  }
  layOut(graph);
  const byId = new Map<string, DrawnNode>();
  for (const box of boxes) {
    const { x = 0, y = 0 } = graph.node(box.lock.id) as { x?: number; y?: number };
    byId.set(box.lock.id, {
      ...box,
      x: x - (box.width + (isDownward ? room(box) : 0)) / 2,
      y: y + ((isDownward ? 0 : room(box)) - box.height) / 2,
    });
  }
  const nodes = [...byId.values()];
  const edges = connect(
    byId,
    pairs.map((pair) => {
      const { points = [] } =
        pair.from === pair.to ? {} : (graph.edge(pair.from, pair.to) as { points?: Point[] });
      return { ...pair, points: points.slice(1, -1).map(({ x, y }) => ({ x, y })) };
    }),
    isDownward,
  );
  // Loops and bends may extend beyond the layout's area.
  const xs = [
    ...nodes.flatMap(({ x, width }) => [x, x + width]),
    ...edges.flatMap(({ points }) => points.map(({ x }) => x)),
  ];
  const ys = [
    ...nodes.flatMap(({ y, height }) => [y, y + height]),
    ...edges.flatMap(({ points }) => points.map(({ y }) => y)),
  ];
  const [left, top] = [xs.reduce(least), ys.reduce(least)];
  const island = { nodes, edges, width: xs.reduce(most) - left, height: ys.reduce(most) - top };
  move(island, -left, -top);
  return island;
}

const least = (a: number, b: number): number => Math.min(a, b);
const most = (a: number, b: number): number => Math.max(a, b);

function move(island: PlacedIsland, dx: number, dy: number): void {
  island.nodes = island.nodes.map((node) => ({ ...node, x: node.x + dx, y: node.y + dy }));
  island.edges = island.edges.map((edge) => ({
    ...edge,
    points: edge.points.map(({ x, y }) => ({ x: x + dx, y: y + dy })),
  }));
}

/** Packs connected parts beside and below each other, largest first; returns the area they take. */
function shelve(islands: PlacedIsland[], aspect: number): { width: number; height: number } {
  islands.sort(
    (a, b) =>
      b.nodes.length - a.nodes.length || compareText(a.nodes[0]?.lock.id ?? '', b.nodes[0]?.lock.id ?? ''),
  );
  const area = islands.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const limit = Math.max(Math.sqrt(area * aspect), ...islands.map(({ width }) => width));
  let [x, y, shelf, width] = [MARGIN, MARGIN, 0, 0];
  for (const island of islands) {
    if (x > MARGIN && x + island.width > limit + MARGIN) [x, y, shelf] = [MARGIN, y + shelf + GAP, 0];
    move(island, x, y);
    x += island.width + GAP;
    shelf = Math.max(shelf, island.height);
    width = Math.max(width, x - GAP);
  }
  return { width, height: y + shelf };
}

function listOf(
  lonely: readonly GraphClass[],
  top: number,
  room: number,
  centre: string | undefined,
): { nodes: DrawnNode[]; width: number; height: number } {
  const longest = lonely.reduce((most, { id }) => Math.max(most, shorten(id, LONGEST_NAME).length), 1);
  const column = Math.ceil(longest * NAME_EM + 2 * PADDING);
  const columns = Math.max(1, Math.min(lonely.length, Math.floor((room - MARGIN) / column)));
  const rows = Math.ceil(lonely.length / columns);
  const nodes = lonely.map((lock, index): DrawnNode => ({
    lock,
    name: shorten(lock.id, LONGEST_NAME),
    detail: '',
    x: MARGIN + Math.floor(index / rows) * column,
    y: top + (index % rows) * LINE_HEIGHT,
    width: column,
    height: LINE_HEIGHT,
    isCentre: lock.id === centre,
    isLonely: true,
    cycle: 'none',
  }));
  return { nodes, width: MARGIN + columns * column, height: top + rows * LINE_HEIGHT };
}
