import { hashText } from '../../../base/hash.js';
import { keyOf } from '../../../graph/events/collect.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import type { FunctionRef } from '../../../link/types.js';
import { plainExpr, plainId, rootOf } from '../../../skeleton/expressions/root.js';
import { canFollow } from '../../../skeleton/lowering/block-paths.js';
import { eventAt, eventsOf } from '../../../skeleton/lowering/events.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { AssignEvent, BlockId, Event, EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { FunctionSummary, LockUse } from '../../../summaries/state/types.js';
import { siteAt } from '../../../summaries/state/site.js';
import type { CheckContext } from '../../engine/check.js';
import { locationOf, shown, spoken, witnessId } from '../../story/story.js';
import type { Finding } from '../../types.js';

/**
 * Releases through a pointer that has moved on to another object since the acquisition:
 * `lock(&p->lock); if (full) p = p->peer; …; unlock(&p->lock);`. The lock of the first object stays held. Only where nothing
 * takes the second object's lock in between, as code does that goes hand over hand, and in loops only where no condition
 * decides. Of medium confidence where the second object may be the first one, reached in another way, unless its lock is
 * taken next.
 */
export function releasedMovedOn(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  const { fn, gaps, uses, acquires } = summary;
  const owned = acquires.filter(
    ({ lock, site }) => OWNED_KINDS.includes(lock.kind) && site.via === undefined,
  );
  if (gaps.length > 0 || fn.macro !== undefined || owned.length === 0) return [];
  const releases = uses.filter((use) => use.k === 'release' && use.site.via === undefined && isOnlyOne(use));
  const skeleton = releases.length === 0 ? undefined : context.around.program.skeleton(fn);
  const stores = skeleton === undefined ? [] : storesIn(skeleton);
  if (skeleton === undefined || stores.length === 0) return [];
  const taken = new Set(owned.map(({ site }) => site.event));
  const findings = new Map<ExprId, Finding>();
  for (const take of eventsOf(skeleton)) {
    if (!taken.has(take.id) || !('lock' in take) || findings.has(take.lock)) continue;
    const pointer = ownerOf(skeleton, take.lock);
    const touches = (event: Event | undefined): boolean =>
      event !== undefined && 'lock' in event && event.lock === take.lock;
    const given = stores.filter(({ target }) => target === pointer);
    const before = given.filter(({ id }) => canFollow(skeleton, id, take.id)).map(({ value }) => value);
    const moved = given.flatMap((move) => {
      const confidence = confidenceOf(skeleton, move, before);
      return confidence === undefined ? [] : [{ move, confidence }];
    });
    if (moved.length === 0) continue;
    const isMove = ({ id }: Event): boolean => moved.some(({ move }) => move.id === id);
    const first = firstBehind(skeleton, take.id, (event) => touches(event) || isMove(event));
    for (const { move, confidence } of moved) {
      const concerns = (event: Event): boolean =>
        touches(event) || (event.k === 'assign' && event.target === pointer);
      const next = firstBehind(skeleton, move.id, concerns);
      const isInLoop = [take.id, move.id].some((id) => canFollow(skeleton, move.id, id));
      if (!first.has(move.id) || (isInLoop && !isCertain(skeleton, move, concerns, next))) continue;
      const use = releases.find(({ site }) => next.has(site.event) && touches(eventAt(skeleton, site.event)));
      const key = use && keyOf(use.lock);
      if (use === undefined || key === undefined || mayTake(context, summary, skeleton, move, key)) continue;
      // What goes on to take the second object's lock does not mean the first one.
      const behind = [...firstBehind(skeleton, use.site.event, concerns)];
      const isOther = behind.length > 0 && behind.every((id) => eventAt(skeleton, id)?.k === 'acquire');
      const sure = isOther ? 'high' : confidence;
      findings.set(take.lock, tell(context, summary, { use, key, take, move, confidence: sure }));
      break;
    }
  }
  return [...findings.values()];
}

/**
 * Whether every path to a move has taken the lock last, and every path from there releases it next. In a loop, conditions
 * may otherwise decide which round takes the lock and which one releases it.
 */
function isCertain(
  skeleton: Skeleton,
  move: Event,
  concerns: (event: Event) => boolean,
  next: ReadonlySet<EventId>,
): boolean {
  const last = lastBefore(skeleton, move.id, concerns);
  return (
    last?.every(({ k }) => k === 'acquire') === true &&
    [...next].every((id) => eventAt(skeleton, id)?.k === 'release')
  );
}

/** Whether just one lock of the class is held at the release. */
function isOnlyOne({ lock, locksets }: LockUse): boolean {
  const key = keyOf(lock);
  return (
    key !== undefined &&
    locksets.length > 0 &&
    locksets.every(({ held }) => held.filter((one) => keyOf(one) === key).length === 1)
  );
}

/** The stores into variables. */
function storesIn(skeleton: Skeleton): readonly AssignEvent[] {
  const { exprs } = skeleton;
  return eventsOf(skeleton).filter((event): event is AssignEvent => {
    const target = event.k === 'assign' ? exprs[event.target]?.k : undefined;
    return target === 'local' || target === 'parameter';
  });
}

/**
 * How certain it is that a store makes a pointer one to another object; `undefined` for a store that may well give it the
 * object that it has, such as one of the value that it got before.
 * @param before the values that the pointer may have at the acquisition; none for what the caller passes
 */
