import { NEGATIVE } from '../../../summaries/facts/fact.js';
import type { ExitEffect, FunctionSummary, HeldLock } from '../../../summaries/state/types.js';
import { blockOf, eventAt } from '../../../skeleton/lowering/events.js';
import { reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import type { Block } from '../../../skeleton/types.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { CheckContext } from '../../engine/check.js';

const NO_BLOCK = -1;

/**
 * Whether an operation keeps the lock for another operation of its table: `suspend` succeeds with the lock held, and
 * `resume` releases a lock that it has not taken. The second operation is not called after a failure, so an error
 * return that keeps the lock is still a mistake.
 */
export function isHandedToSibling(
  { collected }: CheckContext,
  { fn }: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): boolean {
  const key = keyOf(lock);
  if (key === undefined || exit.signs === NEGATIVE) return false;
  const { program, summaries } = collected;
  const { functions = [], variables = [] } = program.outline(fn.file) ?? {};
  const siblings = new Set<string>();
  for (const { members } of variables) {
    if (!members.some(({ value }) => value === fn.name)) continue;
    for (const { value } of members) if (value !== fn.name) siblings.add(value);
  }
  return functions.some(({ name }, index) => {
    const sibling = siblings.has(name) ? program.functionAt(fn.file, index) : undefined;
    const exits = (sibling && summaries.get(sibling))?.rawExits ?? [];
    return exits.some(({ released }) => released.some((one) => one.key === key));
  });
}

/**
 * Whether the function releases the lock in another case of what its argument says: a notifier takes it for one event and
 * releases it for the next one.
 */
export function isHandedToNextCall(
  { collected }: CheckContext,
  { fn, rawExits }: FunctionSummary,
  { site, key }: HeldLock,
): boolean {
  const skeleton = collected.program.skeleton(fn);
  const taking = eventAt(skeleton, site.event);
  const isReleased = rawExits.some(({ released }) => released.some((one) => one.key === key));
  if (!isReleased || skeleton === undefined || taking?.k !== 'acquire') return false;
  const { blocks, exprs } = skeleton;
  const behind = reachableBlocks(skeleton, blockOf(skeleton, site.event), NO_BLOCK);
  const isOnArgument = ({ exit }: Block): boolean => exit.k === 'switch' && exprs[exit.on]?.k === 'parameter';
  return (
    blocks.some((block, id) => isOnArgument(block) && !behind.has(id)) &&
    blocks.some(
      ({ events }, id) =>
        !behind.has(id) && events.some((event) => event.k === 'release' && event.lock === taking.lock),
    )
  );
}

/**
 * Whether a lock that was tried is kept on a result other than an error, while another function of the file releases
 * such a lock without having taken it: the result says who may continue, and that function releases what the trylock
 * took.
 */
export function isTriedForAnother(
  { collected }: CheckContext,
  { fn }: FunctionSummary,
  exit: ExitEffect,
  lock: HeldLock,
): boolean {
  const key = keyOf(lock);
  if (key === undefined || exit.signs === NEGATIVE || fn.item?.returns === 'void') return false;
  if (!lock.nonBlocking) return false;
  const { program, summaries } = collected;
  return (program.outline(fn.file)?.functions ?? []).some((item, index) => {
    const isOther = item.lockSites > 0 && fn.item?.calls.includes(item.name) !== true;
    const other = isOther ? program.functionAt(fn.file, index) : undefined;
    const exits = (other && other !== fn ? summaries.get(other) : undefined)?.rawExits ?? [];
    return exits.some(({ released }) => released.some((one) => one.key === key));
  });
}
