import { withoutSubclass } from '../base/subclass.js';
import { atLeast } from '../base/confidence.js';
import { isOrderFile } from '../base/paths.js';
import { absolute, LineTable, type Span } from '../base/span.js';
import type { Analysis, ShownSummary, ShownLock } from '../checks/engine/engine.js';
import type { Finding, Fix, FixRefusal, Progress } from '../checks/types.js';
import { NOTHING_TO_SWITCH } from '../graph/interrupts/sections.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { CodeBefore, FunctionBefore } from './before.js';
import type { Event } from '../skeleton/types.js';
import { isToldOtherwise, isUntouched, nameOf, wasHidden } from './same-story.js';
import { applyTextEdits, mapOffset, toTextEdits, type TextEdit } from './text/edits.js';
import type { FixInput, ProposedFix } from './types.js';
import { eventsOf } from '../skeleton/lowering/events.js';

/** A program with other texts for some files, and its analysis at all confidences. */
export interface Reanalysis {
  readonly program: Program;
  readonly analysis: Analysis;
  /**
   * Findings of the original program, at all confidences, that involve the changed files; `undefined` if they cannot be
   * determined. Afterwards the program is the original one again.
   */
  before(): Generator<Progress, readonly Finding[] | undefined>;
}

/**
 * Analyses the program with these texts (by file) without changing it. The program's owner supplies this; `undefined`
 * if it cannot be done.
 */
export type Reanalyse = (changes: ReadonlyMap<string, string>) => Generator<Progress, Reanalysis | undefined>;

export interface VerifyInput extends Pick<FixInput, 'finding' | 'textOf'> {
  /** Contains the functions of all files that the fix edits. */
  readonly before: CodeBefore;
}

/**
 * Verifies a fix by analysing the program with it: the finding is gone, no other one appears at any confidence, no gap
 * is added, and outside the fix's regions every event has the same held set as before. Returns the verified fix, or why
 * it is refused.
 */
export function* verifyFix(
  input: VerifyInput,
  fix: ProposedFix,
  reanalyse: Reanalyse,
): Generator<Progress, Fix | FixRefusal> {
  const refusal = (reason: string): FixRefusal => ({ kind: fix.kind, reason });
  const changes = new Map<string, TextEdit[]>();
  const texts = new Map<string, string>();
  for (const file of new Set(fix.edits.map((edit) => edit.file))) {
    // An order file may be new.
    const text = input.textOf(file) ?? (isOrderFile(file) ? '' : undefined);
    if (text === undefined) return refusal(`${file} no longer exists`);
    const edits = toTextEdits(
      text,
      fix.edits.filter((edit) => edit.file === file),
    );
    changes.set(file, edits);
    texts.set(file, applyTextEdits(text, edits));
  }
  const after = yield* reanalyse(texts);
  if (!after) return refusal('the changed code could not be analysed');

  // Compare these first, while the program is still the fixed one.
  const harm =
    compareGaps(input.before, after.analysis, texts) ??
    leftOpen(after.analysis, fix) ??
    compareFunctions(input, after, fix, changes, texts);
  const reason = (yield* compareFindings(input, fix, after)) ?? harm;
  if (reason !== undefined) return refusal(reason);
  const left = stillSleeping(input, after.analysis);
  const title = left === 0 ? fix.title : `${fix.title} (one of ${left + 1} calls that sleep there)`;
  return { title, kind: fix.kind, verified: true, edits: fix.edits };
}

/**
 * Number of other calls that still sleep in the finding's section. They are findings of their own, and the fix's title
 * mentions them.
 */
function stillSleeping({ finding, before }: VerifyInput, after: Analysis): number {
  const [holds] = finding.story;
  if (finding.rule !== 'sleep-in-atomic' || finding.locks.length === 0 || holds === undefined) return 0;
  const others = before.findings.filter(
    ({ id, rule, confidence, story: [start] }) =>
      id !== finding.id &&
      rule === finding.rule &&
      confidence !== 'low' &&
      start?.file === holds.file &&
      start.line === holds.line &&
      start.column === holds.column,
  );
  return others.filter(({ id }) => after.findings.some((found) => found.id === id)).length;
}

