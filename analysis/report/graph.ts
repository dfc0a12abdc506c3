import { visibleJson } from '../base/visible.js';
import { z } from 'zod';
import type { Finding } from '../checks/types.js';
import type { EdgeWitness, LockClass, LockEdge, LockGraph } from '../graph/events/types.js';
import { compareText } from './order.js';
import { CONFIDENCES } from './rules.js';

/** By class held, by class acquired: the number of calls between. */
export type FurtherDown = ReadonlyMap<string, ReadonlyMap<string, number>>;

const place = z.strictObject({ file: z.string(), line: z.int().min(1) });
const step = z.strictObject({ file: z.string(), line: z.int().min(1), function: z.string() });
const mode = z.enum(['read', 'write']);

/** The output of `graph --format json`. */
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
    further: z
      .array(z.strictObject({ from: z.string(), to: z.record(z.string(), z.int().min(0)) }))
      .optional()
      .describe(
        'What calls lead to while a class is held, further down than the edges, with the least number of calls ' +
          'between; no path was looked at.',
      ),
  })
  .meta({ title: 'lockorder graph', description: 'Output of `lockorder graph --format json`.' });

export type GraphOutput = z.infer<typeof graphSchema>;

/** The printed part of a graph: everything, or the neighbourhood of one class. */
export interface GraphPart {
  readonly classes: readonly LockClass[];
  readonly edges: readonly LockEdge[];
  /** Classes of a neighbourhood that were omitted because there are too many. */
  readonly omitted: number;
}

/** Which part of a graph to print. */
export interface Neighbourhood {
  /** Ids or keys of the classes in the middle. */
  readonly around: readonly string[];
  /** Maximum distance from them in edges, in both directions. */
  readonly depth: number;
  /** Maximum number of classes, nearest first; unlimited if absent. */
  readonly most?: number;
}

/**
 * The classes of a neighbourhood with all edges among them, sorted. `undefined` if none of its classes
 * exists.
 */
export function selectPart(graph: LockGraph, neighbourhood?: Neighbourhood): GraphPart | undefined {
  const all = [...graph.classes.values()].sort(
    (a, b) => compareText(a.id, b.id) || compareText(a.key, b.key),
  );
  if (neighbourhood === undefined) return { classes: all, edges: sortEdges(graph, graph.edges), omitted: 0 };
  const names = new Set(neighbourhood.around);
  const centre = all.filter(({ id, key }) => names.has(id) || names.has(key)).map(({ key }) => key);
  if (centre.length === 0) return undefined;
  const { depth, most = Infinity } = neighbourhood;
  const near = new Set(centre);
  let omitted = 0;
  let rim = centre;
  for (let distance = 0; distance < depth && omitted === 0; distance += 1) {
    const next = rim.flatMap((key) => [
      ...graph.edgesTo(key).map(({ from }) => from),
      ...graph.edgesFrom(key).map(({ to }) => to),
    ]);
    rim = [...new Set(next)].filter((key) => !near.has(key));
    omitted = Math.max(0, near.size + rim.length - most);
    for (const key of rim.slice(0, rim.length - omitted)) near.add(key);
  }
  return {
    classes: all.filter(({ key }) => near.has(key)),
    edges: sortEdges(
      graph,
      graph.edges.filter(({ from, to }) => near.has(from) && near.has(to)),
    ),
    omitted,
  };
}

/**
 * The ids that a name may mean: the exact one, else those that end in it, as `lock` for `path/file.c:lock`.
 * Sorted.
 */
export function classesNamed(graph: LockGraph, name: string): string[] {
  const ids = [...new Set([...graph.classes.values()].map(({ id }) => id))].sort(compareText);
  if (ids.includes(name)) return [name];
  return ids.filter((id) => id.endsWith(name) && /[.:/]/.test(id.charAt(id.length - name.length - 1)));
}

const CYCLIC: ReadonlySet<string> = new Set(['lock-order-cycle', 'self-deadlock']);

/** The classes of each reported cycle that is more than a guess, by their ids. A self-deadlock is a cycle of one class. */
export function reportedCycles(findings: readonly Finding[]): string[][] {
  return findings
    .filter(({ rule, confidence }) => CYCLIC.has(rule) && confidence !== 'low')
    .map(({ locks }) => [...locks]);
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

/** The published form of a graph. `evidenceOf` says whether an edge was seen at run time. */
export function graphOutput(
  part: GraphPart,
  evidenceOf: (edge: LockEdge) => GraphOutput['edges'][number]['evidence'] = () => 'unknown',
  further?: FurtherDown,
): GraphOutput {
  const ids = new Map(part.classes.map(({ key, id }) => [key, id]));
  const id = (key: string): string => ids.get(key) ?? key;
  return {
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
      irq: edge.contexts.length > 0 ? edge.contexts.join(',') : 'unknown',
      confidence: edge.confidence,
      if: commonCondition(edge.witnesses),
      evidence: evidenceOf(edge),
      witnesses: edge.witnesses
        .map(witness)
        .sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b))),
    })),
    ...(further && {
      further: [...further].map(([from, to]) => ({
        from: id(from),
        to: Object.fromEntries([...to].map(([key, calls]) => [id(key), calls])),
      })),
    }),
  };
}

export function renderGraphJson(output: GraphOutput): string {
  return `${visibleJson(JSON.stringify(output, undefined, 2))}\n`;
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

/** The condition under which all witnesses are compiled, `''` if they differ. */
function commonCondition(witnesses: readonly EdgeWitness[]): string {
  const conditions = new Set(witnesses.map((each) => each.condition));
  const [only] = conditions;
  return conditions.size === 1 && only !== undefined ? only : '';
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
