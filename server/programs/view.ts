import type { Finding } from '../../analysis/checks/types.js';
import { partsByFile, type FindingPart } from '../../analysis/ide/parts.js';
import { prematureFindings } from '../../analysis/ide/under-edit.js';
import type { FixResult } from '../../analysis/workspace/fixes.js';
import type { Snapshot } from '../../analysis/workspace/index.js';
import { withFixes } from './idle-fixes.js';
import type { OpenFile } from '../documents/open-file.js';
import { judged, type Runtime } from './runtime.js';

/** A complete result, with its findings per file. */
export interface RootView extends Snapshot {
  /** Includes findings that are not shown yet. */
  readonly all: readonly Finding[];
  readonly parts: ReadonlyMap<string, readonly FindingPart[]>;
  /** Results of the search for fixes, by finding; none for a finding that has not been searched. */
  readonly fixes: ReadonlyMap<string, FixResult>;
}

/** A result as it is shown, without what would be reported too early about the function being edited. */
export function viewOf(
  found: Omit<RootView, 'parts' | 'findings'>,
  editing: OpenFile | undefined,
  before: RootView | undefined,
  runtime: Runtime | undefined,
): RootView {
  const result = { ...found, all: withFixes(found.all, found.fixes) };
  const edit = editing?.editedAt === undefined ? undefined : editing.map.fromOffset(editing.editedAt);
  const shown = new Set(before?.findings.map(({ id }) => id));
  const premature = editing
    ? prematureFindings(
        result.all,
        result.program,
        { file: editing.file, line: edit?.line, unfinished: editing.unfinished },
        shown,
      )
    : new Set<Finding>();
  const findings = judged(
    result.all.filter((finding) => !premature.has(finding)),
    runtime,
  );
  return { ...result, findings, parts: partsByFile(findings) };
}
