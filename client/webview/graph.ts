import { renderDot } from '../../analysis/report/graph/dot.js';
import { contextsOf, filterGraph, foldersOf } from '../../analysis/report/graph/filter.js';
import type { Drawing } from '../../analysis/report/graph/drawing.js';
import { drawGraph } from '../../analysis/report/graph/layout.js';
import { renderSvg } from '../../analysis/report/graph/svg.js';
import type { GraphPageInput, GraphPageMessage, GraphPageWords } from '../../protocol/graph-view.js';
import type { GraphResult, GraphView } from '../../protocol/methods.js';
import { Canvas } from './canvas.js';
import { showDetails } from './details.js';
import { element } from './elements.js';

/** The state that survives while the page is hidden. */
interface State {
  readonly folder: string;
  readonly context: string;
  readonly onlyCycles: boolean;
}

declare function acquireVsCodeApi(): {
  postMessage(message: GraphPageMessage): void;
  getState(): State | undefined;
  setState(state: State): void;
};

/** Pause in typing in the folder field before the graph is redrawn, in milliseconds. */
const TYPING_MS = 150;

const vscode = acquireVsCodeApi();
const words = JSON.parse(document.body.dataset['words'] ?? '{}') as GraphPageWords;
const depth = element('depth', HTMLSelectElement);
const folder = element('folder', HTMLInputElement);
const context = element('context', HTMLSelectElement);
const onlyCycles = element('cycles', HTMLInputElement);
const details = element('details', HTMLElement);
const canvas = new Canvas(element('canvas', HTMLElement), { chosen: choose, left: () => choose(undefined) });

let result: GraphResult | null = null;
let shown: { readonly view: GraphView; readonly drawing: Drawing } | undefined;

const open = (place: { readonly file: string; readonly line: number }): void =>
  vscode.postMessage({ type: 'open', file: place.file, line: place.line });

const ask = (around?: string): void =>
  vscode.postMessage({
    type: 'ask',
    depth: Number(depth.value),
    ...(around === undefined ? {} : { around }),
  });

window.addEventListener('message', ({ data }: MessageEvent<GraphPageInput>) => {
  if (data.type !== 'graph') return;
  // An equal graph leaves the view as it is.
  if (shown && JSON.stringify(result) === JSON.stringify(data.result)) return;
  result = data.result;
  depth.value = String(data.depth);
  element('title', HTMLElement).textContent = result?.title ?? '';
  fillFilters();
  draw();
});

function fillFilters(): void {
  const view = result ?? { data: { classes: [], edges: [] }, cycles: [] };
  element('folders', HTMLDataListElement).replaceChildren(
    ...foldersOf(view).map((name) => Object.assign(document.createElement('option'), { value: name })),
  );
  const wanted = context.value || vscode.getState()?.context;
  context.replaceChildren(
    new Option(words.anyContext, ''),
    ...contextsOf(view).map((name) => new Option(name, name)),
  );
  context.value = [...context.options].some(({ value }) => value === wanted) ? (wanted ?? '') : '';
}

function draw(): void {
  showDetails(details, undefined, words);
  const state = { folder: folder.value, context: context.value, onlyCycles: onlyCycles.checked };
  vscode.setState(state);
  const view = filterGraph(result ?? { data: { classes: [], edges: [] }, cycles: [] }, state);
  const drawing = drawGraph(view, canvas.room);
  shown = { view, drawing };
  canvas.show(drawing, renderSvg(drawing, { withStyle: false }));
  const lines = [
    drawing.nodes.length > 0
      ? `${counted(drawing.nodes.length, words.locks)}, ${counted(drawing.edges.length, words.orders)}`
      : (result?.data.classes.length ?? 0) > 0
        ? words.filteredOut
        : words.nothing,
    ...((result?.omitted ?? 0) > 0 ? [words.omitted.replace('{0}', String(result?.omitted))] : []),
  ];
  element('status', HTMLElement).textContent = lines.join(' ');
}

function counted(count: number, [one, more]: GraphPageWords['locks']): string {
  return count === 1 ? one : more.replace('{0}', String(count));
}

/** The user clicked a lock or an order, or deselected it. */
function choose(what: Parameters<typeof showDetails>[1]): void {
  showDetails(details, what, words, { open, around: ask });
  if (what?.kind === 'node' && what.node.lock.declaredAt) open(what.node.lock.declaredAt);
  const [witness] = what?.kind === 'edge' ? what.edge.edges.flatMap(({ witnesses }) => witnesses) : [];
  if (witness) open(witness);
}

function save(format: 'svg' | 'dot'): void {
  if (!shown) return;
  const name = (result?.title ?? 'locks').replaceAll(/[^\w.-]+/g, '-');
  const text = format === 'svg' ? renderSvg(shown.drawing) : renderDot(shown.view);
  vscode.postMessage({ type: 'save', format, name, text });
}

let typing = 0;
folder.addEventListener('input', () => {
  clearTimeout(typing);
  typing = window.setTimeout(draw, TYPING_MS);
});
context.addEventListener('change', draw);
onlyCycles.addEventListener('change', draw);
depth.addEventListener('change', () => ask());
element('smaller', HTMLElement).addEventListener('click', () => canvas.zoom(1 / 1.25));
element('larger', HTMLElement).addEventListener('click', () => canvas.zoom(1.25));
element('fit', HTMLElement).addEventListener('click', () => canvas.fit());
element('svg', HTMLElement).addEventListener('click', () => save('svg'));
element('dot', HTMLElement).addEventListener('click', () => save('dot'));

const state = vscode.getState();
folder.value = state?.folder ?? '';
onlyCycles.checked = state?.onlyCycles ?? false;
vscode.postMessage({ type: 'ready' });
