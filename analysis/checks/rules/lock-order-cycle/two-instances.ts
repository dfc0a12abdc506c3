import { NESTED_BY_LOCK, withoutSubclass } from '../../../base/subclass.js';
import { BOUNDS } from '../../../base/bounds.js';
import { lesser, type Confidence } from '../../../base/confidence.js';
import { hashText } from '../../../base/hash.js';
import { elementOf, rootOf, someTerm, type Term } from '../../../summaries/locks/terms.js';
import type { KnownCallers } from '../../../graph/sight/callers.js';
import type { EntryLocks } from '../../../graph/contexts/entry.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { commonGate, isEnteredAlone } from '../../../graph/feasibility/gates.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { CheckContext } from '../../engine/check.js';
import { foundBeside } from './found-beside.js';
import { lookupsOn } from './lookups.js';
import {
  choicesOf,
  exchanged,
  passedInOrder,
  passesAnyNumbers,
  passesFound,
  passesKeys,
  passesRequest,
} from './passed-pairs.js';
import { ofPair } from './pair-clauses.js';
import { isMutual } from './mutual-link.js';
import { membersOf, variablesOf } from './named-pair.js';
import { isOrdered, isOrderIgnored, linkOf, ORDERS, ownerOf, picksOf, type Picks } from './pair-order.js';
import {
  locationOf,
  shown,
  siteNames,
  spoken,
  squiggle,
  tellDependency,
  witnessId,
} from '../../story/story.js';
import type { Finding } from '../../types.js';

/**
 * Two instances of one class without an order between them: `lock(&a->l); lock(&b->l)` in a function whose callers may
 * swap the two, or elements of one array taken in ascending order here and in descending order there. A hierarchy (one
 * is reached through the other) or a comparison of the two is an order. A nesting annotation only silences lockdep: it
 * counts as an order unless callers are seen to pass the two both ways.
 */
export function twoInstances(
  context: CheckContext,
  callers: KnownCallers,
  entry: EntryLocks,
  all: readonly Dependency[],
): Finding | undefined {
  const { around } = context;
  const waiting = all.filter((side) => !isBackedOff(side));
  const dependencies = waiting.filter((side) => !isEnteredAlone(side, entry));
  for (const side of dependencies) {
    const [a, b] = [side.holds.term, side.lock.term];
    // Two of one nesting level: the level says that an order between them exists.
    const isLevelled = side.from === side.to && withoutSubclass(side.to) !== side.to;
    if (a.key === b.key || isLevelled || isGated(side)) continue;
    const lookupOf = lookupsOn(around, side.root, side.steps);
    const picks = picksOf(a, b, lookupOf, around.models) ?? foundBeside(context, side);
    // A loop over all processors takes their locks in the order of their numbers.
    if (picks === undefined || (picks.areCpus === true && isOneLoop(side))) continue;
    if (isOrdered(context, callers, picks, side) && !isOrderIgnored(picks, side, dependencies)) continue;
    const isByKeys = picks.isLookup
      ? passesKeys(callers, side, picks)
      : passesFound(context, callers, side, picks) || passesRequest(context, callers, side, picks);
    const choices = choicesOf(context, callers, side, picks);
    const areNumbers = picks.areNumbers === true || (!isByKeys && choices.some(({ areCpus }) => areCpus));
    const isByChance = areNumbers && choices.every((choice) => passesAnyNumbers(context, callers, choice));
    const isExchanged = isByKeys ? undefined : exchanged(context, callers, side, picks, choices);
    const passed = isByChance && isExchanged === false ? undefined : isExchanged;
    // A nesting annotation documents an order that the caller knows, unless callers visibly break it. Lookup keys have
    // no such order, nor has the processor that runs the code and looks for another one: each takes its own lock first.
    const isSought = picks.areCpus === true && picks.pairs.every(([, other]) => other.k !== 'parameter');
    const isFree = picks.isLookup || areNumbers || isSought || isByKeys;
    if (side.from !== side.to && passed !== true && (passed === false || !isFree)) continue;
    const isOrder = passed === false || (passed === undefined && passedInOrder(callers, side, picks));
    const confidence = confidenceOf(
      context,
      side,
      isByKeys ? { ...picks, areRequested: true } : picks,
      isOrder,
    );
    // An invisible caller may put the numbers in order, as the annotation says.
    const isAnnotated = areNumbers && side.from !== side.to && passed !== true;
    return report(context, [side], isAnnotated ? lesser(confidence, 'medium') : confidence);
  }
  const both = bothWays(context, entry, waiting) ?? namedBothWays(context, entry, waiting);
  if (both !== undefined) return both;
  const turned = dependencies.find(isOfOpposites);
  if (turned !== undefined) return report(context, [turned], confidenceOf(context, turned, OPPOSITES, false));
  const mutual = dependencies.find((side) => isMutuallyLinked(context, side));
  if (mutual !== undefined) return report(context, [mutual], linkedConfidence(context, [mutual]));
  const ring = dependencies.find(closesRing);
  if (ring !== undefined) return report(context, [ring], confidenceOf(context, ring, undefined, false));
  const unordered = dependencies.filter((side) => !areCompared(side));
  const upward = unordered.find((side) => direction(side) > 0);
  const downward = unordered.find((side) => direction(side) < 0);
  if (upward === undefined || downward === undefined) return undefined;
  return report(context, [downward, upward], upward.calls + downward.calls <= 3 ? 'high' : 'medium');
}

