import type { Location, Span } from '../../base/span.js';
import type { FileOutline, FunctionItem } from '../../outline/types.js';

/**
 * The place of a declaration in a newer text of its file that declares the same variables and records in the same order
 * (`sameButStatic`). Returns `at` itself if nothing is declared there, or no longer.
 */
export function movedTo(at: Location, before: FileOutline, now: FileOutline): Location {
  const lists = [
    [before.variables, now.variables],
    [before.records, now.records],
  ] as const;
  for (const [old, others] of lists) {
    const index = old.findIndex(({ nameSpan }) => isAt(nameSpan, at));
    const span = others[index]?.nameSpan;
    if (span !== undefined) return { file: at.file, ...span };
  }
  const fn = before.functions.find(({ nameSpan }) => isAt(nameSpan, at));
  const namesakes = (all: FileOutline): FunctionItem[] =>
    all.functions.filter(({ name }) => name === fn?.name);
  const same = fn && namesakes(now)[namesakes(before).indexOf(fn)];
  if (same !== undefined) return { file: at.file, ...same.nameSpan };
  for (const [index, { fields }] of before.records.entries()) {
    const line = now.records[index]?.fields[fields.findIndex((field) => field.line === at.line)]?.line;
    if (line !== undefined) return { ...at, line, endLine: line };
  }
  return at;
}

function isAt(span: Span, at: Location): boolean {
  return span.line === at.line && span.column === at.column;
}
