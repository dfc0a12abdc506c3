import { compareText } from '../order.js';
import type { DrawnEdge, DrawnNode, Point } from './layout.js';

/** Room above a box for the line from it to itself. */
export const LOOP_HEIGHT = 20;
/** How far lines run straight out of a box. */
const STRAIGHT = 16;

interface End {
  readonly edge: number;
  readonly node: DrawnNode;
  readonly isStart: boolean;
  readonly isRight: boolean;
  /** Where the line goes from here. */
  readonly toward: Point;
}

/**
 * Ties lines, given by their bends, to the sides of their boxes: out on the right and in on the left, the other
 * way round for what runs back. Lines on one side stand in the order of where they go.
 */
export function connect(nodes: ReadonlyMap<string, DrawnNode>, edges: readonly DrawnEdge[]): DrawnEdge[] {
  const ends = edges.flatMap((edge, index): End[] => {
    const [from, to] = [nodes.get(edge.from), nodes.get(edge.to)];
    if (!from || !to || from === to) return [];
    const isForward = from.x + from.width / 2 <= to.x + to.width / 2;
    const common = { edge: index };
    return [
      { ...common, node: from, isStart: true, isRight: isForward, toward: edge.points[0] ?? centreOf(to) },
      {
        ...common,
        node: to,
        isStart: false,
        isRight: !isForward,
        toward: edge.points.at(-1) ?? centreOf(from),
      },
    ];
  });
  const bySide = new Map<string, End[]>();
  for (const end of ends) {
    const key = `${end.node.lock.id}\n${end.isRight}`;
    const side = bySide.get(key);
    if (side) side.push(end);
    else bySide.set(key, [end]);
  }
  const starts = new Map<number, Point[]>();
  const stops = new Map<number, Point[]>();
  const nameOf = ({ edge, isStart }: End): string => `${edges[edge]?.from}\n${edges[edge]?.to}\n${isStart}`;
  for (const side of bySide.values()) {
    side.sort((a, b) => a.toward.y - b.toward.y || compareText(nameOf(a), nameOf(b)));
    side.forEach(({ edge, node, isStart, isRight }, place) => {
      const x = isRight ? node.x + node.width : node.x;
      const y = node.y + (node.height * (place + 1)) / (side.length + 1);
      const out = { x: x + (isRight ? STRAIGHT : -STRAIGHT), y };
      if (isStart) starts.set(edge, [{ x, y }, out]);
      else stops.set(edge, [out, { x, y }]);
    });
  }
  return edges.map((edge, index) => {
    const loop = edge.from === edge.to ? nodes.get(edge.from) : undefined;
    if (loop) return { ...edge, points: loopOver(loop) };
    return { ...edge, points: [...(starts.get(index) ?? []), ...edge.points, ...(stops.get(index) ?? [])] };
  });
}

function centreOf({ x, y, width, height }: DrawnNode): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

/** From the top of a box back to it. */
function loopOver({ x, y, width }: DrawnNode): Point[] {
  const [left, right, top] = [x + width - 44, x + width - 12, y - LOOP_HEIGHT];
  return [
    { x: left, y },
    { x: left, y: top },
    { x: right, y: top },
    { x: right, y },
  ];
}
