import type { AlsoAt, EvidenceMark, Finding, Fix, RuleId, StoryStep } from '../checks/types.js';
import { CONFIDENCES } from './rules.js';
import { compareFindings } from './order.js';

/** Rules whose finding ends in one call or acquisition that is wrong because of a lock held on the path to it. */
const ENDS_IN_CALL: ReadonlySet<RuleId> = new Set(['sleep-in-atomic', 'wait-deadlock', 'self-deadlock']);

/** What a finding shares with others of the same cause. */
interface Cause {
  /** Equal for findings that may be one mistake: rule, locks and the file of the code that holds them. */
  readonly base: string;
  /** The critical section, if everything that sleeps in it is one mistake. */
  readonly section?: string;
  /** Place of the wait, sleep or acquisition at the end. */
  readonly end: string;
}

/** The findings of one critical section, or a single one. */
interface Group {
  readonly base: string;
  readonly members: Finding[];
  readonly ends: Set<string>;
}

/**
 * Reports each mistake once, by its shortest path; the other paths remain in {@link Finding.also}. A section or handler
 * that sleeps in several places is one mistake. So are the paths to one wait, sleep or acquisition from several
 * sections of one file that hold the same lock, or from several handlers of one file: one change at that place fixes
 * all of them, and what one and the same repair mends. Sections that share only some of these places stay separate, since a
 * change for one does not fix the other.
 */
export function byCause(findings: readonly Finding[]): Finding[] {
  const sections = new Map<string, Group>();
  for (const finding of findings) {
    const cause = causeOf(finding);
    const key = cause === undefined ? finding.id : `${cause.base}\n${cause.section ?? finding.id}`;
    const group = sections.get(key) ?? { base: cause?.base ?? '', members: [], ends: new Set() };
    sections.set(key, group);
    group.members.push(finding);
    if (cause) group.ends.add(cause.end);
  }
  const mistakes = new Map<string, Group[]>();
  for (const [key, group] of sections) {
    const cause = group.base === '' ? key : [group.base, ...[...group.ends].sort()].join('\n');
    mistakes.set(cause, [...(mistakes.get(cause) ?? []), group]);
  }
  return byRepair([...mistakes.values()])
    .map(tellOnce)
    .sort(compareFindings);
}

/** Joins mistakes of one rule that one and the same repair mends: what one change mends has one cause. */
function byRepair(mistakes: readonly (readonly Group[])[]): readonly (readonly Group[])[] {
  const joined = new Map<string, readonly Group[]>();
  for (const groups of mistakes) {
    const [first] = groups.flatMap(({ members }) => members);
    const repair = groups.flatMap(({ members }) => members.flatMap(({ fixes }) => fixes))[0];
    const key =
      repair === undefined ? (first?.id ?? '') : `${first?.rule ?? ''}\n${JSON.stringify(repair.edits)}`;
    joined.set(key, [...(joined.get(key) ?? []), ...groups]);
  }
  return [...joined.values()];
}

/** `undefined` for a finding that shares its cause with no other. */
function causeOf(finding: Finding): Cause | undefined {
  const { rule, at, locks, story } = finding;
  const own = story.filter(({ path }) => path === 0);
  const [first] = own;
  const last = own.at(-1);
  if (!ENDS_IN_CALL.has(rule) || first === undefined || last === undefined) return undefined;
  const why = locks.length > 0 ? locks : withoutLock(finding, first);
  if (why === undefined) return undefined;
  const cause = { base: [rule, at.file, ...why].join('\n'), end: placeOf(last) };
  return isSection(finding, first) ? { ...cause, section: `${at.function} ${placeOf(first)}` } : cause;
}

/**
 * What replaces a lock without a class: a read section, or a handler's registration. `undefined` if there is none,
 * since then each path is atomic, or waits for itself, for its own reason.
 */
function withoutLock({ rule, at }: Finding, first: StoryStep): readonly string[] | undefined {
  if (rule !== 'sleep-in-atomic' || placeOf(first) === placeOf(at)) return undefined;
  return first.function === at.function ? ['', first.text] : ['', 'handler'];
}

/**
 * Whether the finding is about a section or a handler that must not sleep: the story begins with the acquisition in the
 * function that sleeps, or with the code that makes the function a handler. An allocation only has the wrong flags,
 * which are changed one by one.
 */
function isSection({ rule, at, locks, assumes }: Finding, first: StoryStep): boolean {
  const allocates = assumes.some(({ reason }) => reason === 'may-reclaim');
  const isHere = (first.function === at.function || locks.length === 0) && placeOf(first) !== placeOf(at);
  return rule === 'sleep-in-atomic' && isHere && !allocates;
}

function placeOf({ file, line, column }: Pick<StoryStep, 'file' | 'line' | 'column'>): string {
  return `${file}:${line}:${column}`;
}

function tellOnce(groups: readonly Group[]): Finding {
  const members = groups.flatMap((group) => group.members).sort(byClearness);
  const [told, ...others] = members as [Finding, ...Finding[]];
  if (others.length === 0) return told;
  return {
    ...told,
    witnesses: [...new Set(members.flatMap(({ witnesses }) => witnesses))].sort(),
    evidence: marksOf(members),
    // A fix for one call under a lock already says how many calls it leaves there.
    fixes: fixesOf(members, told, groups.length > 1 || told.locks.length === 0),
    also: [...others].sort(compareFindings).map((other) => alsoAt(other, told)),
  };
}

/** The most certain first, then those seen at run time, then the shortest path. */
function byClearness(a: Finding, b: Finding): number {
  return (
    CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
    Number(wasSeen(b)) - Number(wasSeen(a)) ||
    a.story.length - b.story.length ||
    (a.story[0]?.line ?? 0) - (b.story[0]?.line ?? 0) ||
    compareFindings(a, b)
  );
}

function wasSeen({ evidence }: Finding): boolean {
  return evidence.some(({ verdict }) => verdict === 'seen');
}

/** One mark per source; an observation of one path applies to the whole mistake. */
function marksOf(members: readonly Finding[]): EvidenceMark[] {
  const marks = new Map<string, EvidenceMark>();
  for (const mark of members.flatMap(({ evidence }) => evidence))
    if (!marks.has(mark.source) || mark.verdict === 'seen') marks.set(mark.source, mark);
  return [...marks.values()];
}

/** The fixes of all members, each once. The title says so if a fix covers some members only, or not the one that is told. */
function fixesOf(members: readonly Finding[], told: Finding, isCounted: boolean): Fix[] {
  const fixes = new Map<string, { readonly fix: Fix; readonly of: Set<Finding> }>();
  for (const member of members)
    for (const fix of member.fixes) {
      const key = JSON.stringify(fix.edits);
      const known = fixes.get(key) ?? { fix, of: new Set() };
      fixes.set(key, known);
      known.of.add(member);
    }
  return [...fixes.values()].map(({ fix, of }) => {
    if (!isCounted || of.size === members.length) return fix;
    const besides = of.has(told) ? '' : `, not in ${told.at.function}()`;
    return { ...fix, title: `${fix.title} (${of.size} of ${members.length} places${besides})` };
  });
}

/** Its place or, if the other one has the same place, where its path begins. */
function alsoAt({ id, at, story: [first] }: Finding, told: Finding): AlsoAt {
  const where = first !== undefined && placeOf(at) === placeOf(told.at) ? first : at;
  const { file, line, column, endLine, endColumn, function: name } = where;
  return { id, file, line, column, endLine, endColumn, function: name };
}
