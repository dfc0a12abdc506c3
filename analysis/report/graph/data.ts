/** Lock classes and their orders in published form: plain JSON. */
export interface GraphData {
  readonly classes: readonly GraphClass[];
  readonly edges: readonly GraphEdge[];
}

/** Relative to the root, with `/`; lines count from 1. */
export interface GraphPlace {
  readonly file: string;
  readonly line: number;
}

export interface GraphStep extends GraphPlace {
  readonly function: string;
}

export interface GraphClass {
  readonly id: string;
  readonly kind: string;
  readonly declaredAt?: GraphPlace | undefined;
  readonly initAt: readonly GraphPlace[];
  readonly lockdepNames: readonly string[];
}

/** `to` is acquired while `from` is held. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly fromMode: 'read' | 'write';
  readonly toMode: 'read' | 'write';
  readonly trylock: boolean;
  /** Contexts in which it happens, sorted and separated by commas, or `unknown`. */
  readonly irq: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly if: string;
  readonly evidence: 'seen' | 'not-seen' | 'unknown';
  readonly witnesses: readonly (GraphStep & { readonly chain: readonly GraphStep[] })[];
}

/** What else a drawing of a graph needs. */
export interface GraphView {
  readonly data: GraphData;
  /** The class whose neighbourhood this is. */
  readonly centre?: string | undefined;
  /** Ids of the classes of each reported cycle, in order. */
  readonly cycles: readonly (readonly string[])[];
}
