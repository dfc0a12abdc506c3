import { reachableBlocks, blockAt } from '../../skeleton/lowering/block-paths.js';
import { blockOf } from '../../skeleton/lowering/events.js';
import { successors } from '../../skeleton/lowering/exits.js';
import type { Block, BlockId, Event, EventId, ExprId, Skeleton } from '../../skeleton/types.js';

/** What a path has stored in local variables, where it is a constant. */
type Constants = ReadonlyMap<ExprId, number>;

/**
 * What a path knows when it comes from one event to another without a branch after paths around the first one have joined
 * it, and without a release, a downgrade or a call that `ends` the section; `undefined` if there is none. A branch on a local
 * variable that the path has set to a constant goes one way: `down_write(s); excl = false; … if (excl)`.
 */
export function constantsBehind(
  skeleton: Skeleton,
  start: EventId,
  end: EventId,
  ends: (call: EventId) => boolean = () => false,
): Constants | undefined {
  const isEnd = ({ k, id }: Event): boolean =>
    k === 'release' || k === 'downgrade' || (k === 'call' && ends(id));
  const from = blockOf(skeleton, start);
  const last = blockOf(skeleton, end);
  const withoutIt = reachableBlocks(skeleton, 0, from);
  const first = blockAt(skeleton, from);
  const seen = new Set<string>();
  const behind = between(first, start);
  const open = behind.some(isEnd) ? [] : next(skeleton, first, stored(skeleton, behind, new Map()), true);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const block = blockAt(skeleton, at.block);
    const before = at.block === last ? between(block, undefined, end) : block.events;
    const key = `${at.block}:${[...at.values].join(';')}`;
    if (seen.has(key) || before.some(isEnd)) continue;
    if (at.block === last) return stored(skeleton, before, at.values);
    seen.add(key);
    open.push(...next(skeleton, block, stored(skeleton, block.events, at.values), !withoutIt.has(at.block)));
  }
  return undefined;
}

/** The events of a block behind one of them, and up to another one. */
function between({ events }: Block, start: EventId | undefined, end?: EventId): readonly Event[] {
  const at = (id: EventId): number => events.findIndex((event) => event.id === id);
  return events.slice(start === undefined ? 0 : at(start) + 1, end === undefined ? undefined : at(end));
}

/** The blocks behind one, with what the path then knows; none where an unknown condition decides and `mayChoose` is false. */
function next(
  skeleton: Skeleton,
  { exit }: Block,
  values: Constants,
  mayChoose: boolean,
): { readonly block: BlockId; readonly values: Constants }[] {
  const known = exit.k === 'branch' ? valueOf(skeleton, exit.condition, values) : undefined;
  if (exit.k === 'branch' && known !== undefined)
    return [{ block: known === 0 ? exit.whenFalse : exit.whenTrue, values }];
  const all = successors(exit);
  return all.length > 1 && !mayChoose ? [] : all.map((block) => ({ block, values }));
}

function stored({ exprs }: Skeleton, events: readonly Event[], before: Constants): Constants {
  const values = new Map(before);
  for (const event of events) {
    if (event.k !== 'assign') continue;
    const value = exprs[event.value];
    if (value?.k === 'constant') values.set(event.target, value.value);
    else values.delete(event.target);
  }
  return values;
}

function valueOf(skeleton: Skeleton, condition: ExprId, values: Constants): number | undefined {
  const expr = skeleton.exprs[condition];
  if (expr?.k === 'local') return values.get(condition);
  const base = expr?.k === 'unary' && expr.op === '!' ? valueOf(skeleton, expr.base, values) : undefined;
  return base === undefined ? undefined : Number(base === 0);
}
