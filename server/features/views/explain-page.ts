import type { Span } from '../../../analysis/base/span.js';
import type { Finding, FixRefusal, StoryStep } from '../../../analysis/checks/types.js';
import { shortNames } from '../../../analysis/graph/orders/side.js';
import type { ShownSuggestion } from '../../../analysis/report/explain.js';
import { howToReproduce, howToValidate, type Known } from '../../../analysis/report/proving.js';
import { scenarioOf, sideTitle } from '../../../analysis/report/scenario.js';
import { describeStep, doerOf, groupBy } from '../../../analysis/report/formats/text.js';
import { sentence } from '../../../analysis/report/subject.js';
import { ruleTitle } from '../../../analysis/report/titles.js';
import type { ExcerptLine, ExplainPage, ExplainSide, ExplainStep, Place } from '../../../protocol/views.js';
import { toRange } from '../../documents/positions.js';

/** The file in the name of a static lock. */
const FILE_OF_LOCK = /(?<![\w/])[\w./-]+\.[ch]:(?=[a-z_])/gi;
/** Number of lines shown before and after the line of a step. */
const AROUND = 1;
/** A longer step is cut: only the start of the call matters. */
const MAX_LINES = 6;

/** The part of a root that is needed here. */
export interface PageSource {
  uriOf(file: string): string;
  /** Position in the editor of a span in the analysed text. */
  current(file: string, span: Span): Span;
  /** The analysed text. */
  textOf(file: string): string | undefined;
}

export function explainPage(
  finding: Finding,
  source: PageSource,
  more: {
    readonly refusals: readonly FixRefusal[];
    readonly suggestions: readonly ShownSuggestion[];
    readonly rulePages: string | undefined;
    readonly known?: Known;
  },
): ExplainPage {
  const sides = groupBy(finding.story, (step) => step.path);
  const lines = new Map<string, readonly string[] | undefined>();
  const linesOf = (file: string): readonly string[] | undefined => {
    if (!lines.has(file)) lines.set(file, source.textOf(file)?.split(/\r?\n/));
    return lines.get(file);
  };
  const scenario = scenarioOf(finding);
  const nameOf = shortNames([...finding.locks, ...finding.story.flatMap(({ held }) => held)]);
  return {
    rule: finding.rule,
    ruleTitle: ruleTitle(finding.rule),
    rulePage: more.rulePages === undefined ? undefined : `${more.rulePages}/${finding.rule}.md`,
    severity: finding.severity,
    confidence: finding.confidence,
    message: sentence(finding),
    place: placeOf(source, finding.at),
    function: finding.at.function,
    locks: finding.locks.map(nameOf),
    sides: sides.map((steps, index): ExplainSide => ({
      title: sideTitle(finding, index, sides.length),
      steps: steps.map((step) => ({
        ...stepOf(step, source, linesOf(step.file)),
        held: step.held.filter((lock) => step.named?.includes(lock) !== true).map(nameOf),
      })),
    })),
    scenario: {
      cpus: scenario?.cpus ?? [],
      rows: (scenario?.rows ?? []).map(({ cpu, text }) =>
        (scenario?.cpus ?? []).map((_, index) => (index === cpu ? text : '')),
      ),
    },
    assumes: finding.assumes,
    evidence: finding.evidence,
    fixes: finding.fixes.filter(({ verified }) => verified).map(({ title }) => title),
    suggestions: more.suggestions.map(({ fix: { title }, reason, patch }) => ({ title, reason, patch })),
    refusals: more.refusals.map(({ kind, reason }) => ({ kind, reason: reason.replace(FILE_OF_LOCK, '') })),
    reproduce: howToReproduce(finding, more.known),
    validate: howToValidate(finding),
  };
}

/** A place as the client navigates to it. */
export function placeOf(
  source: Pick<PageSource, 'uriOf' | 'current'>,
  at: Span & { readonly file: string },
): Place {
  const now = source.current(at.file, at);
  return { uri: source.uriOf(at.file), range: toRange(now), label: `${at.file}:${now.line}` };
}

function stepOf(
  step: StoryStep,
  source: PageSource,
  lines: readonly string[] | undefined,
): Omit<ExplainStep, 'held'> {
  return {
    place: placeOf(source, step),
    function: doerOf(step),
    text: describeStep({ ...step, held: [], if: '' }),
    condition: step.if === '' ? undefined : step.if,
    excerpt: lines ? excerpt(step, lines) : [],
  };
}

function excerpt(step: StoryStep, lines: readonly string[]): ExcerptLine[] {
  const first = Math.max(1, step.line - AROUND);
  const end = Math.min(lines.length, step.endLine + AROUND, first + MAX_LINES);
  const result: ExcerptLine[] = [];
  for (let line = first; line <= end; line += 1) {
    const text = lines[line - 1] ?? '';
    const isMarked = step.line <= line && line <= step.endLine;
    const start = line === step.line ? step.column - 1 : text.length - text.trimStart().length;
    const markEnd = line === step.endLine ? step.endColumn - 1 : text.length;
    result.push({
      line,
      text,
      mark: isMarked ? [Math.min(start, text.length), Math.min(markEnd, text.length)] : undefined,
    });
  }
  const says = result.map(saysSomething);
  return result.slice(says.indexOf(true), says.lastIndexOf(true) + 1);
}

/** Blank lines and braces around what is marked would be lines of numbers. */
function saysSomething({ text, mark }: ExcerptLine): boolean {
  return mark !== undefined || /[^\s{}]/.test(text);
}
