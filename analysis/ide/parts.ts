import type { Finding, StoryStep } from '../checks/types.js';
import type { Span } from '../base/span.js';
import { contains } from './place.js';
import type { Position } from './view.js';

/**
 * What a finding shows in one file. A cycle is one finding with one place, but each other file in it has a
 * part of its own: the last step of the story there.
 */
export interface FindingPart {
  readonly finding: Finding;
  readonly file: string;
  readonly at: Span;
  /** The step that is this part; `undefined` for the finding's own place. */
  readonly step: StoryStep | undefined;
}

/** The parts of a finding, its own place first, then one for each other file in the order of the story. */
export function partsOf(finding: Finding): readonly FindingPart[] {
  const last = new Map<string, StoryStep>();
  for (const step of finding.story) if (step.file !== finding.at.file) last.set(step.file, step);
  const own = { finding, file: finding.at.file, at: finding.at, step: undefined };
  return [own, ...[...last.values()].map((step) => ({ finding, file: step.file, at: step, step }))];
}

/** The parts of all findings by file, each list in the order of the text. */
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

/** The findings that have a part at the position, or a part that touches the range up to `end`. */
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
