import type {
  CallSummary,
  FunctionSummary,
  HeldLock,
  LockRef,
  LockUse,
} from '../../../summaries/state/types.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import { inCaller } from '../../../summaries/locks/terms.js';
import type { LockKind } from '../../../models/types.js';
import type { CheckContext } from '../../engine/check.js';
import { isRuledOut } from '../missing-unlock/kept-locks.js';

/** A call that releases a lock in one mode, and the lock, which is held in the other mode. */
export interface ReleasedByHelper {
  readonly call: CallSummary;
  readonly helper: string;
  readonly released: LockRef;
  readonly lock: HeldLock;
}

/**
 * Calls of helpers that release a lock for reading with these arguments, while every path arrives with it held for
 * writing, and the reverse: `lock(s, true); … unlock(s, false);`.
 */
export function releasedByHelpers(
  { around }: CheckContext,
  { calls }: FunctionSummary,
  kinds: ReadonlySet<LockKind>,
): readonly ReleasedByHelper[] {
  return calls.flatMap((call) => {
    const [helper, another] = call.targets;
    const below = helper === undefined || another !== undefined ? undefined : around.summaryOf(helper);
    if (helper === undefined || below === undefined || below.gaps.length > 0 || call.site.via !== undefined)
      return [];
    const isAny = ({ api }: LockUse): boolean => around.models.lockApi(api)?.anyMode === true;
    if (call.callee !== undefined || below.uses.some(isAny)) return [];
    const exits = everyExit(below).filter((exit) => !isRuledOut(exit, call.args));
    const [first] = exits;
    return (first?.released ?? []).flatMap((released) => {
      const { key } = inCaller(released.term, call.args);
      const isAlike = exits.every(
        (exit) =>
          exit.acquired.length === 0 &&
          exit.released.some((one) => one.term.key === released.term.key && one.mode === released.mode),
      );
      if (!isAlike || !kinds.has(released.kind)) return [];
      const held = call.locksets.map((set) => set.held.filter(({ term }) => term.key === key));
      const [lock] = held[0] ?? [];
      const isOther = held.every(
        ([one, twice]) => one?.certain === true && twice === undefined && one.mode !== released.mode,
      );
      return lock !== undefined && isOther ? [{ call, helper: helper.name, released, lock }] : [];
    });
  });
}
