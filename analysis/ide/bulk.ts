import type { Finding, FileEdit, Fix } from '../checks/types.js';

/**
 * Fixes that leave nothing to decide: they complete what the function itself says. A new lock order or another place
 * for a call is also verified, but deserves a look.
 */
const SAFE_KINDS: ReadonlySet<string> = new Set([
  'release',
  'release-on-error',
  'irq-state',
  'irq-state-pair',
  'irq-state-inner',
]);

/**
 * The fixes of one file that may be applied together without review: verified, the only fixes of
 * high-confidence findings, within this file, and in functions that no other of them touches, so that each
 * verification holds for all.
 */
export function bulkFixes(findings: readonly Finding[], file: string): readonly Fix[] {
  const chosen: { readonly fix: Fix; readonly functions: ReadonlySet<string> }[] = [];
  for (const finding of findings) {
    const [fix, ...others] = finding.fixes.filter(({ verified }) => verified);
    if (!fix || others.length > 0 || finding.confidence !== 'high' || !SAFE_KINDS.has(fix.kind)) continue;
    if (fix.edits.some((edit) => edit.file !== file)) continue;
    const functions = new Set([finding.at, ...finding.story].map((place) => place.function));
    const isAlone = chosen.every(
      (other) => [...functions].every((name) => !other.functions.has(name)) && !overlap(other.fix, fix),
    );
    if (isAlone) chosen.push({ fix, functions });
  }
  return chosen.map(({ fix }) => fix);
}

function overlap(a: Fix, b: Fix): boolean {
  return a.edits.some((one) => b.edits.some((other) => touches(one, other)));
}

function touches(a: FileEdit, b: FileEdit): boolean {
  const isBefore = (one: FileEdit, other: FileEdit): boolean =>
    one.range.endLine < other.range.startLine ||
    (one.range.endLine === other.range.startLine && one.range.endColumn < other.range.startColumn);
  return !isBefore(a, b) && !isBefore(b, a);
}
