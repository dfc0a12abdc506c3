import { baseName } from '../../../analysis/base/paths.js';
import {
  DiagnosticSeverity,
  type Diagnostic,
  type DiagnosticRelatedInformation,
} from 'vscode-languageserver';
import type { Span } from '../../../analysis/base/span.js';
import type { Finding, StoryStep } from '../../../analysis/checks/types.js';
import type { FindingPart } from '../../../analysis/ide/parts.js';
import { shortNames } from '../../../analysis/graph/orders/side.js';
import { sentence } from '../../../analysis/report/subject.js';
import { actor, describeStep } from '../../../analysis/report/formats/text.js';
import type { DiagnosticData, Settings } from '../../../protocol/methods.js';
import { toRange } from '../../documents/positions.js';
import { levelOf } from '../../settings.js';

/** How the diagnostics of one root name files and places. */
export interface DiagnosticContext {
  readonly settings: Settings;
  /** URI of the folder with the rule pages; `undefined` if there are none. */
  readonly rulePages: string | undefined;
  /** Whether the edits of this session introduced it. */
  isIntroduced(finding: Finding): boolean;
  uriOf(file: string): string;
  /** Position in the editor of a span in the analysed text. */
  current(file: string, span: Span): Span;
  /** The text in the editor of an open file. */
  textOf(file: string): string | undefined;
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
    range: toRange(firstLine(context.current(file, at), context.textOf(file))),
    severity: severityOf(part, context),
    source: 'Lock Order',
    code: finding.rule,
    ...(page === undefined ? {} : { codeDescription: { href: `${page}/${finding.rule}.md` } }),
    message: step ? partMessage(finding, step, context) : ownMessage(finding, context),
    relatedInformation: finding.story.map((each) => related(each, finding.story, context)),
    data,
  };
}

/**
 * What is marked of a span: its first line. Editors also underline the indentation of the others, and what is typed between
 * them.
 */
function firstLine(span: Span, text: string | undefined): Span {
  if (text === undefined || span.endLine === span.line) return span;
  const line = text.split('\n', span.line)[span.line - 1]?.trimEnd() ?? '';
  return line.length < span.column ? span : { ...span, endLine: span.line, endColumn: line.length + 1 };
}

/** A second mark in the same file shows where the rest is; it is not a second mistake. */
function severityOf(part: FindingPart, context: DiagnosticContext): DiagnosticSeverity {
  const { finding } = part;
  const severity = LEVELS[levelOf(finding, context.settings, context.isIntroduced(finding))];
  return isSecond(part) && severity < DiagnosticSeverity.Information
    ? DiagnosticSeverity.Information
    : severity;
}

/** Whether a part is in the file of the finding's own place, without being that. */
export function isSecond({ finding, step, file }: FindingPart): boolean {
  return step !== undefined && file === finding.at.file;
}

/** The message, with the place of the other side of a pair, which the finding names only by function. */
function ownMessage(finding: Finding, context: DiagnosticContext): string {
  const { pair, story, at } = finding;
  const [own = 0] = story.flatMap((step) =>
    step.line === at.line && step.file === at.file ? step.path : [],
  );
  const others = story.filter((step) => step.path !== own);
  const [root] = others;
  const there = others.filter((step) => step.file === root?.file).at(-1);
  if (!pair || !there) return sentence(finding);
  return `${sentence({ message: pair.own, at })}; ${pair.function}() (${placeOf(there, context)}) ${pair.opposite}`;
}

/** The message at a place other than the finding's own: what happens there, and how it conflicts with the rest. */
function partMessage({ at, rule, story }: Finding, step: StoryStep, context: DiagnosticContext): string {
  const there = `${at.function}() (${placeOf(at, context)})`;
  const isPair = new Set(story.map(({ path }) => path)).size === 2;
  if (rule !== 'lock-order-cycle' || !isPair)
    return `${actor(step)}${describeStep(step)}; ${rule} in ${there}`;
  // The final acquisition, even if a callee makes it.
  const taken = story.filter(({ path }) => path === step.path).at(-1) ?? step;
  const isDirect = taken.function === step.function;
  const text = isDirect ? describeStep(taken) : takenUnder(taken);
  return `${actor(taken)}${text}; ${there} takes them in the opposite order`;
}

/** An acquisition in a callee of the function that holds the other lock. */
function takenUnder(step: StoryStep): string {
  const { takes, named: [held] = [] } = step;
  if (takes === undefined || held === undefined) return describeStep(step);
  const nameOf = shortNames([takes.lock, held]);
  return `takes ${nameOf(takes.lock)}${takes.isRead === true ? ' for reading' : ''} while ${nameOf(held)} is held`;
}

/** `device.c:22`, as of the current text. */
function placeOf(at: Span & { readonly file: string }, context: DiagnosticContext): string {
  return `${baseName(at.file)}:${context.current(at.file, at).line}`;
}

function related(
  step: StoryStep,
  story: readonly StoryStep[],
  context: DiagnosticContext,
): DiagnosticRelatedInformation {
  const sides = new Set(story.map((each) => each.path)).size;
  // The event comes first, because lists truncate the end.
  const side = sides > 1 ? ` (side ${step.path + 1})` : '';
  return {
    location: { uri: context.uriOf(step.file), range: toRange(context.current(step.file, step)) },
    message: `${actor(step)}${describeStep(step)}${side}`,
  };
}
