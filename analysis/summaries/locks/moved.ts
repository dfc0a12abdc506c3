import type { Location, Span } from '../../base/span.js';
import type { FileOutline } from '../../outline/types.js';

/**
 * The place of a declaration in a newer text of its file that declares the same things in the same order
 * (`sameInterface`). Returns `at` itself if nothing is declared there.
 */
export function movedTo(at: Location, before: FileOutline, now: FileOutline): Location {
  const lists = [
    [before.variables, now.variables],
    [before.records, now.records],
    [before.functions, now.functions],
  ] as const;
  for (const [old, others] of lists) {
    const index = old.findIndex(({ nameSpan }) => isAt(nameSpan, at));
    const span = others[index]?.nameSpan;
    if (span !== undefined) return { file: at.file, ...span };
  }
  for (const [index, { fields }] of before.records.entries()) {
    const line = now.records[index]?.fields[fields.findIndex((field) => field.line === at.line)]?.line;
    if (line !== undefined) return { ...at, line, endLine: line };
  }
  return at;
}

function isAt(span: Span, at: Location): boolean {
  return span.line === at.line && span.column === at.column;
}
