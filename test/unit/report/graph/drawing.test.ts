import assert from 'node:assert/strict';
import type { Finding } from '../../../../analysis/checks/types.js';
import { reportedCycles } from '../../../../analysis/report/graph.js';
import { cycleParts } from '../../../../analysis/report/graph/cycles.js';
import type { GraphData, GraphEdge } from '../../../../analysis/report/graph/data.js';
import { renderDot } from '../../../../analysis/report/graph/dot.js';
import type { Drawing, DrawnNode } from '../../../../analysis/report/graph/drawing.js';
import { drawGraph } from '../../../../analysis/report/graph/layout.js';
import { renderSvg } from '../../../../analysis/report/graph/svg.js';

const edge = (from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  from,
  to,
  fromMode: 'write',
  toMode: 'write',
  trylock: false,
  irq: 'unknown',
  confidence: 'high',
  if: '',
  evidence: 'unknown',
  witnesses: [{ file: 'a.c', line: 3, function: 'f', chain: [] }],
  ...more,
});

const graph = (edges: readonly GraphEdge[], ...lonely: string[]): GraphData => ({
  classes: [...new Set([...edges.flatMap(({ from, to }) => [from, to]), ...lonely])].map((id) => ({
    id,
    kind: 'mutex',
    initAt: [],
    lockdepNames: [],
  })),
  edges,
});

/** A layered graph of some size with a few cycles, the same every time. */
function large(size: number): GraphData {
  let seed = 7;
  const next = (limit: number): number => {
    seed = (seed * 16807) % 2147483647;
    return seed % limit;
  };
  const name = (index: number): string => `drivers/net/part${index % 9}.c:lock_${index}`;
  const edges = new Map<string, GraphEdge>();
  for (let index = 0; index < size * 1.4; index += 1) {
    const [a, b] = [next(size), next(size)];
    const [from, to] = index % 40 === 0 ? [a, b] : [Math.min(a, b), Math.max(a, b)];
    if (from !== to) edges.set(`${from} ${to}`, edge(name(from), name(to)));
  }
  return graph([...edges.values()]);
}

function overlaps(a: DrawnNode, b: DrawnNode): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function assertTidy({ nodes, edges, width, height }: Drawing): void {
  for (const [index, node] of nodes.entries()) {
    assert.ok(node.x >= 0 && node.x + node.width <= width, `${node.lock.id} is outside`);
    assert.ok(node.y >= 0 && node.y + node.height <= height, `${node.lock.id} is outside`);
    for (const other of nodes.slice(index + 1)) {
      assert.ok(!overlaps(node, other), `${node.lock.id} lies on ${other.lock.id}`);
    }
  }
  for (const { points } of edges) {
    assert.ok(points.length >= 2);
    for (const { x, y } of points) assert.ok(x >= 0 && x <= width && y >= 0 && y <= height);
  }
}

describe('cycles of a graph', () => {
  it('are the strongly connected components, without trylocks and guesses', () => {
    const edges = [
      edge('a', 'b'),
      edge('b', 'c'),
      edge('c', 'a'),
      edge('c', 'd'),
      edge('d', 'c', { trylock: true }),
      edge('d', 'e'),
      edge('e', 'd', { confidence: 'low' }),
      edge('f', 'f'),
    ];
    const parts = cycleParts(edges, [['a', 'b', 'c']]);
    assert.deepEqual(
      [...parts].map(([key, part]) => `${key.replace('\n', '')} ${part}`),
      ['ab reported', 'bc reported', 'ca reported', 'ff possible'],
    );
  });

  it('are found at any length', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `l${index}`);
    const edges = names.map((name, index) => edge(name, names[(index + 1) % names.length] ?? ''));
    assert.equal(cycleParts(edges, []).size, names.length);
  });
});

describe('the reported cycles', () => {
  it('include a self-deadlock, as a cycle of one lock', () => {
    const found = (rule: Finding['rule'], confidence: Finding['confidence'], ...locks: string[]): Finding =>
      ({ rule, confidence, locks }) as Partial<Finding> as Finding;
    const cycles = reportedCycles([
      found('self-deadlock', 'high', 'a'),
      found('lock-order-cycle', 'medium', 'b', 'c'),
      found('self-deadlock', 'low', 'd'),
      found('missing-unlock', 'high', 'e'),
    ]);
    assert.deepEqual(cycles, [['a'], ['b', 'c']]);
    assert.deepEqual([...cycleParts([edge('a', 'a')], cycles).values()], ['reported']);
  });
});

