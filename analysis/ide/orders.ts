import type { EdgeWitness, LockClass, LockGraph } from '../graph/types.js';

/** One order that the code has: some class held while another is taken. */
export interface OrderPair {
  /** The other class of the pair. */
  readonly other: LockClass;
  /** Places where the order is seen. */
  readonly count: number;
  /** Places where the opposite order is seen; anything but 0 is worth a look. */
  readonly opposite: number;
  /** The shortest of the places. */
  readonly witness: EdgeWitness;
}

export interface OrderPairs {
  /** Held already when the class is taken. */
  readonly before: readonly OrderPair[];
  /** Taken while the class is held. */
  readonly after: readonly OrderPair[];
}

/** Every order that a class (by its key) takes part in, most frequent first. */
export function orderPairs(graph: LockGraph, key: string): OrderPairs {
  // A class against itself is no order between two.
  const held = new Set(graph.edgesTo(key).map((edge) => edge.from));
  const taken = new Set(graph.edgesFrom(key).map((edge) => edge.to));
  held.delete(key);
  taken.delete(key);
  return {
    before: [...held].flatMap((other) => pair(graph, other, other, key)).sort(mostFrequentFirst),
    after: [...taken].flatMap((other) => pair(graph, other, key, other)).sort(mostFrequentFirst),
  };
}

function pair(graph: LockGraph, other: string, from: string, to: string): OrderPair[] {
  const lock = graph.classes.get(other);
  const witnesses = witnessesOf(graph, from, to);
  const [first] = witnesses;
  if (!lock || !first) return [];
  const witness = witnesses.reduce((best, next) => (steps(next) < steps(best) ? next : best), first);
  return [{ other: lock, count: witnesses.length, opposite: witnessesOf(graph, to, from).length, witness }];
}

/** One edge per pair of modes; together they are the places of the order. */
function witnessesOf(graph: LockGraph, from: string, to: string): EdgeWitness[] {
  return graph.edgesFrom(from).flatMap((edge) => (edge.to === to ? edge.witnesses : []));
}

function steps(witness: EdgeWitness): number {
  return witness.holds.length + witness.chain.length;
}

function mostFrequentFirst(a: OrderPair, b: OrderPair): number {
  return b.count - a.count || (a.other.id < b.other.id ? -1 : 1);
}
