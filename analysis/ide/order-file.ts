import type { Span } from '../base/span.js';
import type { LockClass } from '../graph/events/types.js';
import type { Position, View } from './view.js';

/** Maximum number of offered classes; further typing asks again. */
const MOST_OFFERED = 500;

/** A partially typed name of a lock class in a `.lockorder` file. */
export interface OrderName {
  readonly text: string;
  readonly at: Span;
  /** All names of the line, since its neighbours help to interpret it. */
  readonly locks: readonly string[];
}

/**
 * The name at a position, empty where one could start; `undefined` in a comment. `line` is the text of its
 * line.
 */
export function orderNameAt(line: string, { line: number, column }: Position): OrderName | undefined {
  const comment = /(?:^|\s)#/.exec(line);
  const length = comment ? comment.index : line.length;
  if (column - 1 > length) return undefined;
  const before = /[^\s<]*$/.exec(line.slice(0, column - 1))?.[0] ?? '';
  const after = /^[^\s<]*/.exec(line.slice(column - 1, length))?.[0] ?? '';
  const start = column - before.length;
  return {
    text: before + after,
    at: { line: number, column: start, endLine: number, endColumn: column + after.length },
    locks: line
      .slice(0, length)
      .split('<')
      .map((name) => name.trim()),
  };
}

/** Classes whose id contains what is typed, prefixes first; and whether these are all. */
export function completeOrderName(
  { analysis }: View,
  { text }: OrderName,
): { readonly classes: readonly LockClass[]; readonly isComplete: boolean } {
  const wanted = text.replaceAll('->', '.').toLowerCase();
  const found = analysis.inspection
    .keys()
    .flatMap((key) => analysis.inspection.lock(key) ?? [])
    .map((lock) => ({ lock, at: lock.id.toLowerCase().indexOf(wanted) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => Number(a.at > 0) - Number(b.at > 0) || (a.lock.id < b.lock.id ? -1 : 1));
  // Classes with one id look the same to the writer.
  const byId = new Map(found.map(({ lock }) => [lock.id, lock]));
  const classes = [...byId.values()].slice(0, MOST_OFFERED);
  return { classes, isComplete: classes.length === byId.size };
}

/** The classes that a name means, in the order of their keys. */
export function classesOf({ analysis }: View, { text, locks }: OrderName): readonly LockClass[] {
  return analysis.declared
    .meant(text.replaceAll('->', '.'), locks)
    .flatMap((key) => analysis.inspection.lock(key) ?? []);
}
