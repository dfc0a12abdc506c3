import { BOUNDS } from '../../base/bounds.js';
import type { Collected } from '../../graph/events/collect.js';
import type { FunctionRef } from '../../link/types.js';
import type { SummaryTable } from '../../summaries/solver/table.js';

/** A function, and the number of block executions it cost. */
export interface CostOf {
  readonly file: string;
  readonly function: string;
  readonly steps: number;
}

/** The cost of an analysis, in counts that do not depend on the machine. */
export interface Costs {
  /** Recursive components of several functions that the solver iterated, and the sizes of the largest. */
  readonly components: { readonly count: number; readonly largest: readonly number[] };
  /** The most expensive functions of each phase, in descending order. */
  readonly costliest: { readonly summaries: readonly CostOf[]; readonly replay: readonly CostOf[] };
}

/** @param replayed block executions on paths that start in each function */
export function costsOf(
  collected: Collected,
  table: SummaryTable,
  replayed: ReadonlyMap<FunctionRef, number>,
): Costs {
  const summaries = new Map<FunctionRef, number>();
  for (const { fn, steps } of collected.summaries.values()) summaries.set(fn, steps);
  const sizes = table.componentSizes();
  return {
    components: { count: sizes.length, largest: sizes.slice(0, BOUNDS.costsShown) },
    costliest: { summaries: costliest(summaries), replay: costliest(replayed) },
  };
}

/** The costs of several analyses together; their components and functions count separately. */
export function summedCosts(all: readonly Costs[]): Costs {
  const largest = all.flatMap(({ components: { largest: sizes } }) => sizes).sort((a, b) => b - a);
  const merged = (phase: keyof Costs['costliest']): readonly CostOf[] =>
    all
      .flatMap(({ costliest: of }) => of[phase])
      .sort(byCost)
      .slice(0, BOUNDS.costsShown);
  return {
    components: {
      count: all.reduce((sum, { components: { count } }) => sum + count, 0),
      largest: largest.slice(0, BOUNDS.costsShown),
    },
    costliest: { summaries: merged('summaries'), replay: merged('replay') },
  };
}

function byCost(a: CostOf, b: CostOf): number {
  const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
  return b.steps - a.steps || compare(a.file, b.file) || compare(a.function, b.function);
}

function costliest(of: ReadonlyMap<FunctionRef, number>): readonly CostOf[] {
  const all = [...of].map(([{ file, name }, steps]) => ({ file, function: name, steps }));
  return all.sort(byCost).slice(0, BOUNDS.costsShown);
}
