import type { CyclePart } from './cycles.js';
import type { GraphClass, GraphEdge } from './data.js';

/** A graph with positions for everything, in pixels from the top left corner. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly DrawnNode[];
  readonly edges: readonly DrawnEdge[];
  /** Top of the list of classes without an order; `undefined` if there are none. */
  readonly lonelyTop: number | undefined;
}

export interface DrawnNode {
  readonly lock: GraphClass;
  /** The part of the id by which people know the lock, and its location, shortened to fit. */
  readonly name: string;
  readonly detail: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly isCentre: boolean;
  /** No order with any other class: a line in a list, without a box. */
  readonly isLonely: boolean;
  readonly cycle: CyclePart;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** All edges from one class to another, drawn as one line. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  readonly edges: readonly GraphEdge[];
  readonly points: readonly Point[];
  readonly witnesses: number;
  /** The best of them. */
  readonly confidence: GraphEdge['confidence'];
  readonly trylock: boolean;
  readonly evidence: GraphEdge['evidence'];
  readonly cycle: CyclePart;
}
