import { BOUNDS } from '../../base/bounds.js';
import { append } from '../../base/lists.js';
import { contextKey, ENTRY_CONTEXT, leavesOff, sharedContext } from '../state/context.js';
import { contradicts, joinFacts, NEGATIVE, POSITIVE, ZERO } from '../facts/fact.js';
import type { KnownFact } from '../facts/facts.js';
import { tellApart, toldByBoth, toldKey } from '../facts/told.js';
import { releaseKey } from '../state/locksets.js';
import type { ExitEffect, FunctionSummary, HeldLock, LockRef } from '../state/types.js';

/** What keeps two exits with the same lock effect separate, as text. */
type Apart = (exit: ExitEffect) => string;

/** Merges exits with the same lock effect; the merged exit returns what any of them returns. */
export function mergeExits(exits: readonly ExitEffect[], apart?: Apart): readonly ExitEffect[] {
  const groups = new Map<string, ExitEffect>();
  for (const exit of exits) {
    const key = apart === undefined ? lockKey(exit) : `${lockKey(exit)}|${apart(exit)}`;
    const old = groups.get(key);
    groups.set(key, old === undefined ? exit : join(old, exit));
  }
  return [...groups.values()];
}

/** Keeps exits that acquired and released a lock separate from exits that never acquired it. */
export function byEnded({ ended }: ExitEffect): string {
  return [...ended].sort().join(';');
}

/** Keeps exits separate that return different values. */
export function byValue({ value }: ExitEffect): string {
  return value?.key ?? '';
}

/**
 * Keeps exits with a lock separate that lie behind a reversed condition, and, of a function that returns a pointer, those
 * that return NULL.
 */
export function byKept({ acquired, signs, turned }: ExitEffect, isPointer: boolean): string {
  if (acquired.length === 0) return '';
  const result = !isPointer ? '' : signs === ZERO ? 'null' : (signs & ZERO) === 0 ? 'object' : '';
  return turned === undefined ? result : `${result}|turned ${turned.condition.key}`;
}

function lockKey(exit: ExitEffect): string {
  const held = exit.acquired.map((l) => `${l.term.key}/${l.mode}`).sort();
  const released = exit.released.map(releaseKey).sort();
  return `${held.join(';')}|${released.join(';')}|${contextKey(exit.context)}`;
}

/** What an exit does to the locks of its caller, and when it is taken, as text. */
export function effectKey(exit: ExitEffect): string {
  const facts = exit.facts.map(({ term, fact }) => `${term.key}:${fact.signs}:${fact.equals ?? ''}`);
  return `${lockKey(exit)}|${exit.signs}|${exit.value?.key ?? ''}|${(exit.codes ?? []).join()}|${facts.join()}|${toldKey(exit.told)}`;
}

function join(a: ExitEffect, b: ExitEffect): ExitEffect {
  return {
    acquired: a.acquired.map((lock, i) =>
      b.acquired[i]?.certain === false ? { ...lock, certain: false } : lock,
    ),
    released: a.released,
    ended: new Set([...a.ended].filter((key) => b.ended.has(key))),
    context: a.context,
    signs: a.signs | b.signs,
    value: a.value?.key === b.value?.key ? a.value : undefined,
    ...withCodes([...codesOf(a), ...codesOf(b)]),
    facts: commonFacts(a.facts, b.facts),
    told: toldByBoth(a.told, b.told),
    at: [...a.at, ...b.at.filter((x) => !a.at.some((y) => y.line === x.line && y.column === x.column))],
    ...(a.turned === undefined || b.turned === undefined ? {} : { turned: a.turned }),
  };
}

function codesOf({ acquired, codes = [], value }: ExitEffect): readonly number[] {
  const isCode = acquired.length > 0 && value?.k === 'constant' && value.value < 0;
  return isCode ? [...codes, value.value] : codes;
}

function withCodes(codes: readonly number[]): Pick<ExitEffect, 'codes'> {
  return codes.length === 0 ? {} : { codes: [...new Set(codes)].sort((x, y) => x - y) };
}

function commonFacts(a: readonly KnownFact[], b: readonly KnownFact[]): readonly KnownFact[] {
  const out: KnownFact[] = [];
  for (const { term, fact } of a) {
    const other = b.find((known) => known.term.key === term.key)?.fact;
    if (other === undefined) continue;
    const joined = joinFacts(fact, other);
    if (joined !== undefined) out.push({ term, fact: joined });
  }
  return out;
}