function confidenceOf(
  skeleton: Skeleton,
  { target, value }: AssignEvent,
  before: readonly ExprId[],
): 'high' | 'medium' | undefined {
  const { exprs } = skeleton;
  const place = plainExpr(skeleton, value);
  if (place?.k === 'field' && rootOf(skeleton, value) === target) return 'high';
  if (place?.k !== 'field' && place?.k !== 'index' && place?.k !== 'result') return undefined;
  const isStored = (event: Event): boolean =>
    event.k === 'assign' && event.value === target && event.target === plainId(skeleton, value);
  if (before.includes(value) || eventsOf(skeleton).some(isStored)) return undefined;
  if (place.k === 'result')
    return before.some((id) => isSameCall(skeleton, id, place)) ? undefined : 'medium';
  const isBeside = before.every((id) => {
    const other = plainExpr(skeleton, id);
    if (other?.k === 'field' && place.k === 'field')
      return other.base === place.base && other.name !== place.name;
    return (
      other?.k === 'index' &&
      place.k === 'index' &&
      other.base === place.base &&
      exprs[other.index]?.k === 'constant' &&
      exprs[place.index]?.k === 'constant'
    );
  });
  return isBeside && before.length > 0 ? 'high' : 'medium';
}

/** Whether an expression is the value of a call of the function that another value is one of, with the same arguments. */
function isSameCall(skeleton: Skeleton, id: ExprId, { event }: { readonly event: EventId }): boolean {
  const expr = plainExpr(skeleton, id);
  const [one, other] = [
    expr?.k === 'result' ? eventAt(skeleton, expr.event) : undefined,
    eventAt(skeleton, event),
  ];
  return (
    one?.k === 'call' &&
    other?.k === 'call' &&
    one.callee === other.callee &&
    one.args.every((arg, at) => arg === other.args[at])
  );
}

/** Whether the pointer is the value of a call whose body is not visible, or that may take the lock of the returned object. */
function mayTake(
  { collected }: CheckContext,
  { calls }: FunctionSummary,
  skeleton: Skeleton,
  { value }: AssignEvent,
  key: string,
): boolean {
  const expr = plainExpr(skeleton, value);
  if (expr?.k !== 'result') return false;
  const targets = calls.find(({ site }) => site.event === expr.event)?.targets ?? [];
  const takes = (target: FunctionRef): boolean =>
    collected.summaries.get(target)?.acquires.some(({ lock }) => keyOf(lock) === key) === true;
  return targets.length === 0 || targets.some(takes);
}

/** The variable `p` in `&p->lock`, and in `&p->part.lock`; `undefined` for a lock behind another pointer. */
function ownerOf({ exprs }: Skeleton, lock: ExprId): ExprId | undefined {
  const address = exprs[lock];
  let at = address?.k === 'address' ? exprs[address.base] : undefined;
  while (at?.k === 'field') at = exprs[at.base];
  return at?.k === 'deref' ? at.base : undefined;
}

/** The first events of a kind that paths meet behind an event. */
function firstBehind(
  { blocks }: Skeleton,
  from: EventId,
  isMet: (event: Event) => boolean,
): ReadonlySet<EventId> {
  const found = new Set<EventId>();
  const seen = new Set<BlockId>();
  const open: { readonly id: BlockId; readonly after: number }[] = blocks.flatMap(({ events }, id) => {
    const after = events.findIndex((event) => event.id === from);
    return after < 0 ? [] : [{ id, after }];
  });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const block = blocks[next.id];
    const met = block?.events.slice(next.after + 1).find(isMet);
    if (met !== undefined) found.add(met.id);
    if (block === undefined || met !== undefined) continue;
    for (const id of successors(block.exit)) {
      if (seen.has(id)) continue;
      seen.add(id);
      open.push({ id, after: -1 });
    }
  }
  return found;
}

/** The last events of a kind that paths pass before an event; `undefined` if one comes there without any. */
function lastBefore(
  { blocks }: Skeleton,
  to: EventId,
  isMet: (event: Event) => boolean,
): readonly Event[] | undefined {
  const found: Event[] = [];
  const seen = new Set<BlockId>();
  const open: { readonly id: BlockId; readonly events: readonly Event[] }[] = blocks.flatMap(
    ({ events }, id) => {
      const before = events.findIndex((event) => event.id === to);
      return before < 0 ? [] : [{ id, events: events.slice(0, before) }];
    },
  );
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { id: from, events } = at;
    const met = events.filter(isMet).at(-1);
    if (met !== undefined) found.push(met);
    else if (from === 0) return undefined;
    if (met !== undefined) continue;
    blocks.forEach((block, id) => {
      if (seen.has(id) || !successors(block.exit).includes(from)) return;
      seen.add(id);
      open.push({ id, events: block.events });
    });
  }
  return found;
}

function tell(
  { around: { classes } }: CheckContext,
  { fn }: FunctionSummary,
  {
    use,
    key,
    take,
    move,
    confidence,
  }: {
    readonly use: LockUse;
    readonly key: string;
    readonly take: Event;
    readonly move: Event;
    readonly confidence: 'high' | 'medium';
  },
): Finding {
  const name = spoken(classes, key);
  const identity = ['unbalanced-unlock', fn.file, fn.name, key, 'moved-on'];
  return {
    id: hashText(identity.join('\n')),
    rule: 'unbalanced-unlock',
    severity: 'warning',
    confidence,
    message: `releases ${name} of another object than it has taken it of: the pointer has moved on`,
    at: locationOf(use.site),
    locks: [shown(classes, key)],
    story: [
      { path: 0, ...locationOf(siteAt(fn, take)), text: `takes ${name}`, held: [] },
      {
        path: 0,
        ...locationOf(siteAt(fn, move)),
        text: 'makes the pointer one to another object',
        held: [name],
      },
      { path: 0, ...locationOf(use.site), text: `releases ${name} of that object`, held: [name] },
    ],
    assumes: [{ reason: 'other-instance', text: 'the pointer leads to another object' }],
    witnesses: [witnessId(identity)],
    evidence: [],
    fixes: [],
  };
}
