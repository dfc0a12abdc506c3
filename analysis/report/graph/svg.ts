import { visible, visibleLines } from '../../base/visible.js';
import type { GraphEdge, GraphStep } from './data.js';
import type { DrawnEdge, DrawnNode, Drawing, Point } from './drawing.js';
import { kindText } from '../../models/kind-text.js';
import { GRAPH_STYLE } from './style.js';

export interface SvgOptions {
  /** False for pages that include {@link GRAPH_STYLE} themselves. */
  readonly withStyle: boolean;
}

/** For viewers without variables in style sheets: light, as attributes, which any style overrides. */
const PLAIN = {
  paper: '#ffffff',
  box: '#f6f8fa',
  border: { none: '#c8ced6', possible: '#b5730a', reported: '#cf222e' },
  line: { none: '#8a94a0', possible: '#b5730a', reported: '#cf222e' },
  seen: '#1a7f37',
  faint: '#59636e',
  focus: '#0969da',
} as const;

const MARGIN = 24;
/** Height of one line of the legend, and its minimum width. */
const LEGEND_LINE = 18;
const LEGEND_ROOM = 620;
const MOST_WITNESSES = 6;
const HEAD_LENGTH = 8;

/**
 * A drawing as SVG text. Classes and `data-` attributes are for embedding pages: `.node[data-id]`,
 * `.edge[data-from][data-to]`. No scripts, no external references.
 */
export function renderSvg(drawing: Drawing, { withStyle }: SvgOptions = { withStyle: true }): string {
  const legend = legendOf(drawing);
  const { nodes, edges, lonelyTop } = drawing;
  const headed = lonelyTop === undefined ? '' : headingText(nodes);
  const headedWidth = 2 * HEADING_X + headed.length * HEADING_SIZE * GLYPH;
  const width = Math.ceil(Math.max(drawing.width, legend.width, headedWidth, 240));
  const height = drawing.height + legend.height;
  const summary = `${count(nodes.length, 'lock')}, ${count(edges.length, 'order')} between them`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="lock-graph" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${summary}" font-family="monospace" font-size="12">`,
    ...(withStyle ? [`<style>\n${GRAPH_STYLE}</style>`] : []),
    `<title>${summary}</title>`,
    `<rect class="paper" width="${width}" height="${height}" fill="${PLAIN.paper}"/>`,
    ...[...edges].sort((a, b) => LAYER[a.cycle] - LAYER[b.cycle]).map(edgeSvg),
    ...(lonelyTop === undefined ? [] : [heading(lonelyTop, headed)]),
    ...nodes.map(nodeSvg),
    ...(legend.parts.length > 0
      ? [`<g class="legend" transform="translate(24 ${drawing.height + 8})">${legend.parts.join('')}</g>`]
      : []),
    '</svg>',
    '',
  ].join('\n');
}

const HEADING_X = 24;
const HEADING_SIZE = 10;
/** Widest glyph of the monospace fonts in use, in parts of the font size. */
const GLYPH = 0.62;

/** Cycles are drawn last, on top. */
const LAYER = { none: 0, possible: 1, reported: 2 } as const;

function headingText(nodes: Drawing['nodes']): string {
  return `${count(nodes.filter(({ isLonely }) => isLonely).length, 'lock')} never taken together with another one:`;
}

function heading(top: number, text: string): string {
  return `<text class="heading" font-size="${HEADING_SIZE}" fill="${PLAIN.faint}" x="${HEADING_X}" y="${round(top + 12)}">${text}</text>`;
}

function nodeSvg(node: DrawnNode): string {
  const { lock, name, detail, x, y, width, height, isCentre, isLonely, cycle } = node;
  const classes = [
    'node',
    ...(isCentre ? ['centre'] : []),
    ...(isLonely ? ['lonely'] : []),
    cycleClass(cycle),
  ];
  const title = [lock.id, kindText(lock.kind), ...(lock.declaredAt ? [placeText(lock.declaredAt)] : [])];
  const border = isCentre ? PLAIN.focus : PLAIN.border[cycle];
  const box = isLonely ? 'fill="none"' : `fill="${PLAIN.box}" stroke="${border}"`;
  const middle = round(width / 2);
  const anchor = isLonely ? 'x="0"' : `x="${middle}" text-anchor="middle"`;
  const line =
    detail === ''
      ? ''
      : `<text class="detail" font-size="10" fill="${PLAIN.faint}" ${anchor} y="28">${escape(detail)}</text>`;
  return (
    `<g class="${classes.filter(Boolean).join(' ')}" data-id="${escape(lock.id)}" transform="translate(${round(x)} ${round(y)})">` +
    `<title>${escape(title.join('\n'))}</title>` +
    `<rect width="${round(width)}" height="${round(height)}" rx="4" ${box}/>` +
    `<text class="name" ${anchor} y="${isLonely ? 13 : 15}">${escape(name)}</text>${line}</g>`
  );
}