describe('drawing a graph', () => {
  it('puts the lock acquired first on the left', () => {
    const { nodes } = drawGraph({ data: graph([edge('b', 'c'), edge('a', 'b')]), cycles: [] });
    const x = (id: string): number => nodes.find(({ lock }) => lock.id === id)?.x ?? NaN;
    assert.ok(x('a') < x('b') && x('b') < x('c'));
  });

  it('runs downward only if that gives more room', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const links = names.slice(1).map((name, index) => edge(names[index] ?? '', name));
    const view = { data: graph([...links, edge('b', 'b'), edge('d', 'c')]), cycles: [] };
    const narrow = drawGraph(view, { width: 500, height: 700 });
    assertTidy(narrow);
    const y = (id: string): number => narrow.nodes.find(({ lock }) => lock.id === id)?.y ?? NaN;
    assert.ok(y('a') < y('b') && y('b') < y('h'));
    assert.ok(narrow.width <= 500);
    assert.deepEqual(drawGraph(view, { width: 5000, height: 700 }), drawGraph(view));
    assert.deepEqual(drawGraph(view, { width: 900, height: 200 }), drawGraph(view));
  });

  it('draws both directions and loops, and lists classes without orders', () => {
    const data = graph([edge('a', 'b'), edge('b', 'a'), edge('a', 'a')], 'z', 'y');
    const drawing = drawGraph({ data, cycles: [] });
    assertTidy(drawing);
    assert.equal(drawing.edges.length, 3);
    assert.deepEqual(
      drawing.nodes.filter(({ isLonely }) => isLonely).map(({ lock }) => lock.id),
      ['y', 'z'],
    );
  });

  it('overlaps nothing, with few or many classes', () => {
    for (const size of [2, 5, 60, 200]) {
      assertTidy(drawGraph({ data: large(size), cycles: [] }));
      assertTidy(drawGraph({ data: large(size), cycles: [] }, { width: 600, height: 900 }));
    }
  });

  it('is wide enough for its heading', () => {
    const svg = renderSvg(drawGraph({ data: graph([], 'z'), cycles: [] }));
    const width = Number(/ width="(\d+)"/.exec(svg)?.[1]);
    const [, heading = ''] = /class="heading"[^>]*>([^<]*)</.exec(svg) ?? [];
    // Glyphs of monospace fonts are 0.6 of their size wide.
    assert.ok(width >= 24 + heading.length * 6, `${width} for “${heading}”`);
  });

  it('accepts an empty graph', () => {
    const svg = renderSvg(drawGraph({ data: { classes: [], edges: [] }, cycles: [] }));
    assert.match(svg, /0 locks, 0 orders/);
  });

  it('does not depend on the order of the input', () => {
    const { classes, edges } = large(40);
    const first = renderSvg(drawGraph({ data: { classes, edges }, cycles: [] }));
    const other = { classes: [...classes].reverse(), edges: [...edges].reverse() };
    assert.equal(renderSvg(drawGraph({ data: other, cycles: [] })), first);
    assert.equal(renderSvg(drawGraph({ data: { classes, edges }, cycles: [] })), first);
  });
});

describe('the SVG of a graph', () => {
  const witness = { file: 'a.c', line: 3, function: 'f', chain: [] };
  const data = graph([
    edge('a', 'b', { witnesses: Array.from({ length: 8 }, () => witness), evidence: 'seen' }),
    edge('b', 'a', { evidence: 'not-seen', confidence: 'medium' }),
    edge('b', 'c<d>&"e"'),
  ]);
  const svg = renderSvg(drawGraph({ data, cycles: [['a', 'b']], centre: 'b' }));
  const group = (from: string, to: string): string =>
    new RegExp(`<g class="[^"]*" data-from="${from}" data-to="${to}"[^]*?</g>`).exec(svg)?.[0] ?? '';

  it('marks cycles, evidence and the centre, and draws lines by number of witnesses', () => {
    assert.match(group('a', 'b'), /class="edge reported seen".*stroke-width="4"/s);
    assert.match(group('b', 'a'), /class="edge reported not-seen".*stroke-width="1" stroke-dasharray="7 4"/s);
    assert.match(svg, /<g class="node centre reported" data-id="b"/);
  });

  it('explains only signs that occur', () => {
    assert.match(svg, /legend.*part of a reported cycle.*seen at run time.*not seen at run time/);
    assert.doesNotMatch(svg, /on a cycle of the graph<|trylock/);
  });

  it('is well-formed, with text and without scripts or references', () => {
    assert.match(svg, /data-id="c&lt;d&gt;&amp;&quot;e&quot;"/);
    assert.match(
      svg,
      /<title>a → b\n8 places, high confidence, seen at run time, part of a reported cycle\nf\(\) a\.c:3/,
    );
    const withoutNamespace = svg.replace('xmlns="http://www.w3.org/2000/svg"', '');
    assert.doesNotMatch(withoutNamespace, /<script|https?:|href=|url\(| style="| on\w+="/);
    let depth = 0;
    for (const [tag] of svg.replace(/<style>[^]*<\/style>/, '').matchAll(/<[^>]*>/g)) {
      if (!tag.endsWith('/>')) depth += tag.startsWith('</') ? -1 : 1;
      assert.ok(depth >= 0);
    }
    assert.equal(depth, 0);
  });

  it('can omit its style, for pages that have one', () => {
    const bare = renderSvg(drawGraph({ data, cycles: [] }), { withStyle: false });
    assert.doesNotMatch(bare, /<style/);
  });
});

describe('a graph for Graphviz', () => {
  it('shows cycles, numbers and evidence', () => {
    const data = graph([edge('a', 'b', { evidence: 'seen' }), edge('b', 'a', { confidence: 'medium' })]);
    const dot = renderDot({ data, cycles: [['a', 'b']] });
    assert.match(
      dot,
      /"a" -> "b" \[style=solid, penwidth=1\.0, tooltip="a\.c:3", color=red, label="seen"\];/,
    );
    assert.match(dot, /"b" -> "a" \[style=dashed, .*color=red\];/);
  });
});
