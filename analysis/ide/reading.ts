import { folderOf } from '../base/paths.js';
import { absolute, type Span } from '../base/span.js';
import type { ShownSummary, ShownLock } from '../checks/engine/engine.js';
import type { FunctionRef } from '../link/types.js';
import type { Event } from '../skeleton/types.js';
import { ThroughCalls } from './through-calls.js';
import type { Position, View } from './view.js';

/** The held set from a lock operation or call on. */
export interface HeldHint {
  /** The operation. */
  readonly at: Span;
  readonly held: readonly ShownLock[];
}

/** The places in some lines of a file where the held set changes, with the new held set. */
export function heldHints(
  view: View,
  file: string,
  firstLine: number,
  lastLine: number,
): readonly HeldHint[] {
  const hints: HeldHint[] = [];
  for (const fn of functionsIn(view, file, firstLine, lastLine)) {
    const summary = view.analysis.summary(fn);
    const skeleton = view.program.skeleton(fn);
    if (!summary || !skeleton) continue;
    const byLine = new Map<number, HeldHint>();
    for (const { events } of skeleton.blocks) {
      events.forEach((event, index) => {
        const before = event.k === 'assign' ? undefined : summary.heldAt.get(event.id);
        const isImplied = 'implied' in event && event.implied;
        if (!before || isImplied) return;
        const after = heldAfter(summary, event, before, events.slice(index + 1));
        if (!after || after.length === 0 || isSame(before, after)) return;
        const at = absolute(event.at, fn.line);
        byLine.set(at.endLine, { at, held: after });
      });
    }
    hints.push(...byLine.values());
  }
  return hints
    .filter(({ at }) => firstLine <= at.endLine && at.endLine <= lastLine)
    .sort((a, b) => a.at.endLine - b.at.endLine);
}

/** From the next event of the same block, else from the operation itself; a try may have failed. */
function heldAfter(
  summary: ShownSummary,
  event: Event,
  before: readonly ShownLock[],
  rest: readonly Event[],
): readonly ShownLock[] | undefined {
  for (const next of rest) {
    const held = next.k === 'assign' ? undefined : summary.heldAt.get(next.id);
    if (held) return held;
  }
  if (event.k === 'release') {
    const key = summary.lockOf.get(event.id);
    const last = before.map((lock) => lock.key).lastIndexOf(key ?? '');
    return last < 0 ? undefined : before.filter((_, index) => index !== last);
  }
  if (event.k !== 'acquire') return undefined;
  const taken = summary.acquires.find(({ key }) => key !== '' && key === summary.lockOf.get(event.id));
  return taken && [...before, taken];
}

function isSame(a: readonly ShownLock[], b: readonly ShownLock[]): boolean {
  return a.length === b.length && a.every((lock, index) => lock.key === b[index]?.key);
}

/** The effects of a function on locks, for a line above it. */
export interface FunctionLocks {
  /** Position of the function's name. */
  readonly at: Span;
  readonly acquires: readonly ShownLock[];
  /** Classes that only its callees acquire, at any depth. */
  readonly throughCalls: readonly string[];
  readonly releases: readonly ShownLock[];
  readonly needs: readonly ShownLock[];
  readonly maySleep: boolean;
  /** Place of its first acquisition. */
  readonly first: Position | undefined;
}

/** The functions of a file with effects on locks, in text order. */
export function functionLocks(view: View, file: string): readonly FunctionLocks[] {
  const calls = new ThroughCalls(view, folderOf(file));
  return functionsIn(view, file, 1, Infinity).flatMap((fn): FunctionLocks[] => {
    if (!fn.item) return [];
    const { acquires = [], releases = [], needs = [] } = view.analysis.summary(fn) ?? {};
    const throughCalls = calls.of(fn);
    if (acquires.length + throughCalls.length + releases.length + needs.length === 0) return [];
    const first = acquires.find(({ at }) => at.file === file)?.at;
    return [
      {
        at: fn.item.nameSpan,
        acquires,
        throughCalls,
        releases,
        needs,
        maySleep: view.analysis.inspection.maySleep(fn),
        first: first && { line: first.line, column: first.column },
      },
    ];
  });
}

function functionsIn(view: View, file: string, firstLine: number, lastLine: number): FunctionRef[] {
  const items = view.program.outline(file)?.functions ?? [];
  return items.flatMap((item, index) => {
    if (item.endLine < firstLine || item.line > lastLine) return [];
    return view.program.functionAt(file, index) ?? [];
  });
}
