import {
  DiagnosticSeverity,
  type Diagnostic,
  type DiagnosticRelatedInformation,
} from 'vscode-languageserver';
import type { Span } from '../../analysis/base/span.js';
import type { Finding, StoryStep } from '../../analysis/checks/types.js';
import type { FindingPart } from '../../analysis/ide/parts.js';
import { actor, describeStep } from '../../analysis/report/text.js';
import type { DiagnosticData, Settings } from '../../protocol/methods.js';
import { toRange } from '../positions.js';
import { levelOf } from '../settings.js';

/** How the diagnostics of one root name files and places. */
export interface DiagnosticContext {
  readonly settings: Settings;
  /** URI of the folder of the rule pages; `undefined` when there are none. */
  readonly rulePages: string | undefined;
  /** Whether it came with what was typed. */
  isIntroduced(finding: Finding): boolean;
  uriOf(file: string): string;
  /** Where a place of the analysed text is in the editor now. */
  current(file: string, span: Span): Span;
}

const LEVELS = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

export function toDiagnostic(part: FindingPart, context: DiagnosticContext): Diagnostic {
  const { finding, file, at, step } = part;
  const data: DiagnosticData = { id: finding.id };
  const page = context.rulePages;
  return {
    range: toRange(context.current(file, at)),
    severity: LEVELS[levelOf(finding, context.settings, context.isIntroduced(finding))],
    source: 'lockorder',
    code: finding.rule,
    ...(page === undefined ? {} : { codeDescription: { href: `${page}/${finding.rule}.md` } }),
    message: step ? partMessage(finding, step, context) : finding.message,
    relatedInformation: finding.story.map((each) => related(each, finding.story, context)),
    data,
  };
}

/** What a finding says in a file that is not its own: what happens here, and where the rest is told. */
function partMessage({ at, rule }: Finding, step: StoryStep, context: DiagnosticContext): string {
  const { file, function: name } = at;
  const { line } = context.current(file, at);
  return `${actor(step)}${describeStep(step)}: part of a ${rule} reported in ${name}() at ${file}:${line}`;
}

function related(
  step: StoryStep,
  story: readonly StoryStep[],
  context: DiagnosticContext,
): DiagnosticRelatedInformation {
  const sides = new Set(story.map((each) => each.path)).size;
  const side = sides > 1 ? `Side ${step.path + 1}: ` : '';
  return {
    location: { uri: context.uriOf(step.file), range: toRange(context.current(step.file, step)) },
    message: `${side}${actor(step)}${describeStep(step)}`,
  };
}