function edgeSvg(edge: DrawnEdge): string {
  const { from, to, points, evidence, cycle } = edge;
  const classes = ['edge', cycleClass(cycle), evidence === 'unknown' ? '' : evidence].filter(Boolean);
  const width = thickness(edge.witnesses);
  const [shortened, head] = withHead(points, width);
  const path = pathOf(shortened);
  return (
    `<g class="${classes.join(' ')}" data-from="${escape(from)}" data-to="${escape(to)}">` +
    `<title>${escape(edgeText(edge))}</title>` +
    `<path class="reach" d="${path}" fill="none"/>` +
    `<path class="line" d="${path}" fill="none" stroke="${PLAIN.line[cycle]}" stroke-width="${width}"${dashes(edge)}/>` +
    `<polygon class="head" fill="${PLAIN.line[cycle]}" points="${head.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ')}"/>` +
    `${markSvg(middleOf(points), evidence)}</g>`
  );
}

/** In pixels: 1 for one place, one more for every doubling. */
function thickness(witnesses: number): number {
  return round(1 + Math.log2(Math.max(1, witnesses)));
}

function dashes({ trylock, confidence }: Pick<DrawnEdge, 'trylock' | 'confidence'>): string {
  if (trylock || confidence === 'low') return ' stroke-dasharray="1.5 4" stroke-linecap="round"';
  return confidence === 'medium' ? ' stroke-dasharray="7 4"' : '';
}

function cycleClass(cycle: DrawnEdge['cycle']): string {
  return cycle === 'none' ? '' : cycle;
}

function markSvg({ x, y }: Point, evidence: GraphEdge['evidence']): string {
  if (evidence === 'unknown') return '';
  const [fill, stroke] = evidence === 'seen' ? [PLAIN.seen, PLAIN.paper] : [PLAIN.paper, PLAIN.faint];
  const circle = `<circle class="mark" cx="${round(x)}" cy="${round(y)}" r="6" fill="${fill}" stroke="${stroke}"/>`;
  if (evidence === 'not-seen') return circle;
  return `${circle}<path class="tick" fill="none" stroke="${PLAIN.paper}" d="M${round(x - 3)} ${round(y)}l2.2 2.4 4-4.6"/>`;
}

/** An edge in words, for tooltips and screen readers. */
export function edgeText({
  from,
  to,
  edges,
  witnesses,
  confidence,
  trylock,
  evidence,
  cycle,
}: DrawnEdge): string {
  const facts = [
    count(witnesses, 'place'),
    `${confidence} confidence`,
    ...(trylock ? ['trylock'] : []),
    ...(evidence === 'unknown' ? [] : [evidence === 'seen' ? 'seen at run time' : 'not seen at run time']),
    ...(cycle === 'none'
      ? []
      : [cycle === 'reported' ? 'part of a reported cycle' : 'on a cycle of the graph']),
  ];
  const all = edges.flatMap((edge) => edge.witnesses);
  const more = all.length > MOST_WITNESSES ? [`and ${all.length - MOST_WITNESSES} more`] : [];
  return [
    `${from} → ${to}`,
    facts.join(', '),
    ...all.slice(0, MOST_WITNESSES).map(witnessText),
    ...more,
  ].join('\n');
}

function witnessText({ chain, ...first }: GraphStep & { readonly chain: readonly GraphStep[] }): string {
  const steps = chain.length > 0 ? chain : [first];
  return steps.map((step) => `${step.function}() ${placeText(step)}`).join(' → ');
}

