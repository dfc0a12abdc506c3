import { absolute, type Span } from '../base/span.js';
import type { FunctionRef } from '../link/types.js';
import type { EventId } from '../summary/types.js';
import type { Site } from './types.js';

/** Bits for each of the columns; the rest of a small integer is for the lines. */
const COLUMN_BITS = 10;
const LINE_BITS = 10;
const COLUMNS = 2 ** COLUMN_BITS;
const LINES = 2 ** LINE_BITS;

/**
 * A site in two thirds of the memory of what it says. There is one for each call of each function, half a million in
 * a kernel, and few are ever looked at: its span is made when asked for.
 */
class Place implements Site {
  constructor(
    readonly fn: FunctionRef,
    readonly event: EventId,
    private readonly line: number,
    /** Columns and number of lines as one small integer; the span itself where they are too large for that. */
    private readonly extent: number | Span,
    readonly via: Site | undefined,
  ) {}

  get span(): Span {
    const { line, extent } = this;
    if (typeof extent !== 'number') return extent;
    return {
      line,
      column: extent % COLUMNS,
      endLine: line + (extent >> (2 * COLUMN_BITS)),
      endColumn: (extent >> COLUMN_BITS) % COLUMNS,
    };
  }

  before(via: Site): Site {
    return new Place(this.fn, this.event, this.line, this.extent, via);
  }
}

/** The place of an event of a function. */
export function siteAt(fn: FunctionRef, { id, at }: { readonly id: EventId; readonly at: Span }): Place {
  const span = absolute(at, fn.line);
  return new Place(fn, id, span.line, extentOf(span) ?? span, undefined);
}

/** The place of a call, and from there on one in the callee. */
export function through(call: Site, via: Site): Site {
  if (call instanceof Place) return call.before(via);
  return { fn: call.fn, event: call.event, span: call.span, via };
}

function extentOf({ line, column, endLine, endColumn }: Span): number | undefined {
  const lines = endLine - line;
  const fits = [column, endColumn].every((at) => at >= 0 && at < COLUMNS);
  if (!fits || lines < 0 || lines >= LINES) return undefined;
  return (((lines << COLUMN_BITS) | endColumn) << COLUMN_BITS) | column;
}
