import type {
  CallSummary,
  FunctionSummary,
  HeldLock,
  LockRef,
  LockUse,
} from '../../../summaries/state/types.js';
import { everyExit } from '../../../summaries/solver/exits.js';
import { constant, inCaller, opaque, type Term } from '../../../summaries/locks/terms.js';
import type { LockKind } from '../../../models/types.js';
import { eventAt } from '../../../skeleton/lowering/events.js';
import type { EventId, Skeleton } from '../../../skeleton/types.js';
import type { CheckContext } from '../../engine/check.js';
import { isRuledOut } from '../missing-unlock/kept-locks.js';
import { constantsBehind } from '../../../summaries/solver/straight-path.js';

/** A call that releases a lock in one mode, and the lock, which is held in the other mode. */
export interface ReleasedByHelper {
  readonly call: CallSummary;
  readonly helper: string;
  readonly released: LockRef;
  readonly lock: HeldLock;
}

/**
 * Calls of helpers that release a lock for reading with these arguments, while every path arrives with it held for
 * writing, and the reverse: `lock(s, true); … unlock(s, false);`. Also where one path certainly does so.
 */
export function releasedByHelpers(
  { around }: CheckContext,
  { fn, calls }: FunctionSummary,
  kinds: ReadonlySet<LockKind>,
): readonly ReleasedByHelper[] {
  const skeleton = around.program.skeleton(fn);
  return calls.flatMap((call) => {
    const [helper, another] = call.targets;
    const below = helper === undefined || another !== undefined ? undefined : around.summaryOf(helper);
    if (helper === undefined || below === undefined || below.gaps.length > 0 || call.site.via !== undefined)
      return [];
    const isAny = ({ api }: LockUse): boolean => around.models.lockApi(api)?.anyMode === true;
    if (call.callee !== undefined || below.uses.some(isAny)) return [];
    const mayRelease = everyExit(below).some(({ released }) => released.some(({ kind }) => kinds.has(kind)));
    if (!mayRelease) return [];
    const told = { call, helper: helper.name };
    const onEach = releasedWith(below, call.args, kinds).flatMap((released) => {
      const held = call.locksets.map((set) => set.held.filter(isGiven(released, call.args)));
      const [lock] = held[0] ?? [];
      const isOther = held.every(
        ([one, twice]) => one !== undefined && twice === undefined && isInOtherMode(one, released),
      );
      return lock !== undefined && isOther ? [{ ...told, released, lock }] : [];
    });
    if (onEach.length > 0 || skeleton === undefined) return onEach;
    const ends = (event: EventId): boolean =>
      calls.some(
        ({ site, targets }) =>
          site.event === event &&
          targets.some((fn) => everyExit(around.summaryOf(fn)).some((exit) => exit.released.length > 0)),
      );
    for (const { held } of call.locksets) {
      for (const lock of held.filter(({ kind }) => kinds.has(kind))) {
        const args = argsBehind(skeleton, lock.site.event, call, ends);
        const released =
          args &&
          releasedWith(below, args, kinds).find(
            (one) =>
              isGiven(one, args)(lock) &&
              isInOtherMode(lock, one) &&
              held.filter(isGiven(one, args)).length === 1,
          );
        if (released !== undefined) return [{ ...told, released, lock }];
      }
    }
    return [];
  });
}

/** The locks that a function releases, each in one mode, whenever it is called with these arguments. */
function releasedWith(
  below: FunctionSummary,
  args: readonly Term[],
  kinds: ReadonlySet<LockKind>,
): readonly LockRef[] {
  const exits = everyExit(below).filter((exit) => !isRuledOut(exit, args));
  const isAlike = ({ term, mode }: LockRef): boolean =>
    exits.every(
      ({ acquired, released }) =>
        acquired.length === 0 && released.some((one) => one.term.key === term.key && one.mode === mode),
    );
  return (exits[0]?.released ?? []).filter((released) => kinds.has(released.kind) && isAlike(released));
}

function isGiven(released: LockRef, args: readonly Term[]): (lock: HeldLock) => boolean {
  const { key } = inCaller(released.term, args);
  return ({ term }) => term.key === key;
}

function isInOtherMode({ certain, mode }: HeldLock, released: LockRef): boolean {
  return certain && mode !== released.mode;
}

/**
 * The arguments of a call on the path that leads straight to it from an acquisition, as far as they are the same on all
 * paths or this one sets them; `undefined` if there is no such path.
 */
function argsBehind(
  skeleton: Skeleton,
  taken: EventId,
  call: CallSummary,
  ends: (call: EventId) => boolean,
): readonly Term[] | undefined {
  const event = eventAt(skeleton, call.site.event);
  const values = event && constantsBehind(skeleton, taken, event.id, ends);
  if (values === undefined || event === undefined || !('args' in event)) return undefined;
  return event.args.map((arg, i) => {
    const value = values.get(arg);
    const given = call.args[i];
    if (value !== undefined) return constant(value);
    const isFixed = given !== undefined && skeleton.exprs[arg]?.k !== 'local';
    return isFixed || given?.k !== 'constant'
      ? (given ?? opaque(`argument ${i}`, ''))
      : opaque(`argument ${i}`, '');
  });
}