/** Two instances in opposite orders, in two nesting levels: no level excuses an inverted order. */
export function inBothOrders(
  context: CheckContext,
  entry: EntryLocks,
  found: readonly Dependency[],
  others: readonly Dependency[],
): Finding | undefined {
  if (found.length === 0 || others.length === 0) return undefined;
  const dependencies = [...others, ...found].filter((side) => !isBackedOff(side));
  return bothWays(context, entry, dependencies) ?? namedBothWays(context, entry, dependencies);
}

/**
 * Whether one of the two locks is acquired in an acquire context, in which a task releases its other locks when it
 * meets one that waits, or the second under an outer lock that every task with two of them holds.
 */
function isBackedOff({ holds, lock }: Dependency): boolean {
  if (lock.subclass === NESTED_BY_LOCK) return true;
  return lock.kind === 'ww_mutex' && (holds.subclass !== 0 || lock.subclass !== 0);
}

/** Whether the path holds a lock with a single instance, so that two tasks never get there at once. */
function isGated({ held, holds, lock }: Dependency): boolean {
  return held.some(
    (one) =>
      one !== holds &&
      one.certain &&
      one.mode === 'write' &&
      OWNED_KINDS.includes(one.kind) &&
      one.term.key !== lock.term.key &&
      rootOf(one.term).k === 'global' &&
      !someTerm(one.term, ({ k }) => k === 'index'),
  );
}

/** Whether one statement takes both locks, in two rounds of a loop. */
function isOneLoop({ holds, steps }: Dependency): boolean {
  const last = steps.at(-1);
  return last?.fn === holds.site.fn && last.event === holds.site.event;
}

/** Whether the taken object is the other end of the held one, and its own path takes the two in the opposite order. */
function isMutuallyLinked({ around }: CheckContext, side: Dependency): boolean {
  const isShort = side.calls <= BOUNDS.callsHigh;
  return isShort && !isGated(side) && !areCompared(side) && isMutual(around, side);
}

/**
 * Whether the path compares the two objects with each other, or values in them: `if (a < b)`, `if (a->id < b->id)` chooses
 * which lock comes first.
 */
function areCompared({ holds, lock, facts }: Dependency): boolean {
  const [held, taken] = [ownerOf(holds.term)?.key, ownerOf(lock.term)?.key];
  return [...facts.known()].some(({ term }) => {
    const [left, right] = term.k === 'operation' ? term.operands : [];
    if (term.k !== 'operation' || left === undefined || right === undefined) return false;
    const isOf = (value: Term, object: string | undefined): boolean =>
      value.key === object || (ORDERS.has(term.op) && someTerm(value, ({ key }) => key === object));
    return (isOf(left, held) && isOf(right, taken)) || (isOf(left, taken) && isOf(right, held));
  });
}

