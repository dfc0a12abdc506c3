/** Confidence of a finding or a dependency. High is shown by default, medium and low on request. */
export type Confidence = 'high' | 'medium' | 'low';

const RANK: Record<Confidence, number> = { low: 0, medium: 1, high: 2 };

/** The lower of two confidences. */
export function lesser(a: Confidence, b: Confidence): Confidence {
  return RANK[a] <= RANK[b] ? a : b;
}

export function atLeast(confidence: Confidence, minimum: Confidence): boolean {
  return RANK[confidence] >= RANK[minimum];
}
