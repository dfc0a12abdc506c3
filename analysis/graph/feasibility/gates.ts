import type { Surroundings } from '../../summaries/surroundings.js';
import { rootOf, someTerm } from '../../summaries/locks/terms.js';
import { OWNED_KINDS } from '../../models/records/kinds.js';
import type { LockKind, LockMode } from '../../models/types.js';
import type { Program } from '../../link/types.js';
import { withoutWrappers } from '../edges/call-steps.js';
import type { Dependency } from '../edges/dependency.js';
import type { KnownCallers } from '../sight/callers.js';
import { keyOf } from '../events/collect.js';
import { isWalked } from '../events/rounds.js';
import { canFollow } from '../../skeleton/lowering/block-paths.js';
import { blockOf } from '../../skeleton/lowering/events.js';
import { FlowGraph } from '../../summaries/state/flow-graph.js';
import type { Site } from '../../summaries/state/types.js';
import { without, type EntryLock, type EntryLocks } from '../contexts/entry.js';

/** Kinds whose holder excludes everyone else. */
const EXCLUSIVE = new Set<LockKind>([...OWNED_KINDS, 'bit_lock', 'section']);

/**
 * A lock that excludes two sides from one another, so that the threads of a cycle never all wait at once; certain if it
 * is provably one instance.
 */
export function commonGate(
  sides: readonly Dependency[],
  entry: EntryLocks,
): { readonly key: string; readonly certain: boolean } | undefined {
  const inCycle = new Set(sides.flatMap((side) => [side.from, side.to]));
  const gates = sides.map((side) => gatesOf(side, inCycle, entry));
  let unsure: string | undefined;
  for (const [i, first] of gates.entries()) {
    for (const [key, gate] of first) {
      for (const second of gates.slice(i + 1)) {
        const partner = second.get(key);
        if (partner === undefined || (gate.mode === 'read' && partner.mode === 'read')) continue;
        if (gate.isOne && partner.isOne) return { key, certain: true };
        unsure ??= key;
      }
    }
  }
  return unsure === undefined ? undefined : { key: unsure, certain: false };
}

/** Locks that all callers of the root hold and the path has not released. */
function entryHeld(side: Dependency, entry: EntryLocks): ReadonlyMap<string, EntryLock> {
  return without(entry.of(side.root), side.released);
}

/** Whether all callers of the root hold a lock that is a single instance, and the path has not released it. */
export function isEnteredAlone(side: Dependency, entry: EntryLocks): boolean {
  const own = new Set([side.from, side.to]);
  return [...entryHeld(side, entry).values()].some(
    ({ key, mode, isVariable }) => isVariable && mode === 'write' && !own.has(key),
  );
}

/**
 * How the lock that a side takes relates to one of its class that all callers of its root hold: `same`, for all that is
 * known, or `another`, since a walk leads to objects of which the callers have locked one. `undefined` if they hold none.
 */
export function takenAgain(
  side: Dependency,
  entry: EntryLocks,
  program: Program,
): 'same' | 'another' | undefined {
  const entered = side.from === side.to ? undefined : entryHeld(side, entry).get(side.to);
  if (entered === undefined) return undefined;
  const skeleton = program.skeleton(side.root);
  const isAnother =
    !entered.isVariable && skeleton !== undefined && isWalked(skeleton, rootOf(side.lock.term));
  return isAnother ? 'another' : 'same';
}

/**
 * Whether a side takes its lock through a function that keeps it for its caller, or does not if that has begun before, and
 * all callers of the root have called that function in front of the root.
 */
export function isBegunAbove(
  { root, steps, to }: Dependency,
  callers: KnownCallers,
  around: Surroundings,
): boolean {
  const taker = withoutWrappers(around, steps).at(-1)?.fn;
  const exits = (taker !== undefined && taker !== root && around.summaryOf(taker)?.rawExits) || [];
  const keeps = exits.map(({ acquired }) => acquired.some((lock) => keyOf(lock) === to));
  if (taker === undefined || !keeps.includes(true) || !keeps.includes(false)) return false;
  const calls = callers.seen(root);
  return (
    calls.length > 0 &&
    calls.every(({ caller }) => {
      const below = around.summaryOf(caller)?.calls ?? [];
      const first = Math.min(
        ...below.filter(({ targets }) => targets.includes(taker)).map(({ site }) => site.event),
      );
      return below.every(({ site, targets }) => !targets.includes(root) || first < site.event);
    })
  );
}

interface Gate {
  readonly mode: LockMode;
  /** The same instance whenever the sides use the same locks. */
  readonly isOne: boolean;
}

function gatesOf(
  side: Dependency,
  inCycle: ReadonlySet<string>,
  entry: EntryLocks,
): ReadonlyMap<string, Gate> {
  const gates = new Map<string, Gate>();
  for (const lock of entryHeld(side, entry).values()) {
    if (!inCycle.has(lock.key)) gates.set(lock.key, { mode: lock.mode, isOne: lock.isVariable });
  }
  for (const lock of side.held) {
    if (lock.key === undefined || inCycle.has(lock.key) || !EXCLUSIVE.has(lock.kind) || !lock.certain)
      continue;
    gates.set(lock.key, {
      mode: lock.mode,
      isOne: rootOf(lock.term).k === 'global' || leadsToOne(side, lock.key),
    });
  }
  return gates;
}

/** Whether the gate is in an object through which a lock is reached, so it is the same one whenever the lock is. */
function leadsToOne(side: Dependency, key: string | undefined): boolean {
  const gate = side.held.find((h) => h.key === key);
  if (gate === undefined || gate.term.k !== 'field') return false;
  const owner = gate.term.base.key;
  return [side.holds, side.lock].some(({ term }) => someTerm(term, ({ key: part }) => part === owner));
}

/**
 * Whether a side took its first lock in a loop, and a later loop of the same function releases locks of the class before the
 * path goes on: the lock counts as held only where that loop has no round for it.
 */
export function isReleasedInRounds(around: Surroundings, side: Dependency): boolean {
  const { program } = around;
  const { holds, root, steps, from } = side;
  const [next] = steps;
  const skeleton = program.skeleton(root);
  if (next === undefined || skeleton === undefined || holds.site.fn !== root) return false;
  const { loop } = FlowGraph.of(skeleton);
  const loopOf = ({ event }: Site): number => loop[blockOf(skeleton, event)] ?? -1;
  const taking = loopOf(holds.site);
  if (next.fn !== root || taking < 0 || loopOf(next) === taking) return false;
  const isBetween = ({ event }: Site): boolean =>
    canFollow(skeleton, holds.site.event, event) &&
    canFollow(skeleton, event, next.event) &&
    !canFollow(skeleton, next.event, event);
  return (
    around
      .summaryOf(root)
      ?.uses.some(
        ({ k, lock, site }) =>
          k === 'release' && keyOf(lock) === from && ![-1, taking].includes(loopOf(site)) && isBetween(site),
      ) === true
  );
}
