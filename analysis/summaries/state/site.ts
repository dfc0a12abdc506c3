import { absolute, type Span } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import type { EventId } from '../../skeleton/types.js';
import type { CallSummary, FunctionSummary, HeldLock, Site } from './types.js';

/** The span of an event that its skeleton does not have. */
export const NOWHERE: Span = { line: 0, column: 1, endLine: 0, endColumn: 1 };

/** Bits for each column; the remaining bits of a small integer hold the number of lines. */
const COLUMN_BITS = 10;
const LINE_BITS = 10;
const COLUMNS = 2 ** COLUMN_BITS;
const LINES = 2 ** LINE_BITS;

/**
 * A site in two thirds of the memory of a plain object. A kernel has half a million, one per call, and few are ever
 * read, so the span is computed on demand.
 */
class CompactSite implements Site {
  constructor(
    readonly fn: FunctionRef,
    readonly event: EventId,
    private readonly line: number,
    /** Columns and number of lines packed into one small integer; the span itself if they do not fit. */
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
    return new CompactSite(this.fn, this.event, this.line, this.extent, via);
  }
}

/** The site of an event of a function. */
export function siteAt(
  fn: FunctionRef,
  { id, at }: { readonly id: EventId; readonly at: Span },
): CompactSite {
  const span = absolute(at, fn.line);
  return new CompactSite(fn, id, span.line, extentOf(span) ?? span, undefined);
}

/** The site of a call, extended by a site in the callee. */
export function through(call: Site, via: Site): Site {
  if (call instanceof CompactSite) return call.before(via);
  return { fn: call.fn, event: call.event, span: call.span, via };
}

/** Whether a site is in a function, or in one that it calls to get there. */
export function passes(site: Site, fn: FunctionRef): boolean {
  for (let at: Site | undefined = site; at !== undefined; at = at.via) if (at.fn === fn) return true;
  return false;
}

/** The call that a function makes itself at an event, not in a callee. */
export function ownCallAt(summary: FunctionSummary | undefined, event: EventId): CallSummary | undefined {
  return summary?.calls.find(({ site }) => site.event === event && site.via === undefined);
}

/** Whether a function makes the call at an event only with such a lock held. False if it makes none there. */
export function callsHolding(
  summary: FunctionSummary | undefined,
  event: EventId,
  isIt: (lock: HeldLock) => boolean,
): boolean {
  const locksets = ownCallAt(summary, event)?.locksets ?? [];
  return locksets.length > 0 && locksets.every(({ held }) => held.some(isIt));
}

function extentOf({ line, column, endLine, endColumn }: Span): number | undefined {
  const lines = endLine - line;
  const fits = [column, endColumn].every((at) => at >= 0 && at < COLUMNS);
  if (!fits || lines < 0 || lines >= LINES) return undefined;
  return (((lines << COLUMN_BITS) | endColumn) << COLUMN_BITS) | column;
}