function placeText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${visible(file)}:${line}`;
}

/** A smooth line through the bends. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (!first || !last) return '';
  const bends = rest.map((point, index) => {
    const next = rest[index + 1] ?? last;
    const end = index === rest.length - 1 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${round(point.x)} ${round(point.y)} ${round(end.x)} ${round(end.y)}`;
  });
  const lines = bends.length > 0 ? bends.join('') : `L${round(last.x)} ${round(last.y)}`;
  return `M${round(first.x)} ${round(first.y)}${lines}`;
}

/** Shortens the line by the arrow head, so that thick lines do not stick out of it. */
function withHead(points: readonly Point[], width: number): [Point[], Point[]] {
  const tip = points.at(-1) ?? { x: 0, y: 0 };
  const before = [...points].reverse().find(({ x, y }) => Math.hypot(tip.x - x, tip.y - y) > 1) ?? tip;
  const distance = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const [ux, uy] = [(tip.x - before.x) / distance, (tip.y - before.y) / distance];
  const length = HEAD_LENGTH + width;
  const half = 3 + width * 0.9;
  const base = { x: tip.x - ux * length, y: tip.y - uy * length };
  return [
    [...points.slice(0, -1), { x: tip.x - ux * (length - 1), y: tip.y - uy * (length - 1) }],
    [tip, { x: base.x - uy * half, y: base.y + ux * half }, { x: base.x + uy * half, y: base.y - ux * half }],
  ];
}

function middleOf(points: readonly Point[]): Point {
  const [a, b] = [points[Math.floor((points.length - 1) / 2)], points[Math.ceil((points.length - 1) / 2)]];
  return { x: ((a?.x ?? 0) + (b?.x ?? 0)) / 2, y: ((a?.y ?? 0) + (b?.y ?? 0)) / 2 };
}

/** Explains what occurs in the drawing, and nothing else. */
function legendOf({ edges, width }: Drawing): {
  readonly parts: string[];
  readonly width: number;
  readonly height: number;
} {
  const has = (test: (edge: DrawnEdge) => boolean): boolean => edges.some(test);
  const line = (cycle: DrawnEdge['cycle'], width: number, dash = ''): string =>
    `<g class="${cycleClass(cycle)}"><path class="line" d="M0 8H28" stroke="${PLAIN.line[cycle]}" stroke-width="${width}"${dash}/><polygon class="head" fill="${PLAIN.line[cycle]}" points="36,8 28,12 28,4"/></g>`;
  const mark = (evidence: 'seen' | 'not-seen'): string =>
    `<g class="${evidence}">${markSvg({ x: 18, y: 8 }, evidence)}</g>`;
  const entries: [string, string][] = [];
  if (has(() => true)) entries.push([line('none', 1), 'taken while held; thicker: in more places']);
  if (has(({ cycle }) => cycle === 'reported'))
    entries.push([line('reported', 2), 'part of a reported cycle']);
  if (has(({ cycle }) => cycle === 'possible'))
    entries.push([line('possible', 1.6), 'on a cycle of the graph']);
  const solid = { trylock: false } as const;
  if (has(({ trylock, confidence }) => !trylock && confidence === 'medium'))
    entries.push([line('none', 1.4, dashes({ ...solid, confidence: 'medium' })), 'medium confidence']);
  if (has(({ trylock, confidence }) => trylock || confidence === 'low'))
    entries.push([line('none', 1.4, dashes({ ...solid, confidence: 'low' })), 'trylock, or low confidence']);
  if (has(({ evidence }) => evidence === 'seen')) entries.push([mark('seen'), 'seen at run time']);
  if (has(({ evidence }) => evidence === 'not-seen'))
    entries.push([mark('not-seen'), 'not seen at run time']);
  const room = Math.max(width - 2 * MARGIN, LEGEND_ROOM);
  let [x, y, widest] = [0, 0, 0];
  const parts = entries.map(([sign, text]) => {
    const length = 44 + Math.ceil(text.length * 6.05);
    if (x > 0 && x + length > room) [x, y] = [0, y + LEGEND_LINE];
    const part = `<g transform="translate(${x} ${y})">${sign}<text x="44" y="11.5" font-size="10" fill="${PLAIN.faint}">${text}</text></g>`;
    widest = Math.max(widest, x + length);
    x += length + 26;
    return part;
  });
  return { parts, width: widest + 2 * MARGIN, height: parts.length > 0 ? y + LEGEND_LINE + 16 : 0 };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return visibleLines(text).replace(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
