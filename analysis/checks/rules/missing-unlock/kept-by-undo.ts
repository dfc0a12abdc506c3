import { absolute } from '../../../base/span.js';
import { OWNED_KINDS } from '../../../models/records/kinds.js';
import { blockAt, reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import { eventAt, eventsOf } from '../../../skeleton/lowering/events.js';
import type { Block, Event, EventId, Exit, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';
import type { KeptInRound } from './kept-in-round.js';

const NO_BLOCK = -1;

/**
 * The first of several locks that a loop takes from element 0 upwards, if a loop that undoes that ends in front of it:
 * `while (--i > 0) unlock(&a[i].lock);`. Nothing behind that loop may release it.
 */
export function keptByUndo({ around }: CheckContext, summary: FunctionSummary): readonly KeptInRound[] {
  const { acquires, uses, calls, fn } = summary;
  if (acquires.length === 0 || uses.length === 0) return [];
  const skeleton = around.program.skeleton(fn);
  if (skeleton === undefined) return [];
  const found: KeptInRound[] = [];
  const seen = new Set<EventId>();
  for (const { lock, site, api, nonBlocking } of acquires) {
    if (site.via !== undefined || seen.has(site.event) || !OWNED_KINDS.includes(lock.kind)) continue;
    seen.add(site.event);
    const taking = eventAt(skeleton, site.event);
    if (taking === undefined || !('lock' in taking)) continue;
    const index = indexOf(skeleton, taking.lock);
    if (index === undefined || !beginsAtZero(skeleton, index)) continue;
    const undo = undoOf(skeleton, taking.lock, index);
    if (undo === undefined) continue;
    const behind = reachableBlocks(skeleton, undo.whenFalse, NO_BLOCK);
    const isBehind = (event: EventId): boolean =>
      [...behind].some((block) => blockAt(skeleton, block).events.some(({ id }) => id === event));
    const mayRelease =
      calls.some(
        (call) =>
          isBehind(call.site.event) &&
          call.targets.some((target) =>
            around.summaryOf(target)?.exits.some(({ released }) => released.length > 0),
          ),
      ) || eventsOf(skeleton).some((event) => event.k === 'release' && isBehind(event.id));
    const held: HeldLock = { ...lock, api, site, nonBlocking, certain: true };
    if (!mayRelease) found.push({ lock: held, at: [absolute(undo.at, fn.line)] });
  }
  return found;
}

/** The local variable by which a lock's expression selects an element of an array. */
function indexOf({ exprs }: Skeleton, lock: ExprId): ExprId | undefined {
  for (let expr = exprs[lock]; expr !== undefined && 'base' in expr; expr = exprs[expr.base])
    if (expr.k === 'index') return exprs[expr.index]?.k === 'local' ? expr.index : undefined;
  return undefined;
}

/** Whether the only constant that the variable is set to is 0. */
function beginsAtZero({ exprs, blocks }: Skeleton, variable: ExprId): boolean {
  const values = blocks.flatMap(({ events }) =>
    events.flatMap((event) => {
      const value = event.k === 'assign' && event.target === variable ? exprs[event.value] : undefined;
      return value?.k === 'constant' ? [value.value] : [];
    }),
  );
  return values.length > 0 && values.every((value) => value === 0);
}

/** The head of a loop whose body releases the same element while the variable is above 0. */
function undoOf(
  skeleton: Skeleton,
  lock: ExprId,
  variable: ExprId,
): (Exit & { readonly k: 'branch' }) | undefined {
  const sets = (event: Event): boolean => event.k === 'assign' && event.target === variable;
  const releases = ({ events }: Block): boolean => {
    const at = events.findIndex((event) => event.k === 'release' && event.lock === lock);
    return at >= 0 && !events.slice(0, at).some(sets);
  };
  for (const { exit } of skeleton.blocks) {
    if (exit.k !== 'branch' || exit.loop !== true || !isAboveZero(skeleton, exit.condition, variable))
      continue;
    if (releases(blockAt(skeleton, exit.whenTrue))) return exit;
  }
  return undefined;
}

/** Whether a condition is true only for numbers above 0, of those from 0 upwards: `i > 0`, `i >= 1`, `i`. */
function isAboveZero({ exprs }: Skeleton, condition: ExprId, variable: ExprId): boolean {
  if (condition === variable) return true;
  const expr = exprs[condition];
  if (expr?.k !== 'binary' || expr.left !== variable) return false;
  const most = exprs[expr.right];
  if (most?.k !== 'constant') return false;
  return expr.op === '>=' ? most.value === 1 : (expr.op === '>' || expr.op === '!=') && most.value === 0;
}