function* compareFindings(
  { finding, before: known }: VerifyInput,
  fix: ProposedFix,
  after: Reanalysis,
): Generator<Progress, string | undefined> {
  const { findings } = after.analysis;
  if (findings.some(({ id }) => id === finding.id)) return 'the finding would remain';
  // The original analysis knows most of them; only others are worth a second one.
  const others = findings.filter((found) => worse(found, known.findings) !== undefined);
  if (others.length === 0) return undefined;
  const before = yield* after.before();
  if (before === undefined) return 'the changed code could not be analysed';
  const gone = before.filter(({ id }) => id !== finding.id && !findings.some((found) => found.id === id));
  const touched = touchedBy(fix, known);
  for (const found of others) {
    const reason = worse(found, before);
    const isKnown =
      isToldOtherwise(found, gone, fix) ||
      isUntouched(found, fix, touched) ||
      wasHidden(found, finding, before, fix);
    if (reason !== undefined && !isKnown) return reason;
  }
  return undefined;
}

/** The functions that a fix edits or adds. */
function touchedBy(fix: ProposedFix, { functions }: Pick<CodeBefore, 'functions'>): ReadonlySet<string> {
  const edited = [...functions.values()].flat().filter((fn) => isEdited(fix, fn));
  return new Set([...edited, ...(fix.added ?? [])].map(({ file, name }) => nameOf(file, name)));
}

/** Why a finding is worse than the known ones: it is new or has a higher confidence. `undefined` if it is neither. */
function worse(found: Finding, known: readonly Finding[]): string | undefined {
  const old = known.find(({ id }) => id === found.id);
  if (old === undefined) return `another finding would appear: ${found.message}`;
  return atLeast(old.confidence, found.confidence)
    ? undefined
    : `another finding would become more certain: ${found.message}`;
}

/** Why a handler would still find the class held elsewhere, whether or not a finding reports it. */
function leftOpen(after: Analysis, { cures }: ProposedFix): string | undefined {
  const left = cures && after.stillToSwitch(cures);
  if (left === undefined) return undefined;
  if ('reason' in left) return left.reason === NOTHING_TO_SWITCH ? undefined : left.reason;
  const [first] = left.calls;
  return first && `${first.fn.name}() would still take the lock as before in line ${first.at.line}`;
}

/** Rejects a fix that hides the finding by making the code harder to analyse. */
function compareGaps(
  before: Pick<CodeBefore, 'gaps'>,
  after: Pick<Analysis, 'gaps'>,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  const count = ({ gaps }: Pick<CodeBefore, 'gaps'>): number =>
    gaps.filter((gap) => texts.has(gap.file) && gap.kind !== 'unresolved-call').length;
  return count(after) > count(before) ? 'less of the changed code could be analysed' : undefined;
}

interface Comparison {
  readonly before: FunctionBefore;
  readonly after: FunctionRef;
}

function compareFunctions(
  input: VerifyInput,
  after: Reanalysis,
  fix: ProposedFix,
  changes: ReadonlyMap<string, readonly TextEdit[]>,
  texts: ReadonlyMap<string, string>,
): string | undefined {
  for (const [file, edits] of changes) {
    const functions = pairs(input.before, after.program, file, fix);
    if (typeof functions === 'string') return functions;
    const oldLines = new LineTable(input.textOf(file) ?? '');
    const newLines = new LineTable(texts.get(file) ?? '');
    const own = fix.regions.filter((region) => region.file === file);
    for (const pair of functions) {
      const reason = compareFunction(after, fix, pair, (span) => {
        const offset = oldLines.offsetOf(span.line, span.column);
        if (own.some((region) => region.start <= offset && offset < region.end)) return 'moved';
        const mapped = mapOffset(edits, offset);
        return mapped === undefined ? 'lost' : placeOf(newLines, mapped);
      });
      if (reason !== undefined) return reason;
    }
  }
  return undefined;
}

