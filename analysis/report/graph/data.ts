/** Lock classes and the orders between them as everybody outside of the analysis sees them: plain JSON. */
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

/** `to` is taken while `from` is held. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly fromMode: 'read' | 'write';
  readonly toMode: 'read' | 'write';
  readonly trylock: boolean;
  /** Contexts that it happens in, sorted and joined by commas, or `unknown`. */
  readonly irq: string;
  readonly confidence: 'high' | 'medium' | 'low';
  readonly if: string;
  readonly evidence: 'seen' | 'not-seen' | 'unknown';
  readonly witnesses: readonly (GraphStep & { readonly chain: readonly GraphStep[] })[];
}

/** What a graph is drawn with besides itself. */
export interface GraphView {
  readonly data: GraphData;
  /** The class in whose neighbourhood this is. */
  readonly centre?: string | undefined;
  /** Ids of the classes of each cycle that is reported as a finding, in their order. */
  readonly cycles: readonly (readonly string[])[];
}
