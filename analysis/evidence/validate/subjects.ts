import { inversionId } from '../../checks/rules/irq-inversion/irq-inversion.js';
import { cycleId } from '../../checks/story/cycle-id.js';
import type { Finding } from '../../checks/types.js';
import type { Evidence, JoinedEvent } from '../join/joined.js';
import { pairKey } from '../join/edges.js';

/** The subject of a validation: a circle of locks, or a report. */
export interface Subject {
  /** Shown names of the classes, in the order of the circle. */
  readonly locks: readonly string[];
  readonly isCircle: boolean;
  /** Functions of each side: one of each must run again. */
  readonly sides: readonly (readonly string[])[];
  readonly finding?: string;
  readonly events: readonly JoinedEvent[];
  readonly title: string;
}

/**
 * The reversed edges of a run: all circles in its reports, otherwise those that its dependencies close. (lockdep
 * reports the dependency that would close a circle without recording it. Two classes recorded in both orders are
 * readers that pass each other, or classes of one name.)
 */
export function reversedEdges(before: Evidence): Subject[] {
  const found = new Map<string, Subject>();
  for (const joined of before.events) {
    const locks = circleOf(joined);
    if (locks) addCircle(found, locks, joined);
  }
  for (const pair of found.size > 0 ? [] : before.pairs) {
    const [from = '', to = ''] = pair.split('\n');
    if (from < to && before.pairs.has(pairKey(to, from))) addCircle(found, [from, to]);
  }
  return [...found.values()];
}

function addCircle(found: Map<string, Subject>, locks: readonly string[], joined?: JoinedEvent): void {
  const key = [...locks].sort().join('\n');
  const known = found.get(key);
  if (known && !joined) return;
  const sides = joined ? sidesOf(joined) : [];
  const finding = joined?.explainedBy[0];
  found.set(key, {
    locks,
    isCircle: true,
    sides: known && known.sides.length > 0 ? known.sides : sides,
    ...(finding === undefined ? {} : { finding }),
    events: [...(known?.events ?? []), ...(joined ? [joined] : [])],
    title: `${locks.join(' -> ')} -> ${locks[0] ?? ''}`,
  });
}

/** The classes of a reported circle, in order; `undefined` for other reports. */
function circleOf({ kind, locks }: JoinedEvent): readonly string[] | undefined {
  if (kind === 'recursive') {
    const wanted = locks.find((lock) => lock.role === 'acquiring');
    return wanted && [wanted.class, wanted.class];
  }
  if (kind !== 'circular') return undefined;
  const chain = locks.filter((lock) => lock.role === 'chain').map((lock) => lock.class);
  // Printed from last to first.
  if (chain.length > 1) return chain.reverse();
  const two = [...new Set(locks.map((lock) => lock.class))];
  return two.length > 1 ? two.slice(0, 2) : undefined;
}

/** Functions of the reported side, and of each side recorded before. */
function sidesOf({ locks }: JoinedEvent): string[][] {
  const names = (role: string): string[] => [
    ...new Set(locks.flatMap((lock) => (lock.role === role && lock.where ? [lock.where.function] : []))),
  ];
  const now = [...new Set([...names('acquiring'), ...names('held')])];
  const recorded = names('chain').filter((name) => !now.includes(name));
  return [now, ...recorded.map((name) => [name])].filter((side) => side.length > 0);
}

/** The reports of a run that show a mistake but no circle, without repetitions. */
export function reported(before: Evidence): Subject[] {
  const found = new Map<string, Subject>();
  for (const joined of before.events) {
    if (joined.kind === 'warn' || joined.kind === 'unknown') continue;
    const key = signature(joined);
    const known = found.get(key);
    if (known) continue;
    const [finding] = joined.explainedBy;
    found.set(key, {
      locks: [...new Set(joined.locks.filter((lock) => lock.role !== 'chain').map((lock) => lock.class))],
      isCircle: false,
      sides: [joined.stack.slice(0, 3).map((place) => place.function)],
      ...(finding === undefined ? {} : { finding }),
      events: [joined],
      title: `${joined.kind}: ${joined.event.headline}`,
    });
  }
  return [...found.values()];
}

/** Key of a report's mistake: its kind, locks and place. */
export function signature({ kind, locks, stack }: JoinedEvent): string {
  const names = [...new Set(locks.map((lock) => lock.class))].sort();
  return [kind, ...names, stack[0]?.function ?? ''].join('\n');
}

export function subjectOf(finding: Finding, before: Evidence): Subject {
  const sides = new Map<number, Set<string>>();
  for (const step of finding.story) {
    const side = sides.get(step.path) ?? new Set();
    side.add(step.function);
    sides.set(step.path, side);
  }
  return {
    locks: finding.locks,
    isCircle: finding.rule === 'lock-order-cycle',
    sides: [...sides.values()].map((side) => [...side]),
    finding: finding.id,
    events: before.events.filter((joined) => joined.explainedBy.includes(finding.id)),
    title: `${finding.rule}: ${finding.message}`,
  };
}

/** The subject whose finding would have this id: identifies a finding again after the source was repaired. */
export function subjectWithId(
  id: string,
  before: Evidence,
  keyOf: (shown: string) => string | undefined,
): Subject | undefined {
  const candidates = [...reversedEdges(before), ...reported(before)];
  return candidates.find(({ locks, finding }) => {
    if (finding === id) return true;
    const keys = locks.map(keyOf);
    if (keys.length === 0 || !keys.every((key) => key !== undefined)) return false;
    const ids = [
      cycleId(keys),
      cycleId([...keys].reverse()),
      ...(['hardirq', 'softirq'] as const).flatMap((interrupt) => [
        inversionId(keys, interrupt),
        inversionId([...keys].reverse(), interrupt),
        ...keys.map((key) => inversionId([key], interrupt)),
      ]),
    ];
    return ids.includes(id);
  });
}
