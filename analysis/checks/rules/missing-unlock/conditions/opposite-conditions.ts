import { BOUNDS } from '../../../../base/bounds.js';
import { append } from '../../../../base/lists.js';
import { eventsOf } from '../../../../skeleton/lowering/events.js';
import { partsOf } from '../../../../skeleton/expressions/parts.js';
import { successors } from '../../../../skeleton/lowering/exits.js';
import type { BlockId, EventId, ExprId, Skeleton } from '../../../../skeleton/types.js';

/** A condition of the function, and its outcome. */
interface Outcome {
  readonly condition: string;
  readonly holds: boolean;
}

/**
 * Blocks with a return that a path reaches with the lock held if conditions over values that the function does not
 * change have one outcome throughout: `if (!a || a->n != X) lock(l)`, later `if (!a || a->n != X) unlock(l)`. Calls in
 * between are trusted not to change the values, as the author does, except those of a member called `changed`. `undefined`
 * if no such condition is asked twice.
 */
export function keptUnderOneOutcome(
  skeleton: Skeleton,
  take: { readonly block: BlockId; readonly event: EventId },
  ends: ReadonlySet<EventId>,
  changed?: string,
): ReadonlySet<BlockId> | undefined {
  const asked = askedTwice(skeleton, changed);
  if (asked.length === 0) return undefined;
  const kept = new Set<BlockId>();
  for (let outcomes = 0; outcomes < 1 << asked.length; outcomes++) {
    const decided = decidedBy(asked, outcomes);
    const mayGo = (from: BlockId, to: BlockId): boolean => {
      const outcome = outcomeOf(skeleton, from, to);
      return outcome === undefined || (decided(outcome.condition) ?? outcome.holds) === outcome.holds;
    };
    if (!walk(skeleton, 0, undefined, new Set(), mayGo).has(take.block)) continue;
    for (const id of walk(skeleton, take.block, take.event, ends, mayGo))
      if (skeleton.blocks[id]?.exit.k === 'return') kept.add(id);
  }
  return kept;
}

/** Blocks that a path from behind an event reaches the end of, before it meets one of `ends`. */
export function walk(
  { blocks }: Skeleton,
  from: BlockId,
  after: EventId | undefined,
  ends: ReadonlySet<EventId>,
  mayGo: (from: BlockId, to: BlockId) => boolean,
): ReadonlySet<BlockId> {
  const passed = new Set<BlockId>();
  const seen = new Set<BlockId>();
  const open: { readonly id: BlockId; readonly behind: EventId | undefined }[] = [
    { id: from, behind: after },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { id, behind } = next;
    const block = blocks[id];
    if (block === undefined) continue;
    const first = behind === undefined ? 0 : block.events.findIndex((event) => event.id === behind) + 1;
    if (block.events.slice(first).some((event) => ends.has(event.id))) continue;
    passed.add(id);
    for (const to of successors(block.exit)) {
      if (seen.has(to) || !mayGo(id, to)) continue;
      seen.add(to);
      open.push({ id: to, behind: undefined });
    }
  }
  return passed;
}

/** The outcomes of these conditions in one of their combinations, which is a number with a bit for each. */
export function decidedBy(
  conditions: readonly string[],
  outcomes: number,
): (condition: string) => boolean | undefined {
  return (condition) => {
    const at = conditions.indexOf(condition);
    return at < 0 ? undefined : ((outcomes >> at) & 1) === 1;
  };
}

/** The blocks whose branches ask the same condition over values that stay, without those that read a member called `changed`. */
export function conditionsAsked(
  skeleton: Skeleton,
  changed?: string,
): ReadonlyMap<string, readonly BlockId[]> {
  const places = new Map<string, BlockId[]>();
  for (const [id, { exit }] of skeleton.blocks.entries()) {
    if (changed !== undefined && exit.k === 'branch' && reads(skeleton, exit.condition, changed)) continue;
    const outcome = exit.k === 'branch' ? outcomeOf(skeleton, id, exit.whenTrue) : undefined;
    if (outcome !== undefined) append(places, outcome.condition, id);
  }
  return places;
}

/** Conditions over values that stay, which several branches ask. */
function askedTwice(skeleton: Skeleton, changed: string | undefined): readonly string[] {
  const asked = [...conditionsAsked(skeleton, changed)]
    .filter(([, ids]) => ids.length > 1)
    .map(([condition]) => condition);
  return asked.length > BOUNDS.conditionsTogether ? [] : asked;
}

/** Whether an expression reads a member of this name. */
function reads({ exprs }: Skeleton, id: ExprId, member: string): boolean {
  return partsOf(exprs, id).some((part) => {
    for (let expr = exprs[part]; expr !== undefined; expr = 'base' in expr ? exprs[expr.base] : undefined)
      if (expr.k === 'field' && expr.name === member) return true;
    return false;
  });
}

/** What the step from a branch to one of its sides says of a condition over values that stay. */
export function outcomeOf(skeleton: Skeleton, from: BlockId, to: BlockId): Outcome | undefined {
  const exit = skeleton.blocks[from]?.exit;
  if (exit?.k !== 'branch' || exit.whenTrue === exit.whenFalse || exit.loop === true) return undefined;
  let id = exit.condition;
  let holds = to === exit.whenTrue;
  for (let expr = skeleton.exprs[id]; expr?.k === 'unary' && expr.op === '!'; expr = skeleton.exprs[id]) {
    id = expr.base;
    holds = !holds;
  }
  const expr = skeleton.exprs[id];
  if (!staysIn(skeleton).has(id)) return undefined;
  if (expr?.k === 'binary' && (expr.op === '==' || expr.op === '!='))
    return { condition: `${expr.left}==${expr.right}`, holds: expr.op === '==' ? holds : !holds };
  return { condition: `${id}`, holds };
}

const stable = new WeakMap<Skeleton, ReadonlySet<ExprId>>();

/** Expressions whose value stays while the function runs: it assigns nothing that they read, but a local's one value. */
export function staysIn(skeleton: Skeleton): ReadonlySet<ExprId> {
  let known = stable.get(skeleton);
  if (known !== undefined) return known;
  const { exprs } = skeleton;
  const assigned = eventsOf(skeleton).flatMap((event) => (event.k === 'assign' ? [event.target] : []));
  const stays = (id: ExprId): boolean => {
    const expr = exprs[id];
    switch (expr?.k) {
      case 'parameter':
        return !assigned.includes(id);
      case 'local':
        return assigned.filter((target) => target === id).length <= 1;
      case 'field':
        return !assigned.includes(id) && stays(expr.base);
      case 'deref':
      case 'cast':
      case 'unary':
      case 'address':
        return stays(expr.base);
      case 'binary':
        return stays(expr.left) && stays(expr.right);
      case 'constant':
      case 'global':
      case 'config':
        return true;
      default:
        return false;
    }
  };
  known = new Set(exprs.flatMap((_, id) => (stays(id) ? [id] : [])));
  stable.set(skeleton, known);
  return known;
}
