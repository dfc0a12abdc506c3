import type { FileEdit, Finding, Fix } from '../../analysis/checks/types.js';
import type { Program } from '../../analysis/link/types.js';

/** Fixes that can be applied together, with their findings. */
/** A finding and the fix of it that is made. */
export interface ChosenFix {
  readonly finding: Finding;
  readonly fix: Fix;
}

export interface Selection {
  readonly chosen: readonly ChosenFix[];
  /** Findings whose fix touches a function that a chosen fix changes: left for the next run. */
  readonly postponed: readonly Finding[];
}

/**
 * Chooses the first verified fix of each finding. Fixes are verified one at a time, so at most one may change a
 * function; equal changes for two findings count as one.
 */
export function selectFixes(findings: readonly Finding[], program: Program): Selection {
  const chosen: ChosenFix[] = [];
  const postponed: Finding[] = [];
  const changed = new Map<string, string>();
  for (const finding of findings) {
    const fix = finding.fixes.find((each) => each.verified);
    if (!fix) continue;
    const identity = JSON.stringify(fix.edits);
    const places = fix.edits.map((edit) => placeOf(edit, program));
    if (places.every((place) => (changed.get(place) ?? identity) === identity)) {
      for (const place of places) changed.set(place, identity);
      chosen.push({ finding, fix });
    } else postponed.push(finding);
  }
  return { chosen, postponed };
}

function placeOf({ file, range }: FileEdit, program: Program): string {
  const functions = program.outline(file)?.functions ?? [];
  const owner = functions.findIndex(
    (item) => item.line <= range.startLine && range.startLine <= item.endLine,
  );
  return `${file}:${owner}`;
}