/** The exits that callers see, and all of them if a call with constants leaves few. */
export interface Exported {
  readonly exits: readonly ExitEffect[];
  readonly byArgument?: readonly ExitEffect[];
}

/**
 * The exits that callers see. A lock held on only some exits is kept only if the caller can tell those exits apart.
 * Otherwise it is more likely a bug of this function (or of the analysis) and must not produce findings in every
 * caller. `switches` says whether acquiring the lock disabled interrupts or bottom halves.
 */
export function exportExits(
  raw: readonly ExitEffect[],
  switches: (lock: HeldLock) => boolean,
  apart: Apart | undefined,
): Exported {
  // What all exits leave disabled is certain, whichever lock did it.
  const isAlike = new Set(raw.map(({ context }) => contextKey(context))).size === 1;
  const kept = raw.map((exit) => {
    const isKept = (lock: HeldLock): boolean =>
      depth(lock) <= BOUNDS.wrapperLevels && isTold(lock, exit, raw);
    const acquired = exit.acquired.filter(isKept);
    if (acquired.length === exit.acquired.length) return exit;
    // Dropping a lock also drops its context change.
    const isSwitched = !isAlike && exit.acquired.some((lock) => switches(lock) && !isKept(lock));
    return { ...exit, acquired, context: isSwitched ? ENTRY_CONTEXT : exit.context };
  });
  const exits = mergeExits(
    kept.map((exit) => withoutLeak(exit, kept)),
    apart,
  );
  if (exits.length <= BOUNDS.exits) return { exits };
  const byArgument = areChosen(exits) ? { byArgument: exits } : {};
  const told = onlyTold(kept);
  if (told.length <= BOUNDS.exits) return { exits: told, ...byArgument };
  const alike = withoutStates(exits);
  return { exits: alike.length > BOUNDS.exits ? [inCommon(alike)] : alike, ...byArgument };
}

/**
 * The exits of a function, also where its arguments choose among too many: what it may do to its caller's locks. None
 * without a summary.
 */
export function everyExit(
  summary: Pick<FunctionSummary, 'exits' | 'byArgument'> | undefined,
): readonly ExitEffect[] {
  return summary?.byArgument ?? summary?.exits ?? [];
}

/** Whether every exit depends on an argument, so that constants choose among them. */
function areChosen(exits: readonly ExitEffect[]): boolean {
  const isChosen = ({ facts }: ExitEffect): boolean =>
    facts.some(
      ({ term }) =>
        term.k === 'parameter' ||
        (term.k === 'operation' && term.operands.some(({ k }) => k === 'parameter')),
    );
  return exits.length <= BOUNDS.exitsByArgument && exits.every(isChosen);
}

/**
 * Drops the interrupt or preemption state that the exit itself leaves changed, if the caller cannot distinguish the
 * exits. Such a state is most likely a mistake of this function or an acquisition that the analysis missed, and must
 * not produce findings in every caller.
 */
function withoutLeak(exit: ExitEffect, all: readonly ExitEffect[]): ExitEffect {
  const { bh, preempt } = exit.context;
  const isSwitched = leavesOff(exit.context) || bh < 0 || preempt < 0;
  if (exit.acquired.length > 0 || exit.released.length > 0 || !isSwitched) return exit;
  const others = all.filter(({ context }) => contextKey(context) === contextKey(ENTRY_CONTEXT));
  const isLeak =
    others.length > 0 &&
    (exit.signs === NEGATIVE ||
      others.some((other) => (other.signs & exit.signs) !== 0 && !contradict(exit.facts, other.facts)));
  return isLeak ? { ...exit, context: ENTRY_CONTEXT } : exit;
}

/**
 * Interprets returned values as counts and negative errors, if only that shows whether a lock is held: `if (ret) return
 * ret` without the lock, and later, with it, a number that may be zero. A pointer that was only tested for NULL is valid
 * where the function returns error pointers without the lock.
 */
export function asErrors(raw: readonly ExitEffect[], isPointer: boolean): readonly ExitEffect[] {
  let exits = raw;
  for (const key of new Set(raw.flatMap(({ acquired }) => acquired.map(({ term }) => term.key)))) {
    const holds = ({ acquired }: ExitEffect): boolean => acquired.some(({ term }) => term.key === key);
    const failing = exits.filter((exit) => !holds(exit));
    const holding = exits.filter(holds);
    const isError =
      failing.length > 0 && failing.every(({ signs }) => (signs & (NEGATIVE | ZERO)) === NEGATIVE);
    const isCount = holding.every(({ signs }) => (signs & ZERO) !== 0);
    const isObject =
      isPointer &&
      holding.every(({ signs }) => (signs & POSITIVE) !== 0) &&
      failing.every(({ signs }) => signs === NEGATIVE);
    if (!isError || !(isCount || isObject)) continue;
    exits = exits.map((exit) =>
      holds(exit) ? { ...exit, signs: exit.signs & ~NEGATIVE } : { ...exit, signs: NEGATIVE },
    );
  }
  return exits;
}