/** Finds two objects linked by a member whose locks are taken in one order here and in the opposite order there. */
function bothWays(
  context: CheckContext,
  entry: EntryLocks,
  dependencies: readonly Dependency[],
): Finding | undefined {
  const { models } = context.around;
  const linked = dependencies.flatMap((side) => {
    const link = isGated(side) || areCompared(side) ? undefined : linkOf(side, context.around);
    return link === undefined ? [] : [{ side, link }];
  });
  for (const [i, one] of linked.entries()) {
    for (const other of linked.slice(i + 1)) {
      const { member, isForward } = other.link;
      const isInverse =
        one.link.member === member
          ? one.link.isForward !== isForward
          : models.isInverseMember(one.link.member, member) && one.link.isForward === isForward;
      if (!isInverse || commonGate([one.side, other.side], entry)?.certain === true) continue;
      // Report the side against the link first.
      const [wrong, right] = one.link.isForward ? [other, one] : [one, other];
      const sides = [wrong.side, right.side];
      const { link } = wrong.link.isWalk === true ? right : wrong;
      return report(
        context,
        sides,
        linkedConfidence(context, sides),
        `of two objects linked by ${link.member}`,
      );
    }
  }
  return undefined;
}

/** Finds two members of one object, or two variables, whose locks are taken in one order here and in the opposite order there. */
function namedBothWays(
  context: CheckContext,
  entry: EntryLocks,
  dependencies: readonly Dependency[],
): Finding | undefined {
  const pairs = dependencies.flatMap((side) => {
    const named = isGated(side) ? undefined : (membersOf(side) ?? variablesOf(side));
    return named === undefined ? [] : [{ side, named }];
  });
  for (const [i, one] of pairs.entries()) {
    for (const other of pairs.slice(i + 1)) {
      const [a, b] = [one.named, other.named];
      if (a.pair !== b.pair || a.isForward === b.isForward) continue;
      if (commonGate([one.side, other.side], entry) !== undefined) continue;
      const sides = [other.side, one.side];
      return report(context, sides, linkedConfidence(context, sides, true), `of ${a.names}`);
    }
  }
  return undefined;
}

/** With `areNamed`, the root of each side itself names both objects: calls that are always made pass on its locks. */
function linkedConfidence(context: CheckContext, sides: readonly Dependency[], areNamed = false): Confidence {
  const isSure = sides.every(
    ({ holds, to, calls, open, learned }) =>
      holds.certain &&
      (calls <= BOUNDS.callsBetweenLinked ||
        (areNamed && open === 0 && calls <= BOUNDS.callsToRelatedObjects)) &&
      learned === 0 &&
      context.around.classes.info(to)?.generic !== true,
  );
  if (!isSure) return 'low';
  return sides.every(({ holds, lock }) => holds.mode === 'read' && lock.mode === 'read') ? 'low' : 'high';
}

/**
 * Whether the code takes an array element and its successor modulo the length. The first element follows the last, so
 * as many tasks as there are elements can wait in a circle. A function that tests the index may swap the two.
 */
function closesRing(side: Dependency): boolean {
  const [a, b] = [elementOf(side.holds.term), elementOf(side.lock.term)];
  if (a === undefined || b?.index.k !== 'operation' || b.index.op !== '%') return false;
  if (a.base.key !== b.base.key || isGated(side)) return false;
  const [next] = b.index.operands;
  const by = next === undefined ? undefined : step(next, a.index);
  if (by === undefined || by === 0) return false;
  return !isTested(side, [a.index]);
}

/** Elements on opposite sides have no roles, whatever calls lie between. */
const OPPOSITES: Picks = { pairs: [], isLookup: false, areRequested: true };

/**
 * Whether the code takes an array element and the one on the opposite side: `[i]` and `[!i]`, `[i ^ 1]`, `[1 - i]`,
 * `[i == A ? B : A]`. Another task may start on that side. A function that tests the index may swap the two.
 */
function isOfOpposites(side: Dependency): boolean {
  const [a, b] = [elementOf(side.holds.term), elementOf(side.lock.term)];
  if (a === undefined || b === undefined || a.base.key !== b.base.key || isGated(side)) return false;
  return (
    (isOpposite(a.index, b.index) || isOpposite(b.index, a.index)) && !isTested(side, [a.index, b.index])
  );
}

