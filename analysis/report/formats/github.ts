import { visibleAll } from '../../base/visible.js';
import type { Location } from '../../base/span.js';
import type { AlsoAt, Finding, Severity, StoryStep } from '../../checks/types.js';
import { actor, describeStep, unfinishedText } from './text.js';

const LEVEL: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'notice' };

/**
 * `--format github`: workflow commands that GitHub shows on the lines of a pull request. The other sides of a
 * finding get notices, since the request may have added any of them.
 */
export function renderGithub(
  findings: readonly Finding[],
  pathOf = (file: string): string => file,
  unfinished = 0,
): string {
  const left =
    unfinished === 0 ? '' : `::notice title=lockorder::${escapeData(unfinishedText(unfinished))}\n`;
  return `${annotations(findings, pathOf)}${left}`;
}

function annotations(findings: readonly Finding[], pathOf: (file: string) => string): string {
  const shown = findings.map((finding) => ({
    ...finding,
    at: { ...finding.at, file: pathOf(finding.at.file) },
    story: finding.story.map((step) => ({ ...step, file: pathOf(step.file) })),
    also: (finding.also ?? []).map((other) => ({ ...other, file: pathOf(other.file) })),
  }));
  return visibleAll(shown)
    .flatMap((finding) => [
      main(finding),
      ...otherSides(finding).map((step) => notice(finding, step)),
      ...finding.also.map((other) => sameMistake(finding, other)),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function main(finding: Finding): string {
  const steps = finding.story.map((step) => `${place(step)} ${actor(step)}${describeStep(step)}`);
  const title = `${finding.rule} (${finding.confidence} confidence)`;
  return command(LEVEL[finding.severity], finding.at, title, [finding.message, ...steps]);
}

function notice({ rule, at }: Finding, step: StoryStep): string {
  const text = `${actor(step)}${describeStep(step)}; the finding is at ${place(at)}${at.function === '' ? '' : ` in ${at.function}()`}`;
  return command('notice', step, `${rule}: another side`, [text]);
}

function sameMistake({ rule, at, message }: Finding, other: AlsoAt): string {
  const text = `the same bug as at ${place(at)}: ${message}`;
  return command('notice', other, `${rule}: another way`, [text]);
}

/** The last acquisition of each side that is not reported itself. */
function otherSides({ at, story }: Finding): StoryStep[] {
  const isAt = ({ file, line, column }: StoryStep): boolean =>
    file === at.file && line === at.line && column === at.column;
  const reported = story.find(isAt)?.path;
  return story.filter((step, index) => step.path !== reported && story[index + 1]?.path !== step.path);
}

function place({ file, line }: Location): string {
  return `${file}:${line}`;
}

function command(level: string, at: Location, title: string, text: readonly string[]): string {
  const properties = [
    ['file', at.file],
    ['line', at.line],
    ['endLine', at.endLine],
    ['col', at.column],
    ['endColumn', at.endColumn],
    ['title', title],
  ]
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',');
  return `::${level} ${properties}::${escapeData(text.join('\n'))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
