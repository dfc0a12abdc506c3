import { z } from 'zod';
import type { EdgeWitness, LockClass, LockEdge, LockGraph } from '../graph/types.js';
import { compareText } from './order.js';
import { CONFIDENCES } from './rules.js';

const place = z.strictObject({ file: z.string(), line: z.int().min(1) });
const step = z.strictObject({ file: z.string(), line: z.int().min(1), function: z.string() });
const mode = z.enum(['read', 'write']);

/** What `graph --format json` prints. */
export const graphSchema = z
  .strictObject({
    version: z.literal(1),
    classes: z.array(
      z.strictObject({
        id: z.string(),
        kind: z.string(),
        declaredAt: place.optional(),
        initAt: z.array(place),
        lockdepNames: z.array(z.string()),
      }),
    ),
    edges: z.array(
      z.strictObject({
        from: z.string(),
        to: z.string(),
        fromMode: mode,
        toMode: mode,
        trylock: z.boolean(),
        irq: z.string(),
        confidence: z.enum(CONFIDENCES),
        if: z.string(),
        evidence: z.enum(['seen', 'not-seen', 'unknown']),
        witnesses: z.array(step.extend({ chain: z.array(step) })),
      }),
    ),
  })
  .meta({ title: 'lockorder graph', description: 'Output of `lockorder graph --format json`.' });

export type GraphOutput = z.infer<typeof graphSchema>;

/** The part of a graph that is drawn: everything, or one class with its direct neighbours. */
export interface GraphPart {
  readonly classes: readonly LockClass[];
  readonly edges: readonly LockEdge[];
}

/** The classes and edges around one class, by its id or key; `undefined` when there is no such class. */
export function selectPart(graph: LockGraph, around?: string): GraphPart | undefined {
  const all = [...graph.classes.values()].sort(
    (a, b) => compareText(a.id, b.id) || compareText(a.key, b.key),
  );
  if (around === undefined) return { classes: all, edges: sortEdges(graph, graph.edges) };
  const centre = new Set(all.filter(({ id, key }) => id === around || key === around).map(({ key }) => key));
  if (centre.size === 0) return undefined;
  const near = new Set(centre);
  for (const { from, to } of graph.edges) {
    if (centre.has(from)) near.add(to);
    if (centre.has(to)) near.add(from);
  }
  return {
    classes: all.filter(({ key }) => near.has(key)),
    edges: sortEdges(
      graph,
      graph.edges.filter(({ from, to }) => near.has(from) && near.has(to)),
    ),
  };
}

function sortEdges(graph: LockGraph, edges: readonly LockEdge[]): LockEdge[] {
  const id = (key: string): string => graph.classes.get(key)?.id ?? key;
  return [...edges].sort(
    (a, b) =>
      compareText(id(a.from), id(b.from)) ||
      compareText(id(a.to), id(b.to)) ||
      compareText(a.fromMode + a.toMode, b.fromMode + b.toMode) ||
      Number(a.trylock) - Number(b.trylock),
  );
}

export function renderGraphJson(part: GraphPart): string {
  const id = idsOf(part);
  const output: GraphOutput = {
    version: 1,
    classes: part.classes.map((lock) => ({
      id: lock.id,
      kind: lock.kind,
      ...(lock.declaredAt ? { declaredAt: { file: lock.declaredAt.file, line: lock.declaredAt.line } } : {}),
      initAt: lock.initAt.map(({ file, line }) => ({ file, line })),
      lockdepNames: [...lock.lockdepNames],
    })),
    edges: part.edges.map((edge) => ({
      from: id(edge.from),
      to: id(edge.to),
      fromMode: edge.fromMode,
      toMode: edge.toMode,
      trylock: edge.trylock,
      irq: 'unknown',
      confidence: edge.confidence,
      if: commonCondition(edge.witnesses),
      evidence: 'unknown',
      witnesses: edge.witnesses
        .map(witness)
        .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
    })),
  };
  return `${JSON.stringify(output, undefined, 2)}\n`;
}

type Step = z.infer<typeof step>;

function witness({ holds, chain }: EdgeWitness): Step & { chain: Step[] } {
  const steps = (chain.length > 0 ? chain : holds).map((each) => ({
    file: each.at.file,
    line: each.at.line,
    function: each.function,
  }));
  const first = steps[0] ?? { file: '', line: 1, function: '' };
  return { ...first, chain: steps };
}

/** The condition that every witness stands under, `''` when they differ. */
function commonCondition(witnesses: readonly EdgeWitness[]): string {
  const conditions = new Set(witnesses.map((each) => each.condition));
  const [only] = conditions;
  return conditions.size === 1 && only !== undefined ? only : '';
}

const EDGE_STYLE = { high: 'solid', medium: 'dashed', low: 'dotted' } as const;

/** `graph --format dot` for Graphviz. */
export function renderDot(part: GraphPart): string {
  const id = idsOf(part);
  const nodes = part.classes.map(
    (lock) => `  ${quote(lock.id)} [label=${quote(`${lock.id}\n${lock.kind}`)}];`,
  );
  const edges = part.edges.map((edge) => {
    const at = edge.witnesses[0]?.chain.at(-1)?.at;
    const where = at ? `${at.file}:${at.line}` : '';
    const style = edge.trylock ? 'dotted' : EDGE_STYLE[edge.confidence];
    return `  ${quote(id(edge.from))} -> ${quote(id(edge.to))} [style=${style}, tooltip=${quote(where)}];`;
  });
  return ['digraph locks {', '  node [shape=box];', ...nodes, ...edges, '}', ''].join('\n');
}

function idsOf(part: GraphPart): (key: string) => string {
  const ids = new Map(part.classes.map(({ key, id }) => [key, id]));
  return (key) => ids.get(key) ?? key;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** The edges with a step in one file, each with its witnesses, as lines of text. */
export function renderGraphText(graph: LockGraph, file: string): string {
  const id = (key: string): string => graph.classes.get(key)?.id ?? key;
  const isHere = ({ holds, chain }: EdgeWitness): boolean =>
    [...holds, ...chain].some((step) => step.at.file === file);
  const lines = sortEdges(
    graph,
    graph.edges.filter((edge) => edge.witnesses.some(isHere)),
  ).flatMap((edge) => [
    `${id(edge.from)} (${edge.fromMode}) -> ${id(edge.to)} (${edge.toMode}) ${edge.confidence}${edge.trylock ? ' trylock' : ''}`,
    ...edge.witnesses.map(({ holds, chain, confidence, condition }) => {
      const steps = [...holds, ...chain].map((each) => `${each.function} ${each.at.file}:${each.at.line}`);
      return `  ${confidence} ${steps.join(' > ')}${condition === '' ? '' : ` if ${condition}`}`;
    }),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}
