import { absolute, type Span } from '../base/span.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { AssignEvent, Event, Skeleton } from '../skeleton/types.js';
import type { Position } from './view.js';

/** A position: the function around it and the events whose text covers it. */
export interface SourcePosition {
  readonly fn: FunctionRef;
  readonly skeleton: Skeleton;
  /** Innermost first: for `lock(find(x))` at `find`, the call of find and then the lock. No assignments. */
  readonly covering: readonly PlacedEvent[];
  /** The first such event at or after the position, in text order. */
  readonly next: PlacedEvent | undefined;
}

export interface PlacedEvent {
  readonly event: Exclude<Event, AssignEvent>;
  /** Absolute in the file. */
  readonly at: Span;
}

/** `undefined` outside of functions, and inside one without a skeleton. */
export function placeAt(program: Program, file: string, position: Position): SourcePosition | undefined {
  const fn = functionAt(program, file, position.line);
  const skeleton = fn && program.skeleton(fn);
  if (!fn || !skeleton) return undefined;
  const covering: PlacedEvent[] = [];
  let next: PlacedEvent | undefined;
  for (const block of skeleton.blocks) {
    for (const event of block.events) {
      if (event.k === 'assign' || ('implied' in event && event.implied)) continue;
      const at = absolute(event.at, fn.line);
      if (contains(at, position)) covering.push({ event, at });
      if (!startsBefore(at, position) && (!next || comesFirst(at, next.at))) next = { event, at };
    }
  }
  covering.sort((a, b) => (isInside(a.at, b.at) ? -1 : isInside(b.at, a.at) ? 1 : 0));
  return { fn, skeleton, covering, next };
}

/** The function or macro that the line belongs to. */
export function functionAt(program: Program, file: string, line: number): FunctionRef | undefined {
  const outline = program.outline(file);
  if (!outline) return undefined;
  const index = outline.functions.findIndex((item) => item.line <= line && line <= item.endLine);
  if (index >= 0) return program.functionAt(file, index);
  let nearest = -1;
  outline.macros.forEach((macro, at) => {
    if (macro.line <= line && macro.line > (outline.macros[nearest]?.line ?? 0)) nearest = at;
  });
  return nearest >= 0 ? program.macroAt(file, nearest) : undefined;
}

/**
 * Whether the position is in the span; the position right after its last character counts, as for a cursor.
 */
export function contains(span: Span, { line, column }: Position): boolean {
  if (line < span.line || line > span.endLine) return false;
  return (line > span.line || column >= span.column) && (line < span.endLine || column <= span.endColumn);
}

function isInside(inner: Span, outer: Span): boolean {
  return (
    !startsBefore(inner, outer) &&
    (inner.endLine < outer.endLine ||
      (inner.endLine === outer.endLine && inner.endColumn <= outer.endColumn)) &&
    !isSame(inner, outer)
  );
}

function isSame(a: Span, b: Span): boolean {
  return a.line === b.line && a.column === b.column && a.endLine === b.endLine && a.endColumn === b.endColumn;
}

function startsBefore(span: Span, position: Position): boolean {
  return span.line < position.line || (span.line === position.line && span.column < position.column);
}

/** Orders spans by start; of two with one start, the inner one first. */
function comesFirst(a: Span, b: Span): boolean {
  return startsBefore(a, b) || (a.line === b.line && a.column === b.column && isInside(a, b));
}
