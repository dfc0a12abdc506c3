import { visible, visibleAll } from '../base/visible.js';
import { shortName } from '../graph/side.js';
import type { Finding, StoryStep } from '../checks/types.js';
import type { CommitVerdict, Report } from './schema.js';

/** Gives one line of a file (1-based) without its line end, or `undefined` where there is none. */
export type SourceLine = (file: string, line: number) => string | undefined;

/** Marks stretches of the output; the identity functions of {@link PLAIN} where there is no terminal. */
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

/** `scan --format text`: every finding as a story with the source it happens in, then one line of summary. */
export function renderText(report: Report, source: SourceLine, style: Style = PLAIN): string {
  const stories = report.findings.map((finding) => `${renderFinding(finding, source, style)}\n`);
  return `${stories.join('')}${summarise(report, style)}\n${renderVerdicts(report.commits ?? [], style)}`;
}

const SHORT_HASH = 12;

/** One line per commit, and below it what it adds. */
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

function summarise(report: Report, style: Style): string {
  const count = report.findings.length;
  const skipped = report.skipped.length > 0 ? `, ${plural(report.skipped.length, 'path')} skipped` : '';
  return style.strong(`${count === 0 ? 'no findings' : plural(count, 'finding')}${skipped}`);
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One finding: head line, the excerpts of each side with carets, then what it rests on and what helps. */
export function renderFinding(raw: Finding, sourceOf: SourceLine, style: Style = PLAIN): string {
  const finding = visibleAll(raw);
  const names = new Map([raw.at, ...raw.story].map(({ file }) => [visible(file), file]));
  const source: SourceLine = (file, line) => sourceOf(names.get(file) ?? file, line);
  const steps = finding.story.length > 0 ? finding.story : [stepOf(finding)];
  const width = String(Math.max(finding.at.line, ...steps.map((step) => step.line))).length;
  const frame = new Frame(width, style);
  const mark = finding.severity === 'error' ? style.error : style.warning;
  const lines = [
    `${mark(`${finding.severity}[${finding.rule}]`)}${style.strong(`: ${finding.message}`)}`,
    frame.arrow('-->', place(finding.at) + inside(finding.at.function)),
  ];
  const sides = groupBy(steps, (step) => step.path);
  sides.forEach((side, index) => {
    lines.push(frame.bar());
    if (sides.length > 1) lines.push(frame.note(style.strong(sideTitle(index, sides.length, side))));
    lines.push(...renderSide(side, finding, source, frame, mark));
  });
  lines.push(frame.bar());
  for (const { source, verdict } of finding.evidence) {
    if (verdict === 'seen') lines.push(frame.remark('seen', `at run time: ${source}`));
  }
  for (const assumption of finding.assumes) lines.push(frame.remark('assumes', assumption.text));
  for (const fix of finding.fixes.filter((each) => each.verified)) {
    lines.push(frame.remark('help', `${fix.title} (lockorder fix)`));
  }
  lines.push(frame.remark('note', `${finding.confidence} confidence; lockorder explain ${finding.id}`));
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

function renderSide(
  side: readonly StoryStep[],
  finding: Finding,
  source: SourceLine,
  frame: Frame,
  mark: (text: string) => string,
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
  frame: Frame,
  mark: (text: string) => string,
): string[] {
  const label = describeStep(step);
  const text = source(step.file, step.line);
  if (text === undefined) return [frame.numbered(step.line, `(source not available) ${label}`)];
  const start = Math.min(step.column - 1, text.length);
  const end = step.endLine === step.line ? Math.min(step.endColumn - 1, text.length) : text.trimEnd().length;
  const before = expandTabs(text.slice(0, start));
  const carets = '^'.repeat(Math.max(1, expandTabs(text.slice(0, end)).length - before.length));
  return [
    frame.numbered(step.line, expandTabs(text).trimEnd()),
    frame.note(`${' '.repeat(before.length)}${mark(`${carets} ${label}`)}`),
  ];
}

/** The function that does a step; empty for what is only written down, or says itself whom it is about. */
export function doerOf({ function: name, text }: Pick<StoryStep, 'function' | 'text'>): string {
  return /^\w+\(\) /.test(text) ? '' : name;
}

/** Who does a step, with a blank behind. */
export function actor(step: Pick<StoryStep, 'function' | 'text'>): string {
  const name = doerOf(step);
  return name === '' ? '' : `${name}() `;
}

/** A step in words: what it does, what is held by then unless that is said already, and under which `#if`. */
export function describeStep(step: StoryStep): string {
  const unsaid = step.held.filter(
    (lock) =>
      !step.text.includes(`holding ${shortName(lock)}`) && !step.text.includes(`${shortName(lock)} held`),
  );
  const held = unsaid.length > 0 ? `, holding ${unsaid.join(', ')}` : '';
  const condition = step.if === undefined || step.if === '' ? '' : ` (if ${step.if})`;
  return `${step.text}${held}${condition}`;
}

function inside(name: string): string {
  return name === '' ? '' : ` in ${name}`;
}

function place(at: { readonly file: string; readonly line: number; readonly column: number }): string {
  return `${at.file}:${at.line}:${at.column}`;
}

const TAB_WIDTH = 8;

/** Source as it is shown: tabs become blanks up to the next multiple of eight, as the kernel's style reads them. */
function expandTabs(text: string): string {
  if (!text.includes('\t')) return visible(text);
  let out = '';
  for (const part of text.split(/(\t)/))
    out += part === '\t' ? ' '.repeat(TAB_WIDTH - (out.length % TAB_WIDTH)) : visible(part);
  return out;
}

/** Groups neighbours with an equal key. */
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
class Frame {
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
