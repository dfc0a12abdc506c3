import { compareText } from '../order.js';
import type { DrawnEdge, DrawnNode, Point } from './drawing.js';

/** Space above a box, or right of it, for its loop. */
export const LOOP_HEIGHT = 20;
/** How far lines leave a box straight. */
const STRAIGHT = 16;

interface End {
  readonly edge: number;
  readonly node: DrawnNode;
  readonly isStart: boolean;
  /** At the right of the box, or at its bottom: where forward lines leave. */
  readonly isAhead: boolean;
  /** Where the line continues. */
  readonly toward: Point;
}

/**
 * Connects edges, given by their bends, to the sides of their boxes: out on the right and in on the left; back edges
 * the other way round. In a downward drawing: out at the bottom and in at the top. Edges on one side are ordered by the
 * direction they take.
 */
export function connect(
  nodes: ReadonlyMap<string, DrawnNode>,
  edges: readonly DrawnEdge[],
  isDownward: boolean,
): DrawnEdge[] {
  const along = (point: Point): number => (isDownward ? point.y : point.x);
  const across = (point: Point): number => (isDownward ? point.x : point.y);
  const ends = edges.flatMap((edge, index): End[] => {
    const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
    if (!from || !to || from === to) return [];
    const isForward = along(centreOf(from)) <= along(centreOf(to));
    const common = { edge: index };
    return [
      { ...common, node: from, isStart: true, isAhead: isForward, toward: edge.points[0] ?? centreOf(to) },
      {
        ...common,
        node: to,
        isStart: false,
        isAhead: !isForward,
        toward: edge.points.at(-1) ?? centreOf(from),
      },
    ];
  });
  const bySide = new Map<string, End[]>();
  for (const end of ends) {
    const key = `${end.node.lock.id}\n${end.isAhead}`;
    const side = bySide.get(key);
    if (side) side.push(end);
    else bySide.set(key, [end]);
  }
  const starts = new Map<number, Point[]>();
  const stops = new Map<number, Point[]>();
  const nameOf = ({ edge, isStart }: End): string => `${edges[edge]?.from}\n${edges[edge]?.to}\n${isStart}`;
  for (const side of bySide.values()) {
    side.sort((a, b) => across(a.toward) - across(b.toward) || compareText(nameOf(a), nameOf(b)));
    side.forEach(({ edge, node, isStart, isAhead }, place) => {
      const share = (place + 1) / (side.length + 1);
      const straight = isAhead ? STRAIGHT : -STRAIGHT;
      const port = isDownward
        ? { x: node.x + node.width * share, y: isAhead ? node.y + node.height : node.y }
        : { x: isAhead ? node.x + node.width : node.x, y: node.y + node.height * share };
      const out = isDownward ? { x: port.x, y: port.y + straight } : { x: port.x + straight, y: port.y };
      if (isStart) starts.set(edge, [port, out]);
      else stops.set(edge, [out, port]);
    });
  }
  return edges.map((edge, index) => {
    const loop = edge.from === edge.to ? nodes.get(edge.from) : undefined;
    if (loop) return { ...edge, points: isDownward ? loopBeside(loop) : loopOver(loop) };
    return { ...edge, points: [...(starts.get(index) ?? []), ...edge.points, ...(stops.get(index) ?? [])] };
  });
}

function centreOf({ x, y, width, height }: DrawnNode): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** A loop from the top of a box back to it. */
function loopOver({ x, y, width }: DrawnNode): Point[] {
  const [left, right, top] = [x + width - 44, x + width - 12, y - LOOP_HEIGHT];
  return [
    { x: left, y },
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y },
  ];
}

/** A loop from the right of a box back to it. */
function loopBeside({ x, y, width, height }: DrawnNode): Point[] {
  const [left, right, top, bottom] = [x + width, x + width + LOOP_HEIGHT, y + 8, y + height - 8];
  return [
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y: bottom },
    { x: left, y: bottom },
  ];
}
