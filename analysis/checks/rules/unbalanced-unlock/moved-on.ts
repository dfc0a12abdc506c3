import { hashText } from '../../../base/hash.js';
import { keyOf } from '../../../graph/events/collect.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import { rootOf } from '../../../skeleton/expressions/root.js';
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
 * takes the second object's lock in between, as code does that goes hand over hand, and outside of loops.
 */
export function releasedMovedOn(context: CheckContext, summary: FunctionSummary): readonly Finding[] {
  const { fn, gaps, uses, acquires } = summary;
  const owned = acquires.filter(
    ({ lock, site }) => OWNED_KINDS.includes(lock.kind) && site.via === undefined,
  );
  if (gaps.length > 0 || fn.macro !== undefined || owned.length === 0) return [];
  const releases = uses.filter((use) => use.k === 'release' && use.site.via === undefined && isOnlyOne(use));
  const skeleton = releases.length === 0 ? undefined : context.around.program.skeleton(fn);
  const moves = skeleton === undefined ? [] : movesIn(skeleton);
  if (skeleton === undefined || moves.length === 0) return [];
  const taken = new Set(owned.map(({ site }) => site.event));
  const findings = new Map<ExprId, Finding>();
  for (const take of eventsOf(skeleton)) {
    if (!taken.has(take.id) || !('lock' in take) || findings.has(take.lock)) continue;
    const pointer = ownerOf(skeleton, take.lock);
    const touches = (event: Event | undefined): boolean =>
      event !== undefined && 'lock' in event && event.lock === take.lock;
    const moved = moves.filter(({ target }) => target === pointer);
    const isMove = ({ id }: Event): boolean => moved.some((move) => move.id === id);
    const first = firstBehind(skeleton, take.id, (event) => touches(event) || isMove(event));
    for (const move of moved) {
      // In a loop, conditions decide which round takes and which one releases.
      const isInLoop = [take.id, move.id].some((id) => canFollow(skeleton, move.id, id));
      if (!first.has(move.id) || isInLoop) continue;
      const next = firstBehind(
        skeleton,
        move.id,
        (event) => touches(event) || (event.k === 'assign' && event.target === pointer),
      );
      const use = releases.find(({ site }) => next.has(site.event) && touches(eventAt(skeleton, site.event)));
      const key = use && keyOf(use.lock);
      if (use === undefined || key === undefined) continue;
      findings.set(take.lock, tell(context, summary, { use, key, take, move }));
      break;
    }
  }
  return [...findings.values()];
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

/** `p = p->peer`: the stores that make a variable a pointer from its own object. */
function movesIn(skeleton: Skeleton): readonly AssignEvent[] {
  const { exprs } = skeleton;
  return eventsOf(skeleton).filter((event): event is AssignEvent => {
    if (event.k !== 'assign') return false;
    const target = exprs[event.target]?.k;
    const isVariable = target === 'local' || target === 'parameter';
    return isVariable && exprs[event.value]?.k === 'field' && rootOf(skeleton, event.value) === event.target;
  });
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

function tell(
  { around: { classes } }: CheckContext,
  { fn }: FunctionSummary,
  {
    use,
    key,
    take,
    move,
  }: { readonly use: LockUse; readonly key: string; readonly take: Event; readonly move: Event },
): Finding {
  const name = spoken(classes, key);
  const identity = ['unbalanced-unlock', fn.file, fn.name, key, 'moved-on'];
  return {
    id: hashText(identity.join('\n')),
    rule: 'unbalanced-unlock',
    severity: 'warning',
    confidence: 'high',
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
    assumes: [{ reason: 'other-instance', text: 'the object does not point to itself' }],
    witnesses: [witnessId(identity)],
    evidence: [],
    fixes: [],
  };
}
