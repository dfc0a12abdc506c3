import type { Finding, RuleId } from '../checks/types.js';
import type { Program } from '../link/types.js';

/** Rules about exits, which must wait while the end of the function is still to be written. */
const EXIT_RULES: ReadonlySet<RuleId> = new Set(['missing-unlock', 'unbalanced-unlock']);

export function isExitRule(rule: RuleId): boolean {
  return EXIT_RULES.has(rule);
}

/** What is being typed in a file. */
export interface Edit {
  readonly file: string;
  /** The edited position, until typing pauses. */
  readonly line: number | undefined;
  /** Names of functions with a half-typed statement: those wait until it is complete. */
  readonly unfinished: ReadonlySet<string>;
}

/**
 * The findings to hold back until the function under edit is complete and typing has paused: those of exit
 * rules in it, except findings already shown.
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
