import type { Confidence, Finding, RuleId } from '../checks/types.js';
import type { Program } from '../link/types.js';
import { atLeast, compareFindings, compareText } from '../report/order.js';
import { CommentIndex, type SuppressionComment, type Suppressions } from '../report/suppression.js';
import type { Config, IgnoreEntry } from './config.js';
import { isBelow } from '../base/paths.js';

export interface FindingOptions {
  /** Minimum confidence of the findings in the result. */
  readonly confidence: Confidence;
  /** Only these rules; all if absent. */
  readonly rules?: readonly RuleId[];
  readonly severities?: Config['rules'];
  readonly ignore?: readonly IgnoreEntry[];
  /** Files and folders relative to the root whose findings are reported; empty for all. */
  readonly report: readonly string[];
}

/** A suppression that hides nothing or cannot be parsed, to be reported to the user. */
export interface SuppressionNote {
  /** `undefined` for an entry of lockorder.json. */
  readonly file: string | undefined;
  readonly line: number;
  readonly text: string;
  /** The path to an entry of lockorder.json: keys and indexes from the top. */
  readonly place?: readonly (string | number)[];
}

export interface SelectedFindings {
  readonly findings: readonly Finding[];
  readonly suppressed: number;
  /** The suppressed findings, each with the given reasons. */
  readonly hidden: readonly { readonly finding: Finding; readonly reason: string }[];
  readonly notes: readonly SuppressionNote[];
}

/**
 * The engine's findings in the requested files, with severities, confidence and suppressions applied, sorted.
 */
export function selectFindings(
  all: readonly Finding[],
  program: Program,
  suppressions: ReadonlyMap<string, Suppressions>,
  options: FindingOptions,
): SelectedFindings {
  const isReported = isBelow(options.report);
  const indexes = commentIndexes(program, suppressions);
  const used = new Set<SuppressionComment | IgnoreEntry>();
  const findings: Finding[] = [];
  const hidden: { finding: Finding; reason: string }[] = [];
  for (const finding of all) {
    const severity = options.severities?.[finding.rule] ?? finding.severity;
    if (![finding.at, ...finding.story].some((place) => isReported(place.file))) continue;
    if (severity === 'off' || !(options.rules?.includes(finding.rule) ?? true)) continue;
    const hiding = [...commentsOn(finding, indexes), ...entriesFor(finding, options.ignore ?? [])];
    for (const each of hiding) used.add(each);
    if (!atLeast(finding.confidence, options.confidence)) continue;
    const shown = severity === finding.severity ? finding : { ...finding, severity };
    if (hiding.length === 0) findings.push(shown);
    else hidden.push({ finding: shown, reason: [...new Set(hiding.map(({ reason }) => reason))].join('; ') });
  }
  return {
    findings: findings.sort(compareFindings),
    suppressed: hidden.length,
    hidden,
    notes: notesOf(suppressions, options, used),
  };
}

/** Known findings under other suppressions and severities. */
export function reselected(
  findings: readonly Finding[],
  { ignore = [], severities }: Pick<FindingOptions, 'ignore' | 'severities'>,
): readonly Finding[] {
  return findings.flatMap((finding) => {
    const severity = severities?.[finding.rule] ?? finding.severity;
    const [hiding] = entriesFor(finding, ignore);
    return severity === 'off' || hiding !== undefined ? [] : [{ ...finding, severity }];
  });
}

function commentIndexes(
  program: Program,
  suppressions: ReadonlyMap<string, Suppressions>,
): ReadonlyMap<string, CommentIndex> {
  return new Map(
    [...suppressions].map(([file, { comments }]) => [
      file,
      new CommentIndex(file, comments, program.outline(file)?.functions ?? []),
    ]),
  );
}

function* commentsOn(
  finding: Finding,
  indexes: ReadonlyMap<string, CommentIndex>,
): Generator<SuppressionComment> {
  for (const file of new Set([finding.at.file, ...finding.story.map((step) => step.file)]))
    yield* new Set(indexes.get(file)?.covering(finding));
}

function* entriesFor(finding: Finding, ignore: readonly IgnoreEntry[]): Generator<IgnoreEntry> {
  for (const entry of ignore) {
    const isMeant =
      (entry.rule === undefined || entry.rule === finding.rule) &&
      (entry.locks === undefined || entry.locks.every((lock) => hasLock(finding, lock))) &&
      (entry.function === undefined ||
        [finding.at, ...finding.story].some((place) => place.function === entry.function));
    if (isMeant) yield entry;
  }
}

/**
 * Whether a finding involves a lock of this name. A global lock is displayed with its file if a namesake is known,
 * which depends on the files that were read. A name without a file matches both forms. A name with a file also matches
 * the form without one if the finding passes through that file.
 */
function hasLock({ locks, at, story }: Finding, name: string): boolean {
  const own = /^(.+\.[a-z]+):(\w+)$/i.exec(name);
  const isThere = [at, ...story].some((place) => place.file === own?.[1]);
  return locks.some((lock) => lock === name || lock.endsWith(`:${name}`) || (isThere && own?.[2] === lock));
}

/** A suppression may belong to a finding below the reported confidence. */
const SHOWN: Readonly<Record<Confidence, string>> = {
  high: ' of high confidence',
  medium: ' of high or medium confidence',
  low: '',
};

function notesOf(
  suppressions: ReadonlyMap<string, Suppressions>,
  options: FindingOptions,
  used: ReadonlySet<SuppressionComment | IgnoreEntry>,
): SuppressionNote[] {
  const notes: SuppressionNote[] = [];
  const nothing = `suppresses nothing${SHOWN[options.confidence]}`;
  const isRun = (rule: RuleId | undefined): boolean =>
    rule === undefined || (options.severities?.[rule] !== 'off' && (options.rules?.includes(rule) ?? true));
  for (const file of [...suppressions.keys()].sort(compareText)) {
    const { comments = [], malformed = [] } = suppressions.get(file) ?? {};
    for (const { line, problem } of malformed) notes.push({ file, line, text: problem });
    for (const comment of comments) {
      if (used.has(comment) || !isRun(comment.rule)) continue;
      notes.push({ file, line: comment.line, text: `lockorder-ignore ${comment.rule} ${nothing}` });
    }
  }
  // An analysed part of the tree need not contain what the settings of the whole tree mention.
  const isWhole = options.report.length === 0 || options.report.includes('.');
  (isWhole ? (options.ignore ?? []) : []).forEach((entry, index) => {
    if (used.has(entry) || !isRun(entry.rule)) return;
    const text = `ignore[${index}] (${entry.reason}) ${nothing}`;
    notes.push({ file: undefined, line: 0, place: ['ignore', index], text });
  });
  return notes;
}