/** Whether one of two indices, each 0 or 1, is the negation of the other. */
function isOpposite(index: Term, other: Term): boolean {
  if (other.k !== 'operation') return false;
  const isOne = (operand: Term | undefined): boolean => operand?.k === 'constant' && operand.value === 1;
  const [left, right] = other.operands;
  switch (other.op) {
    case '!':
      return left?.key === index.key;
    case '^':
      return left?.key === index.key && isOne(right);
    case '-':
      return isOne(left) && right?.key === index.key;
    case 'other':
      return left?.key === index.key;
    default:
      return false;
  }
}

/** Whether the path has decided a condition on one of the indices, not on what they lead to. */
function isTested({ facts }: Dependency, indices: readonly Term[]): boolean {
  const keys = new Set(indices.map(({ key }) => key));
  const isAbout = (term: Term): boolean =>
    keys.has(term.key) || (term.k === 'operation' && term.operands.some(isAbout));
  return [...facts.known()].some(({ term }) => isAbout(term));
}

/** For elements of one array: 1 if the second has the higher index, -1 if the lower, 0 if unknown. */
function direction(side: Dependency): number {
  const [a, b] = [elementOf(side.holds.term), elementOf(side.lock.term)];
  if (a === undefined || b === undefined || a.base.key !== b.base.key) return 0;
  return Math.sign(offset(b.index, a.index) ?? 0);
}

/** `a - b` if both are constants or one is the other plus a constant. */
function offset(a: Term, b: Term): number | undefined {
  if (a.k === 'constant' && b.k === 'constant') return a.value - b.value;
  const up = step(a, b);
  if (up !== undefined) return up;
  const down = step(b, a);
  return down === undefined ? undefined : -down;
}

function step(term: Term, from: Term): number | undefined {
  if (term.k !== 'operation' || (term.op !== '+' && term.op !== '-')) return undefined;
  const [base, by] = term.operands;
  if (base?.key !== from.key || by?.k !== 'constant') return undefined;
  return term.op === '+' ? by.value : -by.value;
}

function confidenceOf(
  context: CheckContext,
  side: Dependency,
  picks: Picks | undefined,
  isByRole: boolean,
): Confidence {
  const info = context.around.classes.info(side.to);
  // Across a call, the roles of the two (parent and child, one queue and the next) are rarely visible.
  const haveRoles = picks?.areCpus !== true && picks?.areRequested !== true && picks?.areStriped !== true;
  const most = haveRoles ? 0 : BOUNDS.callsHigh;
  let confidence: Confidence = side.calls > most ? 'low' : 'high';
  // All distinguishable callers agree on an order: the roles determine the order.
  if (isByRole) confidence = 'low';
  if (!side.holds.certain || info?.generic === true) confidence = 'low';
  if (side.holds.mode === 'read' && side.lock.mode === 'read') confidence = 'low';
  return confidence;
}

function report(
  context: CheckContext,
  sides: readonly Dependency[],
  confidence: Confidence,
  which = '',
): Finding | undefined {
  const [side, other] = sides;
  if (side === undefined) return undefined;
  const { classes } = context.around;
  const id = shown(classes, withoutSubclass(side.to));
  const name = spoken(classes, withoutSubclass(side.to));
  return {
    id: hashText(`lock-order-cycle\n${withoutSubclass(side.to)}\n${withoutSubclass(side.to)}`),
    rule: 'lock-order-cycle',
    severity: 'error',
    confidence,
    ...(other === undefined
      ? { message: `takes ${name} of a second object while holding the first's; nothing orders the two` }
      : which !== ''
        ? ofPair(`takes ${name} ${which}`, other.root.name, 'takes them in the opposite order')
        : ofPair(
            `takes ${name} of a lower array element while holding that of a higher one`,
            other.root.name,
            'takes them in ascending order',
          )),
    at: locationOf(squiggle(side)),
    locks: [id, id],
    story: sides.flatMap((s, i) => tellDependency(classes, s, i)),
    assumes: [
      other === undefined
        ? {
            reason: 'two-instances',
            text: `${side.root.name}() can run at the same time with the two objects exchanged`,
          }
        : {
            reason: 'two-instances',
            text: `${side.root.name}() and ${other.root.name}() can use the same elements at the same time`,
          },
    ],
    witnesses: sides
      .map((s) => witnessId(['two-instances', s.to, ...siteNames(s.holdSteps), ...siteNames(s.steps)]))
      .sort(),
    evidence: [],
    fixes: [],
  };
}
