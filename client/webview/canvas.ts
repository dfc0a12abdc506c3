import type { DrawnEdge, DrawnNode, Drawing } from '../../analysis/report/graph/drawing.js';
import type { Room } from '../../analysis/report/graph/layout.js';
import { edgeText } from '../../analysis/report/graph/svg.js';
import type { Chosen } from './details.js';

export interface CanvasEvents {
  readonly chosen: (what: Chosen) => void;
  readonly left: () => void;
}

const SMALLEST = 0.1;
const LARGEST = 4;
/** Height of the legend below the picture. */
const LEGEND = 44;
/** The minimum scale for the initial view, below which text is unreadable. */
const READABLE = 0.75;

const DIRECTIONS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

/**
 * The picture with mouse and keyboard control: arrow keys move to the next lock in that direction, Enter chooses it,
 * Tab moves on to its orders, plus, minus and 0 zoom, Escape deselects.
 */
export class Canvas {
  private svg: SVGSVGElement | undefined;
  private drawing: Drawing | undefined;
  private scale = 1;
  private readonly nodes = new Map<string, SVGGElement>();
  private readonly edges = new Map<DrawnEdge, SVGGElement>();

  constructor(
    private readonly place: HTMLElement,
    private readonly events: CanvasEvents,
  ) {
    place.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    document.addEventListener('keydown', (event) => this.key(event));
    place.addEventListener('click', ({ target }) => {
      if (target instanceof Element && !target.closest('.node, .edge')) this.leave();
    });
  }

  /** The room for locks and edges, without the legend. */
  get room(): Room {
    return { width: this.place.clientWidth, height: Math.max(1, this.place.clientHeight - LEGEND) };
  }

  show(drawing: Drawing, text: string): void {
    const focused = document.activeElement?.getAttribute('data-id');
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
    if (!(parsed instanceof SVGSVGElement)) throw new Error('the picture is not an SVG');
    this.drawing = drawing;
    this.svg = document.importNode(parsed, true);
    this.nodes.clear();
    this.edges.clear();
    this.tieNodes(drawing.nodes);
    this.tieEdges(drawing.edges);
    this.place.replaceChildren(this.svg);
    const centre = drawing.nodes.find(({ isCentre }) => isCentre) ?? drawing.nodes[0];
    if (centre) this.nodes.get(centre.lock.id)?.setAttribute('tabindex', '0');
    this.fit(READABLE);
    if (centre) this.scrollTo(centre);
    if (focused !== null && focused !== undefined) this.nodes.get(focused)?.focus();
  }

  /** Scales the picture to fit, but not below `least`. */
  fit(least = SMALLEST): void {
    if (!this.drawing) return;
    const { clientWidth, clientHeight } = this.place;
    const all = Math.min(clientWidth / this.naturalWidth, (clientHeight - 4) / this.naturalHeight, 1);
    this.setScale(Math.max(all, least));
  }

  zoom(factor: number): void {
    this.setScale(this.scale * factor);
  }

  private get naturalWidth(): number {
    return this.svg?.viewBox.baseVal.width ?? 1;
  }

  private get naturalHeight(): number {
    return this.svg?.viewBox.baseVal.height ?? 1;
  }

  /** Changes the scale around the centre. */
  private setScale(scale: number): void {
    const { place } = this;
    const before = this.scale;
    const [x, y] = [
      (place.scrollLeft + place.clientWidth / 2) / before,
      (place.scrollTop + place.clientHeight / 2) / before,
    ];
    this.scale = Math.max(SMALLEST, Math.min(LARGEST, scale));
    this.svg?.setAttribute('width', String(this.naturalWidth * this.scale));
    this.svg?.setAttribute('height', String(this.naturalHeight * this.scale));
    place.scrollTo(x * this.scale - place.clientWidth / 2, y * this.scale - place.clientHeight / 2);
  }

  private scrollTo({ x, y, width, height }: DrawnNode): void {
    const { place, scale } = this;
    place.scrollTo(
      (x + width / 2) * scale - place.clientWidth / 2,
      (y + height / 2) * scale - place.clientHeight / 2,
    );
  }

  private tieNodes(nodes: readonly DrawnNode[]): void {
    const byId = new Map(nodes.map((node) => [node.lock.id, node]));
    for (const group of this.svg?.querySelectorAll<SVGGElement>('.node') ?? []) {
      const node = byId.get(group.dataset['id'] ?? '');
      if (!node) continue;
      this.nodes.set(node.lock.id, group);
      group.setAttribute('tabindex', '-1');
      group.setAttribute('role', 'button');
      group.setAttribute('aria-label', `${node.lock.id}, ${node.detail}`);
      group.addEventListener('click', () => this.chooseNode(node));
    }
  }

