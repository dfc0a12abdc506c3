import type { Finding, StoryStep } from '../checks/types.js';
import type { Span } from '../base/span.js';
import { contains } from './place.js';
import type { Position } from './view.js';

/**
 * A part of a finding shown in one file. A cycle is one finding with one place, but each other file in it has its own
 * part: the last step of the story there. So has each other side in its own file, and, where a lock is acquired twice
 * through a shared helper, the call to be fixed.
 */
export interface FindingPart {
  readonly finding: Finding;
  readonly file: string;
  readonly at: Span;
  /** The step of this part; `undefined` for the finding's own place. */
  readonly step: StoryStep | undefined;
}

/** The parts of a finding: its own place first, then one for each other file, in the order of the story. */
export function partsOf(finding: Finding): readonly FindingPart[] {
  const last = new Map<string, StoryStep>();
  for (const step of finding.story) if (step.file !== finding.at.file) last.set(step.file, step);
  const own = { finding, file: finding.at.file, at: finding.at, step: undefined };
  const others = [...last.values(), ...besides(finding)];
  return [own, ...others.map((step) => ({ finding, file: step.file, at: step, step }))];
}

/** Steps in the finding's own file that are marked as well. */
function besides({ rule, at, story }: Finding): readonly StoryStep[] {
  const here = story.filter((step) => step.file === at.file);
  if (rule === 'lock-order-cycle') {
    const last = new Map(here.map((step) => [step.path, step]));
    last.delete(story.find((step) => isAt(step, at))?.path ?? 0);
    return [...last.values()].filter((step) => !isAt(step, at));
  }
  // The helper is right for other callers; the caller with the lock held is wrong.
  const call = here.find((step) => step.function !== at.function && step.held.length > 0);
  return rule === 'self-deadlock' && call ? [call] : [];
}

function isAt(step: StoryStep, at: Span): boolean {
  return step.line === at.line && step.column === at.column;
}

/** The parts of all findings by file, each list in text order. */
export function partsByFile(findings: readonly Finding[]): ReadonlyMap<string, readonly FindingPart[]> {
  const byFile = new Map<string, FindingPart[]>();
  for (const part of findings.flatMap(partsOf)) {
    const known = byFile.get(part.file);
    if (known) known.push(part);
    else byFile.set(part.file, [part]);
  }
  for (const parts of byFile.values()) {
    parts.sort(
      (a, b) => a.at.line - b.at.line || a.at.column - b.at.column || (a.finding.id < b.finding.id ? -1 : 1),
    );
  }
  return byFile;
}

/** The findings with a part at the position or touching the range up to `end`. */
export function partsAt(
  parts: readonly FindingPart[],
  start: Position,
  end: Position = start,
): FindingPart[] {
  return parts.filter(
    ({ at }) =>
      contains(at, start) ||
      contains(at, end) ||
      contains(
        { line: start.line, column: start.column, endLine: end.line, endColumn: end.column },
        { line: at.line, column: at.column },
      ),
  );
}
