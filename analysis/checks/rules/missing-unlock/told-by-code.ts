import { absolute } from '../../../base/span.js';
import type { FunctionSummary, ExitEffect, HeldLock } from '../../../summaries/state/types.js';
import type { Block, EventId, Expr, ExprId, Skeleton } from '../../../skeleton/types.js';
import { eventAt, memberStores } from '../../../skeleton/lowering/events.js';
import { askedAbove } from '../../../skeleton/lowering/deciding.js';
import { keyOf } from '../../../graph/events/collect.js';
import { blocksLeadingTo } from '../../../skeleton/lowering/block-paths.js';
import { endsOf, type World } from './kept-locks.js';

/**
 * Whether the function releases the lock unless its result is one particular code, as in `if (ret != -EIOCBQUEUED)
 * unlock()`. The code tells the caller that it now owns the lock.
 */
export function isToldByCode(
  world: World,
  summary: FunctionSummary,
  { at }: ExitEffect,
  lock: HeldLock,
): boolean {
  const { fn } = summary;
  const skeleton = world.around.program.skeleton(fn);
  if (skeleton === undefined) return false;
  const { blocks, exprs } = skeleton;
  // Variables that the return statements of this exit return.
  const results = new Set<ExprId>();
  for (const { exit } of blocks) {
    if (exit.k !== 'return') continue;
    const { line, column } = absolute(exit.at, fn.line);
    if (!at.some((way) => way.line === line && way.column === column)) continue;
    if (exprs[exit.value]?.k !== 'local') return false;
    results.add(exit.value);
  }
  const ends = endsOf(world, summary, skeleton, lock);
  const isReleasing = (block: Block | undefined): boolean =>
    block?.events.some(({ id }) => ends.has(id)) === true;
  // Blocks from which the function may still release the lock: `if (ret == -ENODATA) ret = 0; unlock();`.
  const releasing = blocksLeadingTo(blocks, isReleasing);
  return blocks.some(({ exit }) => {
    const condition = exit.k === 'branch' ? exprs[exit.condition] : undefined;
    if (exit.k !== 'branch' || condition?.k !== 'binary') return false;
    if (condition.op !== '==' && condition.op !== '!=') return false;
    const sides = [condition.left, condition.right];
    if (!sides.some((side) => results.has(side)) || !sides.some((side) => isCode(exprs, side))) return false;
    const [same, other] =
      condition.op === '==' ? [exit.whenTrue, exit.whenFalse] : [exit.whenFalse, exit.whenTrue];
    return isReleasing(blocks[other]) && !releasing.has(same);
  });
}

/**
 * Whether the function notes in a member, next to the acquisition, that the lock is held, and another function of the file
 * releases it by that member: `w->locked = true;` here, `if (w->locked) unlock();` there.
 */
export function isRemembered({ around }: World, { fn }: FunctionSummary, lock: HeldLock): boolean {
  const { program } = around;
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined || lock.site.via !== undefined) return false;
  const members = membersSetAfter(skeleton, lock.site.event);
  if (members.size === 0) return false;
  return (program.outline(fn.file)?.functions ?? []).some((_item, index) => {
    const other = program.functionAt(fn.file, index);
    if (other === undefined || other === fn) return false;
    const uses = around.summaryOf(other)?.uses ?? [];
    const releases = uses.filter(
      (use) => use.k === 'release' && use.site.via === undefined && keyOf(use.lock) === keyOf(lock),
    );
    const code = releases.length === 0 ? undefined : program.skeleton(other);
    return code !== undefined && releases.some(({ site }) => asksForOne(code, site.event, members));
  });
}

/**
 * Whether the helper that took the lock adds the word that chose it to a member, by which other code releases it:
 * `lock(ip, mode); sc->modes |= mode;`.
 */
export function isNoted({ around }: World, { site }: HeldLock): boolean {
  for (let at = site.via; at !== undefined; at = at.via) {
    const skeleton = around.program.skeleton(at.fn);
    const taker = skeleton && eventAt(skeleton, at.event);
    const args = taker !== undefined && 'args' in taker ? taker.args : [];
    for (const { event } of memberStores(skeleton)) {
      const value = skeleton?.exprs[event.value];
      const isAdded = value?.k === 'binary' && value.op === '|';
      if (isAdded && [value.left, value.right].some((part) => args.includes(part))) return true;
    }
  }
  return false;
}

/** Members that get a number other than zero behind an event, in its block. */
function membersSetAfter({ blocks, exprs }: Skeleton, event: EventId): ReadonlySet<string> {
  const members = new Set<string>();
  for (const { events } of blocks) {
    const at = events.findIndex(({ id }) => id === event);
    for (const one of at < 0 ? [] : events.slice(at + 1)) {
      if (one.k !== 'assign') continue;
      const [target, value] = [exprs[one.target], exprs[one.value]];
      if (target?.k === 'field' && value?.k === 'constant' && value.value !== 0) members.add(target.name);
    }
  }
  return members;
}

/** Whether the nearest condition above an event reads one of these members. */
function asksForOne(skeleton: Skeleton, event: EventId, members: ReadonlySet<string>): boolean {
  return askedAbove(skeleton, event).some((part) => {
    const expr = skeleton.exprs[part];
    return expr?.k === 'field' && members.has(expr.name);
  });
}

/** Whether an expression is a non-zero number or a named constant, as error codes are. */
function isCode(exprs: readonly Expr[], id: ExprId): boolean {
  const expr = exprs[id];
  if (expr?.k === 'unary') return isCode(exprs, expr.base);
  return expr?.k === 'global' || (expr?.k === 'constant' && expr.value !== 0);
}