  private tieEdges(edges: readonly DrawnEdge[]): void {
    const byEnds = new Map(edges.map((edge) => [`${edge.from}\n${edge.to}`, edge]));
    for (const group of this.svg?.querySelectorAll<SVGGElement>('.edge') ?? []) {
      const edge = byEnds.get(`${group.dataset['from']}\n${group.dataset['to']}`);
      if (!edge) continue;
      this.edges.set(edge, group);
      group.setAttribute('tabindex', '-1');
      group.setAttribute('role', 'button');
      group.setAttribute('aria-label', edgeText(edge));
      group.addEventListener('click', () => this.chooseEdge(edge));
    }
  }

  private chooseNode(node: DrawnNode): void {
    const { id } = node.lock;
    const edges = this.drawing?.edges ?? [];
    const before = edges.filter(({ to }) => to === id);
    const after = edges.filter(({ from }) => from === id);
    const near = [...before.map(({ from }) => from), ...after.map(({ to }) => to)];
    this.mark([id, ...near], [...before, ...after]);
    // Roving tabindex: the focused lock is the only tab stop.
    for (const group of this.nodes.values()) group.setAttribute('tabindex', '-1');
    this.nodes.get(id)?.setAttribute('tabindex', '0');
    this.nodes.get(id)?.focus();
    this.events.chosen({ kind: 'node', node, before, after });
  }

  private chooseEdge(edge: DrawnEdge): void {
    this.mark([edge.from, edge.to], [edge]);
    this.edges.get(edge)?.focus();
    this.events.chosen({ kind: 'edge', edge });
  }

  private mark(ids: readonly string[], edges: readonly DrawnEdge[]): void {
    for (const group of [...this.nodes.values(), ...this.edges.values()]) group.classList.remove('chosen');
    for (const id of ids) this.nodes.get(id)?.classList.add('chosen');
    for (const edge of edges) this.edges.get(edge)?.classList.add('chosen');
    this.svg?.classList.toggle('choosing', ids.length > 0);
  }

  private leave(): void {
    this.mark([], []);
    this.events.left();
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
  }

  private key(event: KeyboardEvent): void {
    const { target, key } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === '+' || key === '=') this.zoom(1.25);
    else if (key === '-') this.zoom(1 / 1.25);
    else if (key === '0') this.fit();
    else if (key === 'Escape') this.leave();
    else if (!this.onPicture(target, key)) return;
    event.preventDefault();
  }

  /** Handles keys on a lock or an order; returns whether it did. */
  private onPicture(target: EventTarget | null, key: string): boolean {
    const group = target instanceof Element ? target.closest<SVGGElement>('.node, .edge') : null;
    const node = this.drawing?.nodes.find(({ lock }) => lock.id === group?.dataset['id']);
    if (key === 'Enter' || key === ' ') {
      const edge = [...this.edges].find(([, each]) => each === group)?.[0];
      if (node) this.chooseNode(node);
      else if (edge) this.chooseEdge(edge);
      return node !== undefined || edge !== undefined;
    }
    const direction = DIRECTIONS[key];
    if (!direction) return false;
    const from = node ?? this.drawing?.nodes.find(({ isCentre }) => isCentre) ?? this.drawing?.nodes[0];
    const next = from && (node ? this.nearest(from, direction) : from);
    if (!next) return target === document.body;
    const found = this.nodes.get(next.lock.id);
    for (const each of this.nodes.values()) each.setAttribute('tabindex', '-1');
    found?.setAttribute('tabindex', '0');
    found?.focus();
    found?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    return true;
  }

  /** The nearest lock in a direction, preferring those straight ahead. */
  private nearest(from: DrawnNode, [dx, dy]: readonly [number, number]): DrawnNode | undefined {
    const centre = ({ x, y, width, height }: DrawnNode): [number, number] => [x + width / 2, y + height / 2];
    const [fx, fy] = centre(from);
    let best: { readonly node: DrawnNode; readonly cost: number } | undefined;
    for (const node of this.drawing?.nodes ?? []) {
      const [x, y] = centre(node);
      const ahead = (x - fx) * dx + (y - fy) * dy;
      if (node === from || ahead <= 1) continue;
      const aside = Math.abs((x - fx) * dy) + Math.abs((y - fy) * dx);
      const cost = ahead + 2 * aside;
      if (!best || cost < best.cost) best = { node, cost };
    }
    return best?.node;
  }
}
