import { enablesAround } from '../../../graph/interrupts/enables-around.js';
import { NOTHING_TO_SWITCH, type Cured, type SwitchPlan } from '../../../graph/interrupts/sections.js';
import { isOfSoftirq, mayBeOn, type SwitchStates } from '../../../graph/interrupts/switch-states.js';
import { Switching } from '../../../graph/interrupts/switching.js';
import type { Usage } from '../../../graph/interrupts/usage.js';
import type { FunctionRef } from '../../../link/types.js';
import type { CheckContext } from '../../engine/check.js';

/** Number of functions that show how a lock is usually taken. */
const USUAL = 2;

/**
 * The plan that disables bottom halves as all others do that take the lock, or as the function itself does; `undefined` if there is
 * none. Softirq handlers stay as they are: the others do not disable bottom halves there. In each of the functions that change, some
 * path has bottom halves enabled for sure, since what is only called with them disabled need not change.
 */
export function likeOthers(
  { around, collected, contexts, finder }: CheckContext,
  usage: Usage,
  { key, interrupt }: Cured,
  switching: Switching,
): SwitchPlan | undefined {
  const forms = switching.formsOf(key);
  if (interrupt !== 'softirq' || forms.has('irq') || forms.has('save')) return undefined;
  const isOfHandler = (fn: FunctionRef): boolean => isOfSoftirq(around.program, contexts().of(fn), fn);
  const uses = [...usage.enabled(key, interrupt)].filter(({ entry }) => entry !== undefined);
  const enabled = new Set(uses.map(({ acquire }) => acquire.site.fn));
  const isEnabled = (fn: FunctionRef, { bh }: SwitchStates): boolean => bh.has('on') || enabled.has(fn);
  const isUsual = (forms.get('bh') ?? 0) >= USUAL;
  const other = new Switching(
    around,
    collected,
    contexts(),
    usage,
    finder,
    (acquire, ways) =>
      (isUsual && mayBeOn(ways) && (isEnabled(acquire.site.fn, ways) || isOfHandler(acquire.site.fn))) ||
      enablesAround(around, collected, acquire),
  );
  const plan = other.plan(key, interrupt);
  if ('reason' in plan) return undefined;
  const calls = plan.calls.filter(({ fn }) => !isOfHandler(fn));
  if (calls.length === 0) return { reason: NOTHING_TO_SWITCH };
  return { calls, cures: { key, interrupt, isLikeOthers: true }, isLikeOthers: true };
}
