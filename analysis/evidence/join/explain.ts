import { withoutSubclass } from '../../base/subclass.js';
import type { Finding, RuleId } from '../../checks/types.js';
import { plainFunction } from '../../models/stacks.js';
import type { JoinedLock, Wait } from './joined.js';
import type { EventKind } from '../read/types.js';

/** Rules whose findings can explain each kind of report. */
const RULES: Readonly<Record<EventKind, readonly RuleId[]>> = {
  circular: ['lock-order-cycle', 'wait-deadlock', 'declared-order'],
  recursive: ['self-deadlock', 'lock-order-cycle', 'wait-deadlock'],
  'inconsistent-state': ['irq-inversion', 'irq-state'],
  'irq-inversion': ['irq-inversion', 'irq-state'],
  'safe-unsafe': ['irq-inversion', 'irq-state'],
  'wait-context': ['sleep-in-atomic', 'missing-unlock', 'irq-state'],
  imbalance: ['unbalanced-unlock', 'missing-unlock', 'irq-state'],
  'held-at-exit': ['missing-unlock'],
  'held-freed': ['held-freed'],
  sleep: ['sleep-in-atomic', 'missing-unlock', 'wait-deadlock'],
  rcu: ['sleep-in-atomic', 'wait-deadlock', 'annotation-mismatch'],
  assert: ['annotation-mismatch'],
  'preempt-leak': ['missing-unlock', 'unbalanced-unlock', 'held-freed', 'irq-state'],
  uninitialized: ['held-freed'],
  'nested-lock': ['lock-order-cycle', 'self-deadlock'],
  validator: ['held-freed', 'missing-unlock'],
  'hung-task': ['wait-deadlock', 'lock-order-cycle', 'self-deadlock', 'missing-unlock'],
  lockup: ['self-deadlock', 'irq-inversion', 'lock-order-cycle', 'missing-unlock', 'wait-deadlock'],
  warn: [
    'irq-state',
    'annotation-mismatch',
    'missing-unlock',
    'unbalanced-unlock',
    'held-freed',
    'sleep-in-atomic',
  ],
  unknown: [],
};

/** Kinds of report whose subject is the locks they name. */
const ABOUT_LOCKS: ReadonlySet<EventKind> = new Set([
  'circular',
  'recursive',
  'inconsistent-state',
  'irq-inversion',
  'safe-unsafe',
]);

const STALLS: ReadonlySet<EventKind> = new Set(['hung-task', 'lockup']);

export interface EventFacts {
  readonly kind: EventKind;
  readonly locks: readonly JoinedLock[];
  /** Names of all functions in its backtraces. */
  readonly functions: ReadonlySet<string>;
  /** Static functions called by the innermost ones, which a compiler may have inlined there. */
  readonly inlined: ReadonlySet<string>;
  /** What a hung task is known to wait for: a class of the source, or an event. */
  readonly awaits?: { readonly class: string } | 'event';
}

/** Findings that explain a report, best first; several only if they fit equally well. */
export function explaining(event: EventFacts, findings: readonly Finding[]): readonly Finding[] {
  const rules = RULES[event.kind];
  let best = 0;
  let found: Finding[] = [];
  for (const finding of findings) {
    const rank = rules.indexOf(finding.rule);
    if (rank < 0 || !isAboutWait(event, finding)) continue;
    const fit = score(event, finding);
    if (fit <= 0) continue;
    // Among equals, the rule made for this kind of report wins.
    const total = fit - rank / 10;
    if (total > best + 1e-9) {
      best = total;
      found = [finding];
    } else if (Math.abs(total - best) < 1e-9) found.push(finding);
  }
  return found;
}

/** Whether a finding may be about what a hung task waits for. */
function isAboutWait({ awaits }: EventFacts, { rule, locks }: Finding): boolean {
  if (awaits === undefined || locks.length === 0) return true;
  // A task that waits for an event is part of no circle of locks.
  if (awaits === 'event') return rule === 'wait-deadlock';
  return locks.some((lock) => withoutSubclass(lock) === withoutSubclass(awaits.class));
}

/** Findings about the locks of a circular wait, which needs no report: a dump or a list of stacks has none. */
export function explainingCircle(circle: readonly Wait[], findings: readonly Finding[]): readonly Finding[] {
  const isSelf = circle.length === 1;
  const locks = circle.map(({ for: id }) => ({ class: id, name: id, role: 'acquiring' as const }));
  const functions = new Set(circle.flatMap(({ where }) => where?.function ?? []));
  return explaining(
    { kind: isSelf ? 'recursive' : 'circular', locks, functions, inlined: new Set() },
    isSelf ? findings.filter(({ rule }) => rule === 'self-deadlock') : findings,
  );
}

function score(event: EventFacts, finding: Finding): number {
  const locks = sameLocks(event, finding);
  const functions = sameFunctions(event, finding);
  if (ABOUT_LOCKS.has(event.kind)) {
    // A wait for a work item involves no lock in the source.
    if (locks === 0) return finding.rule === 'wait-deadlock' && functions >= 2 ? functions / 2 : 0;
    return locks + Math.min(functions, 4) / 2;
  }
  // The function that triggered the report is at fault, or one that left a lock held before.
  const isLeft = finding.rule === 'missing-unlock' && isStillHeld(event, finding);
  if (functions === 0) return isLeft ? 1 : 0;
  // Shared functions alone do not make a doubtful finding the explanation of a stall.
  if (locks === 0 && finding.confidence === 'low' && STALLS.has(event.kind)) return 0;
  const { function: own } = finding.at;
  const isHere = event.functions.has(own) ? 1 : event.inlined.has(own) ? 0.5 : 0;
  if (event.kind === 'warn' && isHere === 0) return 0;
  return isHere + Math.min(functions, 4) / 2 + locks / 4;
}

/** 4 if both name the same locks, 3 if subclasses differ, 2 if one names more, 0 if they share too few. */
function sameLocks(event: EventFacts, finding: Finding): number {
  const theirs = new Set(event.locks.map((lock) => lock.class));
  const about = new Set(finding.locks);
  if (about.size === 0) return 0;
  const isCircle = event.kind === 'circular';
  const named = isCircle
    ? new Set(event.locks.filter((lock) => lock.role !== 'held').map((lock) => lock.class))
    : theirs;
  if (isCircle && sameSet(named, about)) return 4;
  const plainTheirs = new Set([...theirs].map(withoutSubclass));
  const plainAbout = new Set([...about].map(withoutSubclass));
  if (isCircle && sameSet(new Set([...named].map(withoutSubclass)), plainAbout)) return 3;
  const shared = [...plainAbout].filter((lock) => plainTheirs.has(lock)).length;
  if (isCircle) return shared === plainAbout.size && shared > 1 ? 2 : 0;
  if (shared === 0) return 0;
  return [...about].some((lock) => theirs.has(lock)) ? 4 : 3;
}

/** Whether the lock that an exit leaves held is still held at the time of the report. */
function isStillHeld(event: EventFacts, finding: Finding): boolean {
  const held = new Set(
    event.locks.filter((lock) => lock.role === 'held').map((lock) => withoutSubclass(lock.class)),
  );
  return finding.locks.length > 0 && finding.locks.every((lock) => held.has(withoutSubclass(lock)));
}

function sameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((each) => other.has(each));
}

function sameFunctions(event: EventFacts, finding: Finding): number {
  const story = new Set([finding.at.function, ...finding.story.map((step) => step.function)]);
  let count = 0;
  for (const name of story) {
    if (event.functions.has(plainFunction(name))) count += 1;
    else if (event.inlined.has(name)) count += 0.5;
  }
  return count;
}
