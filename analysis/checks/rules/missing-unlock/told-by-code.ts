import { absolute } from '../../../base/span.js';
import type { FunctionSummary, ExitEffect, HeldLock } from '../../../summaries/state/types.js';
import type { Block, Expr, ExprId } from '../../../skeleton/types.js';
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

/** Whether an expression is a non-zero number or a named constant, as error codes are. */
function isCode(exprs: readonly Expr[], id: ExprId): boolean {
  const expr = exprs[id];
  if (expr?.k === 'unary') return isCode(exprs, expr.base);
  return expr?.k === 'global' || (expr?.k === 'constant' && expr.value !== 0);
}
