import { pairKey } from '../join/edges.js';
import type { Evidence, JoinedEvent } from '../join/joined.js';
import { signature, type Subject } from './subjects.js';
import { isSilenceEvidence } from '../join/validator.js';

export const VALIDATION_VERDICTS = ['fixed', 'not-fixed', 'not-exercised'] as const;
export type ValidationVerdict = (typeof VALIDATION_VERDICTS)[number];

export interface ValidationCheck {
  readonly subject: Subject;
  readonly verdict: ValidationVerdict;
  readonly reasons: readonly string[];
}

/** Contention of a class before and after. Times in microseconds, -1 if unknown. */
export interface Compared {
  readonly class: string;
  readonly before: Fought | undefined;
  readonly after: Fought | undefined;
}

export interface Fought {
  readonly contentions: number;
  readonly waitTotal: number;
}

export interface Validation {
  readonly verdict: ValidationVerdict;
  readonly checks: readonly ValidationCheck[];
  /** Reports of the later run that the earlier one does not have. */
  readonly newReports: readonly JoinedEvent[];
  readonly contention: readonly Compared[];
}

/** Whether a bug that an earlier run showed is gone from a later one, and whether the later run could have shown it. */
export function validate(subjects: readonly Subject[], before: Evidence, after: Evidence): Validation {
  const known = new Set(before.events.map(signature));
  const newReports = after.events.filter((joined) => !known.has(signature(joined)));
  const checks = subjects.map((subject) => check(subject, before, after));
  const has = (verdict: ValidationVerdict): boolean => checks.some((each) => each.verdict === verdict);
  const verdict =
    has('not-fixed') || newReports.length > 0
      ? 'not-fixed'
      : has('not-exercised') || checks.length === 0
        ? 'not-exercised'
        : 'fixed';
  return { verdict, checks, newReports, contention: compare(subjects, before, after) };
}

function check(subject: Subject, before: Evidence, after: Evidence): ValidationCheck {
  const reasons: string[] = [];
  const again = after.events.find((joined) => isSame(subject, joined));
  if (again) {
    reasons.push(`reported again at ${again.source}:${again.event.line}`);
    return { subject, verdict: 'not-fixed', reasons };
  }
  const edges = subject.isCircle ? circleEdges(subject.locks) : [];
  const left = edges.filter(([from, to]) => after.pairs.has(pairKey(from, to)));
  if (edges.length > 0 && left.length === edges.length) {
    reasons.push(`all of its dependencies ran again: ${left.map((edge) => edge.join(' -> ')).join(', ')}`);
    return { subject, verdict: 'not-fixed', reasons };
  }
  const gone = edges.filter(([from, to]) => !after.pairs.has(pairKey(from, to)));
  if (gone.length > 0) reasons.push(`not seen any more: ${gone.map((edge) => edge.join(' -> ')).join(', ')}`);
  const doubt = doubtOf(subject, left.length > 0, before, after, reasons);
  if (doubt === undefined) return { subject, verdict: 'fixed', reasons };
  return { subject, verdict: 'not-exercised', reasons: [...reasons, doubt] };
}

function isSame(subject: Subject, joined: JoinedEvent): boolean {
  if (subject.finding !== undefined && joined.explainedBy.includes(subject.finding)) return true;
  return subject.events.some((event) => signature(event) === signature(joined));
}

function circleEdges(locks: readonly string[]): (readonly [string, string])[] {
  if (locks.length === 2 && locks[0] === locks[1]) return [[locks[0] ?? '', locks[1] ?? '']];
  return locks.map((from, index) => [from, locks[(index + 1) % locks.length] ?? from] as const);
}

