import { atLeast } from '../../base/confidence.js';
import type { Finding } from '../types.js';

/** Keeps a finding under a key, unless the one there has at least its confidence. */
export function keepSurest(known: Map<string, Finding>, key: string, finding: Finding): void {
  const first = known.get(key);
  if (first === undefined || !atLeast(first.confidence, finding.confidence)) known.set(key, finding);
}

/** Findings in their order of output. */
export function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.at.file, b.at.file) ||
    a.at.line - b.at.line ||
    a.at.column - b.at.column ||
    compare(a.rule, b.rule) ||
    compare(a.id, b.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