function pairs(
  { functions }: CodeBefore,
  after: Program,
  file: string,
  { added, gone }: ProposedFix,
): Comparison[] | string {
  if (isOrderFile(file)) return [];
  const isAdded = (name: string): boolean =>
    added?.some((one) => one.file === file && one.name === name) === true;
  const isGone = (name: string): boolean =>
    gone?.some((one) => one.file === file && one.name === name) === true;
  const before = (functions.get(file) ?? []).filter(({ name }) => !isGone(name));
  const kept = (after.outline(file)?.functions ?? []).flatMap(({ name }, at) => (isAdded(name) ? [] : [at]));
  if (kept.length !== before.length) return `${file} would have other functions`;
  const found: Comparison[] = [];
  for (const [index, at] of kept.entries()) {
    const old = before[index];
    const made = after.functionAt(file, at);
    if (!old || !made || old.name !== made.name) return `${file} would have other functions`;
    found.push({ before: old, after: made });
  }
  return found;
}

function compareFunction(
  after: Reanalysis,
  fix: ProposedFix,
  pair: Comparison,
  place: (span: Span) => string,
): string | undefined {
  const name = pair.before.name;
  const seen = (summary: ShownSummary | undefined): ShownSummary | undefined =>
    summary && fix.nested === true ? withoutNesting(summary) : summary;
  const old = seen(pair.before.summary);
  const made = namedAsBefore(seen(after.analysis.summary(pair.after)), fix);
  if (!old && !made) return undefined;
  // A function that neither locks nor sleeps any more is not interpreted.
  if (old && !made && isWithoutLocks(old, [fix.untaken, ...(fix.exchanged ?? [])])) return undefined;
  // It is interpreted now for a call that the fix exchanges.
  if (!old && made && (isWithoutLocks(made, []) || isWithoutOwnLocks(made))) return undefined;
  // The fix does not edit the function, and only one of the two runs had to interpret it. What it calls is compared.
  if ((!old || !made) && !isEdited(fix, pair.before)) return undefined;
  if (!old || !made) return `the effect of ${name}() would not be known`;
  if (old.complete && !made.complete) return `the effect of ${name}() would not be known completely`;
  const callers = `${name}() would affect its callers differently`;
  const own = fix.untaken ?? fix.taken;
  const other = [own, ...(fix.exchanged ?? [])];
  if (shown(old.acquires, ...other) !== shown(made.acquires, ...other)) return callers;
  // If a function no longer releases a lock that it does not hold, neither do its callers.
  const isWithin = (locks: readonly ShownLock[], now: string, ...without: readonly (string | undefined)[]) =>
    shown(locks, ...without) === now || shown(locks, ...without, fix.unreleased) === now;
  if (!isWithin(old.releases, shown(made.releases))) return callers;
  if (!isWithin(old.needs, shown(made.needs, fix.taken), fix.taken)) return callers;
  // If a function no longer leaves a lock held, its callers no longer hold it either.
  const isAsBefore = (shownBy: (without?: string) => string, now: string): boolean =>
    shownBy() === now || (fix.released !== undefined && shownBy(fix.released) === now);
  const isLeft = (unreleased?: string): boolean =>
    isAsBefore((without) => exits(old, without, unreleased), exits(made));
  if (!isLeft() && !isLeft(fix.unreleased)) return `${name}() would return with different locks held`;
  const oldEvents = pair.before.events;
  const newEvents = eventsOf(after.program.skeleton(pair.after));
  const isUntaken = fix.untaken !== undefined && acquisitions(newEvents) < acquisitions(oldEvents);
  const isTaken =
    (fix.taken !== undefined && acquisitions(newEvents) === acquisitions(oldEvents) + 1) ||
    (fix.nested === true && acquisitions(newEvents) === acquisitions(oldEvents) + 2);
  if (acquisitions(oldEvents) !== acquisitions(newEvents) && !isUntaken && !isTaken)
    return `${name}() would take different locks`;
  const newPlaces = new Map(
    newEvents.map((event) => [placeKey(event, spanKey(absolute(event.at, pair.after.line))), event]),
  );
  for (const event of oldEvents) {
    const where = place(absolute(event.at, pair.before.line));
    // The order in which scopes were entered determines the order of releases at their ends.
    if (where === 'moved' || ('implied' in event && event.implied)) continue;
    const twin = newPlaces.get(placeKey(event, where));
    if (!twin)
      return `${name}() would behave differently on line ${absolute(event.at, pair.before.line).line}`;
    const isWider =
      fix.widened !== undefined && heldAt(old, event, fix.widened) === heldAt(made, twin, fix.widened);
    if (!isWider && !isAsBefore((without) => heldAt(old, event, without), heldAt(made, twin))) {
      return `different locks would be held in line ${absolute(event.at, pair.before.line).line} of ${name}()`;
    }
  }
  return undefined;
}

