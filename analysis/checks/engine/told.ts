import { atLeast } from '../../base/confidence.js';
import type { Finding } from '../types.js';

/** Adds findings by id. Of several with one id, which are one mistake, the first with the highest confidence stays. */
export function keepFirst(known: Map<string, Finding>, found: Iterable<Finding>): void {
  for (const finding of found) {
    const first = known.get(finding.id);
    if (first === undefined || !atLeast(first.confidence, finding.confidence)) known.set(finding.id, finding);
  }
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