/** Exits without the locks that distinguish two exits with equal results: such locks multiply the exits. */
function onlyTold(exits: readonly ExitEffect[]): readonly ExitEffect[] {
  const keys = new Set(exits.flatMap(touched));
  const blurred = new Set([...keys].filter((key) => isBlurred(key, exits)));
  const isKept = (lock: LockRef): boolean => !blurred.has(lock.term.key);
  const clear = exits.map((exit) => {
    const acquired = exit.acquired.filter(isKept);
    const released = exit.released.filter(isKept);
    const isSame = acquired.length === exit.acquired.length && released.length === exit.released.length;
    return isSame ? exit : { ...exit, acquired, released, context: ENTRY_CONTEXT };
  });
  return mergeExits(clear);
}

function touched(exit: ExitEffect): readonly string[] {
  return [...exit.acquired, ...exit.released].map(({ term }) => term.key);
}

function isBlurred(key: string, exits: readonly ExitEffect[]): boolean {
  const touching = exits.filter((exit) => touched(exit).includes(key));
  const others = exits.filter((exit) => !touching.includes(exit));
  return touching.some((one) => others.some((other) => returnAlike(one, other)));
}

/** Whether two exits share a return statement and a possible sign, so that a caller cannot distinguish them. */
function returnAlike(a: ExitEffect, b: ExitEffect): boolean {
  if (tellApart(a.told, b.told)) return false;
  return (a.signs & b.signs) !== 0 && a.at.some(({ line }) => b.at.some((other) => other.line === line));
}

/** One exit for each effect on locks, regardless of the interrupt and preemption state it leaves. */
function withoutStates(exits: readonly ExitEffect[]): readonly ExitEffect[] {
  const byLocks = new Map<string, ExitEffect[]>();
  for (const exit of exits) append(byLocks, lockKey({ ...exit, context: ENTRY_CONTEXT }), exit);
  return [...byLocks.values()].map(merged);
}

/** Merges too many exits into one, with the locks that every one of them acquires or releases. */
function inCommon(exits: readonly ExitEffect[]): ExitEffect {
  const isCommon = (locks: (exit: ExitEffect) => readonly LockRef[]): ((lock: LockRef) => boolean) => {
    return ({ term }) => exits.every((exit) => locks(exit).some((other) => other.term.key === term.key));
  };
  const isAcquired = isCommon(({ acquired }) => acquired);
  const isReleased = isCommon(({ released }) => released);
  return merged(
    exits.map((exit) => ({
      ...exit,
      acquired: exit.acquired.filter(isAcquired),
      released: exit.released.filter(isReleased),
    })),
  );
}

/** Merges exits with the same locks into one, whose context contains what they agree on. */
function merged(exits: readonly ExitEffect[]): ExitEffect {
  const context = sharedContext(exits.map((exit) => exit.context));
  const [first, ...rest] = exits.map((exit) => ({ ...exit, context }));
  return rest.reduce<ExitEffect>(join, first as ExitEffect);
}

function isTold(lock: HeldLock, exit: ExitEffect, all: readonly ExitEffect[]): boolean {
  const without = all.filter((other) => !other.acquired.some((h) => h.term.key === lock.term.key));
  if (without.length === 0) return true;
  // Held on failure and released on success: a missing release, not a wrapper.
  if (exit.signs === NEGATIVE) return false;
  return without.every(
    (other) =>
      (other.signs & exit.signs) === 0 ||
      contradict(exit.facts, other.facts) ||
      tellApart(exit.told, other.told),
  );
}

function contradict(a: readonly KnownFact[], b: readonly KnownFact[]): boolean {
  return a.some(({ term, fact }) => {
    const other = b.find((known) => known.term.key === term.key)?.fact;
    return other !== undefined && contradicts(fact, other);
  });
}

function depth(lock: HeldLock): number {
  let levels = 0;
  for (let site = lock.site.via; site !== undefined; site = site.via) levels++;
  return levels;
}
