import type { PublishedFinding } from '../../analysis/report/formats/schema.js';

/** The findings of a report, including those merged into others, each with its own id and place. */
export function everyPlace(findings: readonly PublishedFinding[]): readonly PublishedFinding[] {
  return findings.flatMap(({ also = [], ...finding }) => [
    finding,
    ...also.map(({ id, ...at }): PublishedFinding => ({ ...finding, id, at })),
  ]);
}
