import type { Location } from '../../base/span.js';
import type { LockKind, LockMode } from '../../models/types.js';

/** A lock class as plain data. `key` is the internal identity, always qualified; `id` is what users see. */
export interface LockClass {
  readonly key: string;
  readonly id: string;
  readonly kind: LockKind;
  readonly declaredAt: Location | undefined;
  readonly initAt: readonly Location[];
  /** Names lockdep gives the class: `&dev->lock` from its initialiser, or the variable's name. */
  readonly lockdepNames: readonly string[];
}

/** Execution context, as far as locking depends on it. */
export type RunContext = 'hardirq' | 'process' | 'softirq';

/** One step of a chain: the call or the acquisition. */
export interface ChainStep {
  readonly at: Location;
  readonly function: string;
  readonly text: string;
}

/** The evidence for an edge: `function` acquires the first lock at `holds` and the second at the end of `chain`. */
export interface EdgeWitness {
  readonly id: string;
  /** Where the first lock was acquired, as a chain if a callee acquired it. */
  readonly holds: readonly ChainStep[];
  /** Calls from the function that holds it down to the second acquisition. */
  readonly chain: readonly ChainStep[];
  readonly confidence: 'high' | 'medium' | 'low';
  readonly condition: string;
}

export interface LockEdge {
  readonly from: string;
  readonly to: string;
  readonly fromMode: LockMode;
  readonly toMode: LockMode;
  readonly trylock: boolean;
  readonly confidence: 'high' | 'medium' | 'low';
  /** Kinds of contexts in which functions with this edge run, sorted; empty if unknown. */
  readonly contexts: readonly RunContext[];
  readonly witnesses: readonly EdgeWitness[];
}

/** Direct dependencies, within one function and through calls, for hover, graph and evidence. */
export interface LockGraph {
  readonly classes: ReadonlyMap<string, LockClass>;
  readonly edges: readonly LockEdge[];
  edgesFrom(key: string): readonly LockEdge[];
  edgesTo(key: string): readonly LockEdge[];
}
