import type { Finding, RuleId } from '../checks/types.js';
import type { Program } from '../link/types.js';

/** Rules about what is held at a function's end, of which nothing can be said while the end is still to be written. */
const EXIT_RULES: ReadonlySet<RuleId> = new Set(['missing-unlock', 'unbalanced-unlock']);

export function isExitRule(rule: RuleId): boolean {
  return EXIT_RULES.has(rule);
}

/** What is being typed in a file. */
export interface Edit {
  readonly file: string;
  /** Where, until somebody rests. */
  readonly line: number | undefined;
  /** Names of functions in which a statement is half typed: those wait however long that takes. */
  readonly unfinished: ReadonlySet<string>;
}

/**
 * The findings that had better wait until the function around an edit rests, and is whole: those of exit rules in it,
 * but for the ones that are shown already.
 */
export function prematureFindings(
  findings: readonly Finding[],
  program: Program,
  { file, line: edited, unfinished }: Edit,
  shown: ReadonlySet<string>,
): ReadonlySet<Finding> {
  const functions = edited === undefined ? [] : (program.outline(file)?.functions ?? []);
  const around = functions.filter(
    ({ line, endLine }) => edited !== undefined && line <= edited && edited <= endLine,
  );
  const isPremature = ({ id, rule, at }: Finding): boolean =>
    EXIT_RULES.has(rule) &&
    !shown.has(id) &&
    at.file === file &&
    (unfinished.has(at.function) ||
      around.some(({ line, endLine }) => line <= at.line && at.line <= endLine));
  return new Set(findings.filter(isPremature));
}
