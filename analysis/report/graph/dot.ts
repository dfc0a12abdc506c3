import { visibleLines } from '../../base/visible.js';
import { cycleParts, pairKey } from './cycles.js';
import type { GraphView } from './data.js';

const STYLE = { high: 'solid', medium: 'dashed', low: 'dotted' } as const;
const COLOUR = { reported: 'red', possible: 'orange', none: undefined } as const;
/** Shown at the head of an edge. */
const EVIDENCE = { seen: 'seen', 'not-seen': 'not seen', unknown: undefined } as const;

/** `graph --format dot` for Graphviz: cycles in colour, width by the number of witnesses. */
export function renderDot({ data, centre, cycles }: GraphView): string {
  const parts = cycleParts(data.edges, cycles);
  const nodes = data.classes.map(
    ({ id, kind }) =>
      `  ${quote(id)} [label=${quote(`${id}\n${kind}`)}${id === centre ? ', penwidth=2' : ''}];`,
  );
  const edges = data.edges.map((edge) => {
    const at = edge.witnesses[0]?.chain.at(-1) ?? edge.witnesses[0];
    const colour = COLOUR[parts.get(pairKey(edge.from, edge.to)) ?? 'none'];
    const evidence = EVIDENCE[edge.evidence];
    const width = (1 + Math.log2(Math.max(1, edge.witnesses.length)) / 2).toFixed(1);
    const attributes = [
      `style=${edge.trylock ? 'dotted' : STYLE[edge.confidence]}`,
      `penwidth=${width}`,
      `tooltip=${quote(at ? `${at.file}:${at.line}` : '')}`,
      ...(colour ? [`color=${colour}`] : []),
      ...(evidence ? [`label=${quote(evidence)}`] : []),
    ];
    return `  ${quote(edge.from)} -> ${quote(edge.to)} [${attributes.join(', ')}];`;
  });
  return ['digraph locks {', '  rankdir=LR;', '  node [shape=box];', ...nodes, ...edges, '}', ''].join('\n');
}

function quote(text: string): string {
  return `"${visibleLines(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
