import { visible, visibleAll, visibleLines } from '../base/visible.js';
import { shortening } from '../checks/story/short-names.js';
import type { Finding, Fix, FixRefusal, StoryStep } from '../checks/types.js';
import { scenarioOf, sideTitle } from './scenario.js';
import { actor, describeStep, groupBy } from './formats/text.js';
import { ruleTitle } from './titles.js';

const WIDTH = 72;
const EVIDENCE = {
  seen: 'Seen at:    ',
  'not-seen': 'Not seen:   ',
  unknown: 'Unknown in: ',
} as const;

/**
 * `explain`: one finding as plain text that can go into a mail unchanged.
 * @param refusals why no fix is offered, if none is
 * @param suggestions repairs that are not offered as edits
 */
export function explainFinding(
  raw: Finding,
  refusals: readonly FixRefusal[] = [],
  suggestions: readonly ShownSuggestion[] = [],
): string {
  const finding = visibleAll(raw);
  const sections = [
    [
      ...wrap(finding.message),
      '',
      `Rule:       ${finding.rule} (${ruleTitle(finding.rule)})`,
      `Severity:   ${finding.severity}, ${finding.confidence} confidence`,
      `Place:      ${finding.at.file}:${finding.at.line}${finding.at.function === '' ? '' : ` in ${finding.at.function}()`}`,
      // A section with interrupts or preemption off alone has none.
      ...(finding.locks.length > 0 ? [`Locks:      ${finding.locks.join(', ')}`] : []),
      `Id:         ${finding.id}`,
      ...finding.evidence.map(({ source, verdict }) => `${EVIDENCE[verdict]}${source}`),
    ],
    ['What happens', '', ...story(finding)],
    scenario(finding),
    assumptions(finding),
    fixes(finding, suggestions.length > 0 ? [] : visibleAll(refusals)),
    suggested(suggestions),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

/** A fix in words, and as a diff if one was made. */
export interface ShownSuggestion {
  readonly fix: Fix;
  readonly reason: string;
  readonly patch?: string;
}

function suggested(suggestions: readonly ShownSuggestion[]): string[] {
  return suggestions.flatMap(({ fix, reason, patch }, at) => [
    ...(at > 0 ? [''] : []),
    'Suggestion: review before use',
    '',
    ...wrap(`${visible(fix.title)}. It is not offered as an edit: ${reason}.`, '  - ', '    '),
    ...(patch === undefined ? [] : ['', ...visibleLines(patch).trimEnd().split('\n')]),
  ]);
}

/** The interleaving next to the finding, as lines for a mail. */
export function story(finding: Finding): string[] {
  const sides = groupBy(finding.story, (step) => step.path);
  return sides.flatMap((side, index) => [
    ...(index > 0 ? [''] : []),
    ...(sides.length > 1 ? [`  ${sideTitle(finding, index, sides.length)}:`] : []),
    ...side.flatMap((step, number) =>
      wrap(`${sentence(step)} [${step.file}:${step.line}]`, `  ${number + 1}. `, '     '),
    ),
  ]);
}

function sentence(step: StoryStep): string {
  return `${actor(step)}${describeStep(step)}`;
}

/** The table that lockdep prints below "Possible unsafe locking scenario"; empty if there is none. */
export function scenario(finding: Finding): string[] {
  const table = deadlockTable(finding);
  if (table.length === 0) return [];
  return ['Possible unsafe locking scenario:', '', ...table, '', ' *** DEADLOCK ***'];
}

const COLUMN = 24;
const HEAD_INDENT = 7;

function deadlockTable(finding: Finding): string[] {
  const table = scenarioOf(finding);
  if (!table) return [];
  const head = (text: (index: number) => string): string =>
    `${' '.repeat(HEAD_INDENT)}${table.cpus.map((_, index) => text(index).padEnd(COLUMN)).join('')}`.trimEnd();
  return [
    head((index) => table.cpus[index] ?? ''),
    head(() => '----'),
    ...table.rows.map(({ cpu, text }) => `${' '.repeat(cpu === 0 ? 2 : HEAD_INDENT + cpu * COLUMN)}${text}`),
  ];
}

function assumptions(finding: Finding): string[] {
  if (finding.assumes.length === 0) return [];
  return [
    'Assumptions',
    '',
    ...finding.assumes.flatMap(({ reason, text }) => wrap(`${reason}: ${text}`, '  - ', '    ')),
  ];
}

function fixes(finding: Finding, refusals: readonly FixRefusal[]): string[] {
  const offered = finding.fixes.filter((fix) => fix.verified);
  if (offered.length > 0) {
    return [
      'Fix',
      '',
      ...offered.flatMap((fix) => wrap(`${fix.title} (lockorder fix shows the patch).`, '  - ', '    ')),
    ];
  }
  if (refusals.length === 0) return [];
  const shorten = shortening(
    refusals.map(({ reason }) => reason),
    finding.locks,
  );
  return [
    'Why no fix is offered',
    '',
    ...refusals.flatMap(({ kind, reason }) => wrap(`${kind}: ${shorten(reason)}`, '  - ', '    ')),
  ];
}

/** Wraps text at blanks to the line length of a mail; longer words stay whole. */
export function wrap(text: string, first = '', rest = first): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
