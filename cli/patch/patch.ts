import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { FileEdit, Finding, Fix } from '../../analysis/checks/types.js';
import { applyFileEdits } from '../../analysis/fixes/text/edits.js';
import type { Program } from '../../analysis/link/types.js';

/** Fixes that can be applied together, with their findings. */
export interface Selection {
  readonly chosen: readonly { readonly finding: Finding; readonly fix: Fix }[];
  /** Findings whose fix touches a function that a chosen fix changes: left for the next run. */
  readonly postponed: readonly Finding[];
}

/**
 * Chooses the first verified fix of each finding. Fixes are verified one at a time, so at most one may change a
 * function; equal changes for two findings count as one.
 */
export function selectFixes(findings: readonly Finding[], program: Program): Selection {
  const chosen: { finding: Finding; fix: Fix }[] = [];
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

/** All edits of some fixes by file, without duplicates. */
export function editsByFile({
  chosen,
}: {
  readonly chosen: readonly { readonly fix: Fix }[];
}): ReadonlyMap<string, readonly FileEdit[]> {
  const files = new Map<string, Map<string, FileEdit>>();
  for (const { fix } of chosen) {
    for (const edit of fix.edits) {
      const edits = files.get(edit.file) ?? new Map<string, FileEdit>();
      edits.set(JSON.stringify(edit), edit);
      files.set(edit.file, edits);
    }
  }
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([file, edits]) => [file, [...edits.values()]]));
}

export function edited(text: string, edits: readonly FileEdit[]): string {
  return applyFileEdits(text, edits);
}

/** A unified diff of one file, as `patch -p1` and `git apply` accept it in the root. */
export function renderPatch(file: string, before: string, after: string, isNew = false): string {
  return createTwoFilesPatch(
    isNew ? '/dev/null' : `a/${file}`,
    `b/${file}`,
    before,
    after,
    undefined,
    undefined,
    {
      context: 3,
      headerOptions: FILE_HEADERS_ONLY,
    },
  );
}
