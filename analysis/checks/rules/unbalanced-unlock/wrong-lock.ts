import { BOUNDS } from '../../../base/bounds.js';
import { hashText } from '../../../base/hash.js';
import { annotationsOf } from '../../../link/calls/annotations.js';
import { holderOf, type Term } from '../../../summaries/locks/terms.js';
import type {
  FunctionSummary,
  HeldLock,
  LockRef,
  Lockset,
  ReleasedLock,
} from '../../../summaries/state/types.js';
import { KnownCallers } from '../../../graph/sight/callers.js';
import { keyOf } from '../../../graph/events/collect.js';
import { isOf } from '../../../graph/interrupts/sections.js';
import type { FunctionRef } from '../../../link/types.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/**
 * A function that takes one lock and releases another lock of the same object, on every path on which it does either:
 * `lock(&d->a); … unlock(&d->b);`. A function that exchanges locks for its caller looks the same. So no visible code
 * may hold the second lock where it calls the function, return with it held, or release the first one for another
 * function.
 */
export function releasedForAnother(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  const { fn, rawExits, gaps } = summary;
  if (gaps.length > 0 || fn.macro !== undefined) return [];
  if (annotationsOf(context.around.program, fn).length > 0) return [];
  const exits = rawExits.filter(({ acquired, released }) => acquired.length + released.length > 0);
  const [first] = exits;
  const [taken, ended] = [first?.acquired[0], first?.released[0]];
  if (taken === undefined || ended === undefined) return [];
  const isAlike = exits.every(
    ({ acquired, released }) =>
      acquired.length === 1 &&
      released.length === 1 &&
      acquired[0]?.term.key === taken.term.key &&
      released[0]?.term.key === ended.term.key,
  );
  if (!isAlike || !isOwn(summary, taken, ended) || !areBeside(taken.term, ended.term)) return [];
  const [key, other] = [keyOf(taken), keyOf(ended)];
  if (key === undefined || other === undefined || !isPrivate(context, key) || !isPrivate(context, other))
    return [];
  return isChange(context, summary, key, other) ? [] : [report(context, summary, taken, ended)];
}

/** Whether the function itself acquires the first lock with a blocking call and then releases the second. */
function isOwn({ uses, acquires }: FunctionSummary, taken: HeldLock, ended: ReleasedLock): boolean {
  const isOwned = [taken, ended].every(({ kind }) => OWNED_KINDS.includes(kind));
  if (!isOwned || !taken.certain || taken.nonBlocking || taken.site.via !== undefined || ended.depth > 0)
    return false;
  const isTaken = ({ held }: Lockset): boolean => held.some(({ term }) => term.key === taken.term.key);
  const releases = uses.filter(({ k, lock }) => k === 'release' && lock.term.key === ended.term.key);
  return (
    !acquires.some(({ lock }) => lock.term.key === ended.term.key) &&
    releases.length > 0 &&
    releases.every(({ locksets, site }) => site.via === undefined && locksets.every(isTaken))
  );
}

/** Whether both locks are members of one object, or variables. */
function areBeside(one: Term, other: Term): boolean {
  const [a, b] = [holderOf(one), holderOf(other)];
  return a.key === b.key || (a.k === 'global' && b.k === 'global');
}

/** Whether other folders cannot name the lock, so that all of its users are visible. */
function isPrivate({ around }: CheckContext, key: string): boolean {
  const info = around.classes.info(key);
  return info?.generic === false && info.declaredAt?.file.endsWith('.c') === true;
}

/** Whether anything suggests that the function exchanges locks for its caller. */
function isChange(context: CheckContext, summary: FunctionSummary, key: string, other: string): boolean {
  const { collected } = context;
  const { fn } = summary;
  const holds = ({ held }: Lockset): boolean => held.some((lock) => isOf(lock, other));
  const isSame = (wanted: string) => (lock: LockRef) => isOf(lock, wanted);
  for (const one of new Set([...collected.touches(key), ...collected.touches(other)])) {
    if (one === summary) continue;
    if (one.rawExits.some(({ acquired }) => acquired.some(isSame(other)))) return true;
    if (one.rawExits.some(({ released }) => released.some(isSame(key)))) return true;
    const leads = one.calls.filter(
      ({ targets, callee }) => targets.includes(fn) || (callee !== undefined && targets.length === 0),
    );
    if (leads.some(({ locksets }) => locksets.some(holds))) return true;
  }
  return isCalledUnder(new KnownCallers(collected), fn, holds, BOUNDS.callersUnderLock);
}

function isCalledUnder(
  callers: KnownCallers,
  fn: FunctionRef,
  holds: (lockset: Lockset) => boolean,
  levels: number,
): boolean {
  if (levels === 0) return false;
  return callers
    .seen(fn)
    .some(
      ({ caller, locksets }) =>
        locksets.some(holds) || (caller !== fn && isCalledUnder(callers, caller, holds, levels - 1)),
    );
}

function report(
  { around: { classes } }: CheckContext,
  summary: FunctionSummary,
  taken: HeldLock,
  ended: ReleasedLock,
): Finding {
  const { fn, uses } = summary;
  const [key, other] = [keyOf(taken) ?? '', keyOf(ended) ?? ''];
  const isOne = key === other;
  const [mine, theirs] = isOne
    ? [spellingOf(taken.term), spellingOf(ended.term)]
    : [spoken(classes, key), spoken(classes, other)];
  const use = uses.find(({ k, lock }) => k === 'release' && lock.term.key === ended.term.key);
  const site = use?.site ?? taken.site;
  const identity = ['unbalanced-unlock', fn.file, fn.name, other, 'for', key];
  return {
    id: hashText(identity.join('\n')),
    rule: 'unbalanced-unlock',
    severity: 'warning',
    confidence: 'high',
    message: `releases ${theirs}, which this function has not taken, and keeps ${mine}, which it has`,
    at: locationOf(site),
    locks: isOne ? [shown(classes, key)] : [shown(classes, other), shown(classes, key)],
    story: [
      { path: 0, ...locationOf(taken.site), text: `takes ${mine}`, held: [] },
      { path: 0, ...locationOf(site), text: `releases ${theirs}`, held: [mine] },
    ],
    assumes: [{ reason: 'ownership', text: `no caller of ${fn.name}() holds ${theirs}` }],
    witnesses: [witnessId(identity)],
    evidence: [],
    fixes: [],
  };
}

/** The members that distinguish two locks of one class and object. */
function spellingOf(lock: Term): string {
  const names: string[] = [];
  for (let at = lock; at.k === 'field'; at = at.base) names.unshift(at.name);
  return names.join('.');
}
