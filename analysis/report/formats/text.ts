import { folderOf } from '../../base/paths.js';
import { visible, visibleAll } from '../../base/visible.js';
import { compareNatural } from '../order.js';
import { shortNames } from '../../graph/orders/side.js';
import type { Finding, StoryStep } from '../../checks/types.js';
import type { CommitVerdict, Report } from './schema.js';

/** Returns one line of a file (1-based) without its line end, or `undefined`. */
export type SourceLine = (file: string, line: number) => string | undefined;

/** Styles ranges of the output; the identity functions of {@link PLAIN} without a terminal. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly error: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly frame: (text: string) => string;
}

const same = (text: string): string => text;
export const PLAIN: Style = { strong: same, error: same, warning: same, frame: same };

const ESC = '\u001b[';
const paint =
  (code: string) =>
  (text: string): string =>
    `${ESC}${code}m${text}${ESC}0m`;
export const COLOURED: Style = {
  strong: paint('1'),
  error: paint('1;31'),
  warning: paint('1;33'),
  frame: paint('1;34'),
};

/** `scan --format text`: every finding as a story with source excerpts, then a summary line. */
export function renderText(
  report: Report,
  source: SourceLine,
  style: Style = PLAIN,
  layout: Layout = {},
): string {
  const { most = Infinity, isQuiet = false } = layout;
  const stories = report.findings
    .slice(0, most)
    .map((finding) => `${renderFinding(finding, source, style, layout)}\n`);
  const summary = isQuiet ? '' : `${summarise(report, style, layout)}\n`;
  return `${stories.join('')}${summary}${renderVerdicts(report.commits ?? [], style)}`;
}

/** How findings are laid out for people. */
export interface Layout {
  /** The path to show for one relative to the root. */
  readonly pathOf?: (file: string) => string;
  /** The command that explains a finding. */
  readonly explain?: (finding: Finding) => string;
  /** Maximum number of findings to show; the rest is counted. */
  readonly most?: number;
  /** Without a summary. */
  readonly isQuiet?: boolean;
}

const SHORT_HASH = 12;

/** One line per commit, followed by what it adds. */
export function renderVerdicts(commits: readonly CommitVerdict[], style: Style = PLAIN): string {
  return visibleAll(commits)
    .map(({ commit, subject, adds }) => {
      const verdict = adds.length === 0 ? 'adds nothing' : `adds ${plural(adds.length, 'finding')}`;
      const lines = adds.map(
        ({ severity, rule, file, line, message }) =>
          `    ${file}:${line}: ${severity}[${rule}]: ${message}\n`,
      );
      return `${style.strong(`${commit.slice(0, SHORT_HASH)} ${verdict}`)}: ${subject}\n${lines.join('')}`;
    })
    .join('');
}

/** From this many findings on, the summary counts by rule, severity and folder. */
const MANY = 5;
const MOST_FOLDERS = 8;

function summarise(
  report: Report,
  style: Style,
  { most = Infinity, pathOf = (file): string => file }: Layout,
): string {
  const { findings, skipped, unfinished = [], baseline } = report;
  const count = findings.length;
  const facts = [
    count === 0 ? 'no findings' : plural(count, 'finding'),
    ...(count > most ? [`${count - most} of them not shown`] : []),
    ...(skipped.length > 0 ? [`${plural(skipped.length, 'path')} skipped`] : []),
    ...(unfinished.length > 0 ? [unfinishedText(unfinished.length)] : []),
  ];
  const known = baseline
    ? [`baseline: ${plural(baseline.known, 'known finding')} left out, ${baseline.gone} no longer there`]
    : [];
  const counts =
    count < MANY
      ? []
      : [
          `by rule:      ${countsOf(findings.map(({ rule }) => rule))}`,
          `by severity:  ${countsOf(findings.map(({ severity }) => severity))}`,
          `by directory: ${countsOf(findings.map(({ at }) => visible(folderOf(pathOf(at.file)) || '.')))}`,
        ];
  return [...counts, ...known, style.strong(facts.join(', '))].join('\n');
}

/** The caveat for a result without findings: some functions were not analysed in full. */
export function unfinishedText(count: number): string {
  return `${plural(count, 'function')} not analysed in full (--stats lists them)`;
}

