import { absolute } from '../../../base/span.js';
import type { OutsideEntry } from '../../../graph/contexts/entries.js';
import type { Program } from '../../../link/types.js';
import { partsOf } from '../../../skeleton/expressions/parts.js';
import { blockAt, blocksBefore } from '../../../skeleton/lowering/block-paths.js';
import { blockOf, calleeName } from '../../../skeleton/lowering/events.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { BlockId, ExprId, Skeleton } from '../../../skeleton/types.js';
import { ZERO } from '../../../summaries/facts/fact.js';
import type { Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { KnownFacts } from '../../../summaries/facts/kept-facts.js';
import { bareName } from '../../../summaries/locks/terms.js';

/**
 * Whether a handler's path needs another value of a variable of the file than its registration does: `if (!direct)
 * return; register(f);`, and `if (!direct) sleep();` in `f`.
 */
export function isRegisteredOtherwise(
  program: Program,
  { at, by }: OutsideEntry,
  facts: KnownFacts,
): boolean {
  const file = program.outline(at.file);
  const index = file?.functions.findIndex(
    ({ name, line, endLine }) => name === by && line <= at.line && at.line <= endLine,
  );
  const fn = index === undefined || index < 0 ? undefined : program.functionAt(at.file, index);
  const skeleton = fn === undefined ? undefined : program.skeleton(fn);
  if (fn === undefined || skeleton === undefined) return false;
  const there = skeleton.blocks.findIndex(({ events }) =>
    events.some((event) => absolute(event.at, fn.line).line === at.line),
  );
  if (there < 0) return false;
  const needed = neededAt(skeleton, there);
  return [...facts.known()].some(({ term, fact }) => {
    const isSet = term.k === 'global' ? needed.get(bareName(term)) : undefined;
    if (isSet === undefined || term.k !== 'global') return false;
    if (program.resolveVariable(bareName(term), at.file)?.file !== at.file) return false;
    return isSet ? fact.signs === ZERO : (fact.signs & ZERO) === 0;
  });
}

/** The variables that are surely set, or not set, where a block begins, since a branch in front of it tests them. */
function neededAt(skeleton: Skeleton, block: BlockId): ReadonlyMap<string, boolean> {
  const before = blocksBefore(skeleton.blocks, [block]);
  const leads = (id: BlockId): boolean => id === block || before.has(id);
  const needed = new Map<string, boolean>();
  for (const id of before) {
    const { exit } = blockAt(skeleton, id);
    if (exit.k !== 'branch' || successors(exit).filter(leads).length !== 1) continue;
    const tested = testedIn(skeleton.exprs, exit.condition);
    if (tested !== undefined) needed.set(tested.name, leads(exit.whenTrue) === tested.isSet);
  }
  return needed;
}

/** The variable in `v` and `!v`, and whether the condition holds if it is set. */
function testedIn(
  exprs: Skeleton['exprs'],
  id: ExprId,
): { readonly name: string; readonly isSet: boolean } | undefined {
  const expr = exprs[id];
  if (expr?.k === 'global') return { name: expr.name, isSet: true };
  if (expr?.k !== 'unary' || expr.op !== '!') return undefined;
  const below = testedIn(exprs, expr.base);
  return below && { name: below.name, isSet: !below.isSet };
}

/**
 * Whether a branch chooses between this acquisition and one that spins: `if (d->by_work) down(&d->sem); else
 * spin_lock_bh(&d->lock);`, or between two delays: `if (d->slow) msleep(1); else udelay(1);`. What set the flag also decided
 * which context runs the function, or for which devices.
 */
export function spinsInstead(around: Surroundings, { fn, event }: Site): boolean {
  const skeleton = around.program.skeleton(fn);
  if (skeleton === undefined) return false;
  const here = blockOf(skeleton, event);
  const acquires = around.summaryOf(fn)?.acquires ?? [];
  const takes = (block: BlockId, isAtomic: boolean): boolean =>
    blockAt(skeleton, block).events.some(({ id }) =>
      acquires.some(
        ({ site, api, nonBlocking }) =>
          site.event === id && !nonBlocking && (around.models.lockApi(api)?.atomic === true) === isAtomic,
      ),
    );
  const delays = (block: BlockId): boolean => {
    const { events, exit } = blockAt(skeleton, block);
    // What follows the delay comes behind both arms.
    return (
      !successors(exit).includes(here) && events.some((one) => around.models.delays(calleeName(one) ?? ''))
    );
  };
  return skeleton.blocks.some(({ exit }) => {
    if (exit.k !== 'branch' || !successors(exit).includes(here)) return false;
    const others = successors(exit).filter((arm) => arm !== here);
    if (takes(here, false) && others.some((arm) => takes(arm, true))) return true;
    // The path knows its arguments, and a call may be a test of the context.
    const kinds = partsOf(skeleton.exprs, exit.condition).map((part) => skeleton.exprs[part]?.k);
    const isByFlag = kinds.some((k) => k === 'field' || k === 'global') && !kinds.includes('result');
    return isByFlag && others.some(delays);
  });
}
