import { levelOf, type Switched } from '../../../graph/paths/switch-events.js';
import { absolute, type Span } from '../../../base/span.js';
import type { FollowedEvents } from '../../../graph/paths/lock-events.js';
import type { FunctionRef } from '../../../link/types.js';
import { reachableBlocks } from '../../../skeleton/lowering/block-paths.js';
import type { BlockId, EventId, Skeleton } from '../../../skeleton/types.js';
import { placeOf } from '../missing-unlock/ends-at.js';
import { keptUnderOneOutcome } from '../missing-unlock/conditions/opposite-conditions.js';
import { firstIs } from '../unbalanced-unlock/leads-to-release.js';
import { NEGATIVE } from '../../../summaries/facts/fact.js';
import type { CallSummary, ExitEffect, FunctionSummary, Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';

/** An exit that lacks the second half of a section, and the call with the first one. */
export interface UnequalExit {
  readonly at: Span;
  readonly take: Site;
}

/**
 * A failure that leaves something disabled which another exit restores although the paths to both know the same: a macro
 * or a helper disables it under a condition, its counterpart enables it under the same one, and this exit goes past the
 * counterpart.
 */
export function unequalExit(
  around: Surroundings,
  { fn, calls, rawExits }: FunctionSummary,
  skeleton: Skeleton,
  what: Switched,
): UnequalExit | undefined {
  const changes = (call: CallSummary, isOff: boolean): boolean =>
    call.targets.some((target) =>
      around
        .summaryOf(target)
        ?.rawExits.some(({ context }) => (isOff ? levelOf(context, what) > 0 : levelOf(context, what) < 0)),
    );
  // A result may tell whether it is disabled.
  const isMute = ({ targets }: CallSummary): boolean =>
    targets.every(({ item, macro }) => macro !== undefined || item?.returns === 'void');
  const take = calls.find((call) => changes(call, true));
  const ends = new Set(calls.filter((call) => changes(call, false)).map(({ site }) => site.event));
  if (take === undefined || !isMute(take) || ends.size === 0) return undefined;
  const takes = new Set([take.site.event]);
  if (!firstIs(skeleton.blocks, 0, take.site.event, { ...NO_EVENTS, takes, ends })) return undefined;
  const early = earlyReturns(skeleton, fn, ends);
  for (const exit of rawExits) {
    const [at] = exit.at;
    if (at === undefined || exit.signs !== NEGATIVE || exit.facts.length === 0) continue;
    if (!early.has(placeOf(at))) continue;
    if (levelOf(exit.context, what) <= 0) continue;
    const isRestored = (other: ExitEffect): boolean =>
      levelOf(other.context, what) === 0 &&
      knowsAll(other, exit) &&
      !other.at.some((one) => exit.at.some((own) => placeOf(own) === placeOf(one)));
    if (rawExits.some(isRestored)) return { at, take: take.site };
  }
  return undefined;
}

/** Whether what holds on the paths to `exit` also holds on those to `other`. */
function knowsAll({ facts }: ExitEffect, exit: ExitEffect): boolean {
  return exit.facts.every(({ term, fact }) =>
    facts.some((one) => one.term.key === term.key && one.fact.signs === fact.signs),
  );
}

const NO_EVENTS: FollowedEvents = {
  takes: new Set(),
  ends: new Set(),
  unsure: new Set(),
  mayEnd: new Set(),
  arms: new Map(),
};

/** The places of the return statements that no path reaches from one of `ends`. */
function earlyReturns(skeleton: Skeleton, fn: FunctionRef, ends: ReadonlySet<EventId>): ReadonlySet<string> {
  const { blocks } = skeleton;
  const late = new Set<BlockId>();
  for (const [id, { events }] of blocks.entries())
    if (events.some((event) => ends.has(event.id)))
      for (const one of reachableBlocks(skeleton, id, -1)) late.add(one);
  return new Set(
    blocks.flatMap(({ exit }, id) =>
      exit.k === 'return' && !late.has(id) ? [placeOf(absolute(exit.at, fn.line))] : [],
    ),
  );
}

/**
 * The early return statements that a path reaches from a call that disables something, where the condition around that
 * call is asked again around the one that enables it. The function begins with the first of the two.
 */
export function returnsUnderOneOutcome(
  skeleton: Skeleton,
  fn: FunctionRef,
  events: FollowedEvents,
): ReadonlySet<Span> {
  const { takes, ends, unsure } = events;
  const out = new Set<Span>();
  if (unsure.size > 0) return out;
  const early = earlyReturns(skeleton, fn, ends);
  for (const [block, { events: all }] of skeleton.blocks.entries())
    for (const { id: event } of all.filter(({ id }) => takes.has(id))) {
      if (!firstIs(skeleton.blocks, 0, event, events)) continue;
      for (const id of keptUnderOneOutcome(skeleton, { block, event }, ends) ?? []) {
        const exit = skeleton.blocks[id]?.exit;
        if (exit?.k === 'return' && early.has(placeOf(absolute(exit.at, fn.line)))) out.add(exit.at);
      }
    }
  return out;
}
