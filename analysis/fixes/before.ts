import type { Analysis, ShownSummary, LocatedGap } from '../checks/engine/engine.js';
import type { Finding } from '../checks/types.js';
import type { FunctionRef, Program } from '../link/types.js';
import { eventsOf } from '../skeleton/lowering/events.js';
import type { Event } from '../skeleton/types.js';

/** A function before a fix. Plain data, so it stays valid while the program tries fixes out. */
export interface FunctionBefore extends Pick<FunctionRef, 'file' | 'name' | 'line' | 'item'> {
  /** Absent if the function was not interpreted. */
  readonly summary: ShownSummary | undefined;
  readonly events: readonly Event[];
}

/** The state that verification compares a fixed program with: findings, gaps, and the functions of some files. */
export interface CodeBefore {
  readonly findings: readonly Finding[];
  readonly gaps: readonly LocatedGap[];
  /** Keyed by file, in text order. */
  readonly functions: ReadonlyMap<string, readonly FunctionBefore[]>;
}

/** Records an analysed program, with all functions of the given files. */
export function codeBefore(
  { program, analysis }: { readonly program: Program; readonly analysis: Analysis },
  files: Iterable<string>,
): CodeBefore {
  const functions = new Map<string, readonly FunctionBefore[]>();
  for (const file of files) {
    const count = program.outline(file)?.functions.length ?? 0;
    const found: FunctionBefore[] = [];
    for (let index = 0; index < count; index++) {
      const fn = program.functionAt(file, index);
      if (fn === undefined) continue;
      const { name, line, item } = fn;
      found.push({
        file,
        name,
        line,
        item,
        summary: analysis.summary(fn),
        events: eventsOf(program.skeleton(fn)),
      });
    }
    functions.set(file, found);
  }
  return { findings: analysis.findings, gaps: analysis.gaps, functions };
}