/** Whether the fix edits the function. */
function isEdited({ edits }: ProposedFix, { file, item }: FunctionBefore): boolean {
  return edits.some(
    ({ file: edited, range }) =>
      edited === file &&
      (item === undefined || (item.line <= range.endLine && range.startLine <= item.endLine)),
  );
}

/** The summary with the instances of a class merged. */
function withoutNesting(summary: ShownSummary): ShownSummary {
  return withKeys(summary, withoutSubclass);
}

/** The summary with a renamed lock under its former name. */
function namedAsBefore(
  summary: ShownSummary | undefined,
  { renamed }: ProposedFix,
): ShownSummary | undefined {
  if (summary === undefined || renamed === undefined) return summary;
  const last = new RegExp(`(?<!\\w)${renamed.to}(?!\\w)`, 'g');
  return withKeys(summary, (key) => key.replaceAll(last, renamed.from));
}

function withKeys(summary: ShownSummary, keyOf: (key: string) => string): ShownSummary {
  const renamed = (locks: readonly ShownLock[]): ShownLock[] =>
    locks.map((lock) => ({ ...lock, key: keyOf(lock.key) }));
  return {
    ...summary,
    acquires: renamed(summary.acquires),
    releases: renamed(summary.releases),
    needs: renamed(summary.needs),
    exits: summary.exits.map((exit) => ({
      ...exit,
      held: renamed(exit.held),
      released: renamed(exit.released),
    })),
    heldAt: new Map([...summary.heldAt].map(([event, locks]) => [event, renamed(locks)])),
  };
}

function isWithoutLocks(
  { acquires, releases, needs, heldAt }: ShownSummary,
  others: readonly (string | undefined)[],
): boolean {
  const sets = [acquires, releases, needs, ...heldAt.values()];
  return sets.every((locks) => locks.every(({ id }) => others.includes(id)));
}

/** Whether only callees take locks, which they release. */
function isWithoutOwnLocks({ function: { item }, needs, releases, exits }: ShownSummary): boolean {
  const isNeutral = exits.every(({ held, released }) => held.length === 0 && released.length === 0);
  return item?.lockSites === 0 && needs.length === 0 && releases.length === 0 && isNeutral;
}

/** The held sets that the function may leave with, without one given lock, and what it releases, without another. */
function exits({ exits }: ShownSummary, without?: string, unreleased?: string): string {
  const sets = exits.map(({ held, released }) => `${shown(held, without)} | ${shown(released, unreleased)}`);
  return [...new Set(sets)].sort().join('\n');
}

function acquisitions(events: readonly Event[]): number {
  return events.filter((event) => event.k === 'acquire' || event.k === 'try').length;
}

/** Key of an event: its place and kind. */
function placeKey(event: Event, place: string): string {
  const what = event.k === 'call' ? event.callee : event.k === 'assign' ? '' : event.api;
  return `${place} ${event.k} ${typeof what === 'string' ? what : ''}`;
}

function placeOf(lines: LineTable, offset: number): string {
  const span = lines.span(offset, offset);
  return `${span.line}:${span.column}`;
}

function spanKey(span: Span): string {
  return `${span.line}:${span.column}`;
}

function heldAt(summary: ShownSummary, event: Event, without?: string): string {
  return shown(summary.heldAt.get(event.id) ?? [], without);
}

function shown(locks: readonly ShownLock[], ...without: readonly (string | undefined)[]): string {
  const counted = locks.filter((lock) => !without.includes(lock.id));
  return [...new Set(counted.map((lock) => `${lock.key} ${lock.mode}`))].sort().join(', ');
}