/** Why the later run proves nothing; `undefined` if it proves the fix, with the proof added to `reasons`. */
function doubtOf(
  subject: Subject,
  keepsOrder: boolean,
  before: Evidence,
  after: Evidence,
  reasons: string[],
): string | undefined {
  if (!isSilenceEvidence(after.validator)) {
    return after.validator.verdict === 'proving'
      ? 'lockdep stopped during the later run: its silence proves nothing'
      : 'nothing shows that lockdep was enabled in the later run: its silence proves nothing';
  }
  if (!after.validator.isWatched) {
    return 'only tables of the later run are given: its log would tell whether something was reported';
  }
  const ran = (name: string): boolean => after.sources.some(({ functions }) => functions.has(name));
  const idle = subject.sides.filter((side) => !side.some(ran));
  if (subject.sides.length > 1 && idle.length === 0) {
    reasons.push(`both sides ran: ${subject.sides.map((side) => side.find(ran) ?? '').join(', ')}`);
    return undefined;
  }
  const locks = [...new Set(subject.locks)];
  if (locks.length === 0) {
    return idle.length === 0 && subject.sides.length > 0
      ? undefined
      : 'nothing shows that its code ran in the later run';
  }
  const counts = locks.map((lock) => ({ lock, before: taken(before, lock), after: taken(after, lock) }));
  const unused = counts.filter((each) => each.after === 0);
  if (unused.length > 0) {
    return `the later run never took ${unused.map((each) => each.lock).join(', ')}`;
  }
  const isPair = subject.isCircle && locks.length > 1;
  if (isPair && !keepsOrder) {
    return 'neither order ran in the later run: the locks were never held together';
  }
  const unknown = counts.filter((each) => each.after < 0);
  if (unknown.length > 0) {
    return `one order ran; nothing tells whether both sides did: add /proc/lockdep with counts, /proc/lock_stat or a trace`;
  }
  const fewer = counts.filter(
    (each) => each.after < Math.max(each.before, isPair ? subject.locks.length : 1),
  );
  const numbers = counts.map((each) =>
    each.before > 0
      ? `${each.lock} ${each.before} times before, ${each.after} after`
      : `${each.lock} ${each.after} times`,
  );
  if (fewer.length > 0) return `the later run did less: ${numbers.join('; ')}`;
  reasons.push(`the locks were taken: ${numbers.join('; ')}`);
  return undefined;
}

/** Number of acquisitions of a class: 0 for none, -1 if the count is unknown. */
function taken(evidence: Evidence, lock: string): number {
  let count = 0;
  let isKnown = false;
  let isUsed = false;
  for (const { classes, contention, dependencies } of evidence.sources) {
    let listed = 0;
    for (const { name, operations } of classes) {
      if (evidence.shownOf(name) !== lock) continue;
      isUsed = true;
      if (operations >= 0) listed += operations;
      isKnown ||= operations >= 0;
    }
    let fought = 0;
    for (const { name, acquisitions } of contention) {
      if (evidence.shownOf(name) !== lock) continue;
      if (acquisitions > 0) fought += acquisitions;
      isKnown ||= acquisitions >= 0;
    }
    count = Math.max(count, listed, fought);
    isUsed ||= dependencies.some(
      ({ from, to }) => evidence.shownOf(from) === lock || evidence.shownOf(to) === lock,
    );
  }
  return isKnown ? count : isUsed ? -1 : 0;
}

function compare(subjects: readonly Subject[], before: Evidence, after: Evidence): Compared[] {
  const locks = [...new Set(subjects.flatMap((subject) => subject.locks))].sort();
  return locks.flatMap((lock) => {
    const one = fought(before, lock);
    const other = fought(after, lock);
    return one || other ? [{ class: lock, before: one, after: other }] : [];
  });
}

function fought(evidence: Evidence, lock: string): Fought | undefined {
  const rows = evidence.sources.flatMap(({ contention }) =>
    contention.filter(({ name }) => evidence.shownOf(name) === lock),
  );
  if (rows.length === 0) return undefined;
  return {
    contentions: rows.reduce((sum, row) => sum + row.contentions, 0),
    waitTotal: rows.reduce((sum, row) => sum + row.waitTotal, 0),
  };
}
