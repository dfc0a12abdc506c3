import type { Finding, RuleId } from '../checks/types.js';
import type { Program } from '../link/types.js';

/** Rules about what is held at a function's end, of which nothing can be said while the end is still to be written. */
const EXIT_RULES: ReadonlySet<RuleId> = new Set(['missing-unlock', 'unbalanced-unlock']);

export function isExitRule(rule: RuleId): boolean {
  return EXIT_RULES.has(rule);
}

/**
 * The findings that had better wait until the function around a line rests: those of exit rules in it, but
 * for the ones that are shown already.
 */
export function prematureFindings(
  findings: readonly Finding[],
  program: Program,
  edit: { readonly file: string; readonly line: number },
  shown: ReadonlySet<string>,
): ReadonlySet<Finding> {
  const functions = program.outline(edit.file)?.functions ?? [];
  const around = functions.filter(({ line, endLine }) => line <= edit.line && edit.line <= endLine);
  const isPremature = ({ id, rule, at }: Finding): boolean =>
    EXIT_RULES.has(rule) &&
    !shown.has(id) &&
    at.file === edit.file &&
    around.some(({ line, endLine }) => line <= at.line && at.line <= endLine);
  return new Set(findings.filter(isPremature));
}