/** Most frequent first. */
function countsOf(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || compareNatural(a[0], b[0]));
  const rest = sorted.length > MOST_FOLDERS ? [`and ${sorted.length - MOST_FOLDERS} more`] : [];
  return [...sorted.slice(0, MOST_FOLDERS).map(([name, count]) => `${name} ${count}`), ...rest].join(', ');
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One finding: head line, the excerpts of each side with carets, then its assumptions and fixes. */
export function renderFinding(
  raw: Finding,
  sourceOf: SourceLine,
  style: Style = PLAIN,
  { pathOf = (file): string => file, explain = explainCommand }: Layout = {},
): string {
  const finding = visibleAll(raw);
  const place = ({ file, line, column }: Location): string =>
    `${visible(pathOf(names.get(file) ?? file))}:${line}:${column}`;
  const also = finding.also ?? [];
  const names = new Map([raw.at, ...raw.story, ...(raw.also ?? [])].map(({ file }) => [visible(file), file]));
  const source: SourceLine = (file, line) => sourceOf(names.get(file) ?? file, line);
  const steps = finding.story.length > 0 ? finding.story : [stepOf(finding)];
  const width = String(Math.max(finding.at.line, ...steps.map((step) => step.line))).length;
  const frame = new Margin(width, style);
  const mark = finding.severity === 'error' ? style.error : style.warning;
  const lines = [
    `${mark(`${finding.severity}[${finding.rule}]`)}${style.strong(`: ${finding.message}`)}`,
    frame.arrow('-->', place(finding.at) + inside(finding.at.function)),
  ];
  const sides = groupBy(steps, (step) => step.path);
  sides.forEach((side, index) => {
    lines.push(frame.bar());
    if (sides.length > 1) lines.push(frame.note(style.strong(sideTitle(index, sides.length, side))));
    lines.push(...renderSide(side, finding, { source, frame, mark, place }));
  });
  lines.push(frame.bar());
  for (const { source, verdict } of finding.evidence) {
    if (verdict === 'seen') lines.push(frame.remark('seen', `at run time: ${source}`));
  }
  for (const other of also)
    lines.push(frame.remark('also', `${place(other)}${inside(other.function)} (${other.id})`));
  for (const assumption of finding.assumes) lines.push(frame.remark('assumes', assumption.text));
  for (const fix of finding.fixes.filter((each) => each.verified)) {
    lines.push(frame.remark('help', `${fix.title} (lockorder fix)`));
  }
  lines.push(frame.remark('note', `${finding.confidence} confidence; ${explain(raw)}`));
  return `${lines.join('\n')}\n`;
}

function stepOf(finding: Finding): StoryStep {
  return { ...finding.at, path: 0, text: finding.message, held: [] };
}

const ORDINALS = ['one side', 'the other side'] as const;

function sideTitle(index: number, count: number, side: readonly StoryStep[]): string {
  const name = count === 2 ? ORDINALS[index] : `side ${index + 1} of ${count}`;
  return `${name}: ${side[0]?.function ?? ''}`;
}

/** How the steps of a finding are shown. */
interface StepLayout {
  readonly source: SourceLine;
  readonly frame: Margin;
  /** Marks the step at the finding's own place. */
  readonly mark: (text: string) => string;
  readonly place: (at: Location) => string;
}

function renderSide(
  side: readonly StoryStep[],
  finding: Finding,
  { source, frame, mark, place }: StepLayout,
): string[] {
  const lines: string[] = [];
  let last: StoryStep | undefined;
  for (const step of side) {
    if (!last || last.file !== step.file || last.function !== step.function) {
      if (last || step.file !== finding.at.file || step.function !== finding.at.function) {
        lines.push(frame.arrow(':::', place(step) + inside(step.function)));
      }
    } else if (step.line < last.line || step.line > last.line + 1) lines.push(frame.gap());
    const isPlace = step.line === finding.at.line && step.file === finding.at.file;
    lines.push(...renderStep(step, source, frame, isPlace ? mark : frame.style.frame));
    last = step;
  }
  return lines;
}

