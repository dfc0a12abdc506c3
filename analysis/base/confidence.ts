/** How much a finding or a dependency is believed: high by default shown, medium and low behind a setting. */
export type Confidence = 'high' | 'medium' | 'low';

const RANK: Record<Confidence, number> = { low: 0, medium: 1, high: 2 };

/** The lesser of two confidences. */
export function lesser(a: Confidence, b: Confidence): Confidence {
  return RANK[a] <= RANK[b] ? a : b;
}

export function atLeast(confidence: Confidence, minimum: Confidence): boolean {
  return RANK[confidence] >= RANK[minimum];
}
