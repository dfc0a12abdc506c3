import type { GraphStep } from '../../analysis/report/graph/data.js';
import type { DrawnEdge, DrawnNode } from '../../analysis/report/graph/drawing.js';
import { edgeText } from '../../analysis/report/graph/svg.js';
import type { GraphPageWords } from '../../protocol/graph-view.js';

/** A lock with its orders, or one order. */
export type Chosen =
  | {
      readonly kind: 'node';
      readonly node: DrawnNode;
      readonly before: readonly DrawnEdge[];
      readonly after: readonly DrawnEdge[];
    }
  | { readonly kind: 'edge'; readonly edge: DrawnEdge };

export interface Actions {
  readonly open: (place: { readonly file: string; readonly line: number }) => void;
  readonly around: (id: string) => void;
}

/** Fills the list below the graph; hides it if nothing is chosen. */
export function showDetails(
  panel: HTMLElement,
  chosen: Chosen | undefined,
  words: GraphPageWords,
  actions?: Actions,
): void {
  panel.hidden = chosen === undefined;
  if (!chosen || !actions) {
    panel.replaceChildren();
    return;
  }
  panel.replaceChildren(
    ...(chosen.kind === 'node' ? nodeParts(chosen, words, actions) : edgeParts(chosen.edge, words, actions)),
  );
}

function nodeParts(
  { node, before, after }: Extract<Chosen, { kind: 'node' }>,
  words: GraphPageWords,
  { open, around }: Actions,
): HTMLElement[] {
  const { lock } = node;
  const centre = document.createElement('button');
  centre.textContent = words.centre;
  centre.addEventListener('click', () => around(lock.id));
  const section = (title: string, edges: readonly DrawnEdge[], other: 'from' | 'to'): HTMLElement[] =>
    edges.length === 0
      ? []
      : [
          heading('h3', title),
          list(
            edges.flatMap((edge) => {
              const [witness] = edge.edges.flatMap(({ witnesses }) => witnesses);
              return witness ? [link(`${edge[other]} · ${stepsText(witness)}`, () => open(witness))] : [];
            }),
          ),
        ];
  const { declaredAt } = lock;
  return [
    heading('h2', lock.id),
    ...(declaredAt
      ? [list([link(`${words.declared}: ${declaredAt.file}:${declaredAt.line}`, () => open(declaredAt))])]
      : []),
    ...section(words.before, before, 'from'),
    ...section(words.after, after, 'to'),
    centre,
  ];
}

function edgeParts(edge: DrawnEdge, words: GraphPageWords, { open }: Actions): HTMLElement[] {
  const [title = '', facts = ''] = edgeText(edge).split('\n');
  const witnesses = edge.edges.flatMap((each) => each.witnesses);
  return [
    heading('h2', title),
    heading('h3', `${words.places} (${facts})`),
    list(
      witnesses.flatMap((witness) => {
        const steps = witness.chain.length > 0 ? witness.chain : [witness];
        return steps.map((step, index) =>
          link(`${index > 0 ? '→ ' : ''}${step.function}() ${step.file}:${step.line}`, () => open(step)),
        );
      }),
    ),
  ];
}

function stepsText({ chain, ...first }: GraphStep & { readonly chain: readonly GraphStep[] }): string {
  const steps = chain.length > 0 ? chain : [first];
  return steps.map((step) => `${step.function}() ${step.file}:${step.line}`).join(' → ');
}

function heading(level: 'h2' | 'h3', text: string): HTMLElement {
  return Object.assign(document.createElement(level), { textContent: text });
}

function link(text: string, action: () => void): HTMLElement {
  const button = Object.assign(document.createElement('button'), { className: 'link', textContent: text });
  button.addEventListener('click', action);
  return button;
}

function list(items: readonly HTMLElement[]): HTMLElement {
  const all = document.createElement('ul');
  for (const item of items) {
    const entry = document.createElement('li');
    entry.append(item);
    all.append(entry);
  }
  return all;
}