function renderStep(
  step: StoryStep,
  source: SourceLine,
  frame: Margin,
  mark: (text: string) => string,
): string[] {
  const label = describeStep(step);
  const text = source(step.file, step.line);
  if (text === undefined) return [frame.numbered(step.line, `(source not available) ${label}`)];
  const start = Math.min(step.column - 1, text.length);
  const end = step.endLine === step.line ? Math.min(step.endColumn - 1, text.length) : text.trimEnd().length;
  const before = expandTabs(text.slice(0, start));
  const carets = '^'.repeat(Math.max(1, expandTabs(text.slice(0, end)).length - before.length));
  const cut = cutAround(expandTabs(text).trimEnd(), before.length, carets.length);
  return [
    frame.numbered(step.line, cut.line),
    frame.note(`${' '.repeat(cut.before)}${mark(`${'^'.repeat(cut.carets)} ${label}`)}`),
  ];
}

/** Longer lines are cut on the left, to a little before the relevant part. */
const LONG_LINE = 160;
const BEFORE = 60;

function cutAround(
  line: string,
  before: number,
  carets: number,
): { readonly line: string; readonly before: number; readonly carets: number } {
  if (line.length <= LONG_LINE) return { line, before, carets };
  const from = Math.max(0, Math.min(before - BEFORE, line.length - LONG_LINE));
  const shown = line.slice(from, from + LONG_LINE);
  const head = from > 0 ? '…' : '';
  const tail = from + LONG_LINE < line.length ? '…' : '';
  const start = before - from + head.length;
  return {
    line: `${head}${shown}${tail}`,
    before: start,
    carets: Math.max(1, Math.min(carets, head.length + shown.length - start)),
  };
}

/** The function of a step; empty for a declaration, or for a step that names its subject. */
export function doerOf({ function: name, text }: Pick<StoryStep, 'function' | 'text'>): string {
  return /^\w+\(\) /.test(text) ? '' : name;
}

/** The subject of a step, followed by a blank. */
export function actor(step: Pick<StoryStep, 'function' | 'text'>): string {
  const name = doerOf(step);
  return name === '' ? '' : `${name}() `;
}

/** A step in words: what it does, what is held then unless stated before, and under which `#if`. */
export function describeStep(step: StoryStep): string {
  const unsaid = step.held.filter((lock) => step.named?.includes(lock) !== true);
  const held = unsaid.length > 0 ? `, holding ${unsaid.map(shortNames(unsaid)).join(', ')}` : '';
  const condition = step.if === undefined || step.if === '' ? '' : ` (if ${step.if})`;
  return `${step.text}${held}${condition}`;
}

function inside(name: string): string {
  return name === '' ? '' : ` in ${name}`;
}

interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function explainCommand({ id }: Finding): string {
  return `lockorder explain ${id}`;
}

const TAB_WIDTH = 8;

/** Source as displayed: tabs expand to multiples of eight, as in the kernel's style. */
function expandTabs(text: string): string {
  if (!text.includes('\t')) return visible(text);
  let out = '';
  for (const part of text.split(/(\t)/))
    out += part === '\t' ? ' '.repeat(TAB_WIDTH - (out.length % TAB_WIDTH)) : visible(part);
  return out;
}

/** Groups adjacent elements with equal keys. */
export function groupBy<T>(items: readonly T[], key: (item: T) => unknown): T[][] {
  const groups: T[][] = [];
  let last: unknown;
  for (const item of items) {
    const group = groups.at(-1);
    if (group && key(item) === last) group.push(item);
    else groups.push([item]);
    last = key(item);
  }
  return groups;
}

/** The margin with line numbers at the left of every excerpt. */
class Margin {
  constructor(
    private readonly width: number,
    readonly style: Style,
  ) {}

  private margin(number: string, sign: string): string {
    return this.style.frame(`${number.padStart(this.width)} ${sign}`);
  }

  bar(): string {
    return this.margin('', '|');
  }

  gap(): string {
    return this.style.frame(`${' '.repeat(this.width)}...`);
  }

  note(text: string): string {
    return `${this.bar()} ${text}`;
  }

  numbered(line: number, text: string): string {
    return `${this.margin(String(line), '|')} ${text}`.trimEnd();
  }

  arrow(sign: string, text: string): string {
    return `${this.style.frame(`${' '.repeat(this.width)}${sign}`)} ${text}`;
  }

  remark(kind: string, text: string): string {
    return `${this.margin('', '=')} ${this.style.strong(kind)}: ${text}`;
  }
}
