import { absolute, type Span } from '../../../base/span.js';
import type { FunctionSummary, HeldLock, LockRef, Site } from '../../../summaries/state/types.js';
import { lockEventsOf } from '../../../graph/paths/lock-events.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { successors } from '../../../skeleton/lowering/exits.js';
import type { Block, BlockId, EventId } from '../../../skeleton/types.js';

/** Places of the return statements reached from a release of the function's own lock without acquiring it again. */
export function endsAt(around: Surroundings, summary: FunctionSummary, lock: HeldLock): ReadonlySet<string> {
  const { fn } = summary;
  const { blocks = [] } = around.program.skeleton(fn) ?? {};
  const eventsOf = (all: readonly { readonly lock: LockRef; readonly site: Site }[]): ReadonlySet<EventId> =>
    new Set(all.filter((one) => one.lock.term.key === lock.term.key).map(({ site }) => site.event));
  const followed = lockEventsOf(around, summary, lock);
  const direct = new Set(summary.uses.map(({ site }) => site.event));
  const releases = new Set([
    ...eventsOf(summary.uses.filter(({ k, ended }) => k === 'release' && ended === 'own')),
    ...[...followed.ends].filter((event) => !direct.has(event)),
  ]);
  const places = new Set<string>();
  if (releases.size === 0) return places;
  const takes = new Set([...eventsOf(summary.acquires), ...followed.takes]);
  const seen = new Set<BlockId>();
  const open: BlockId[] = [];
  const follow = ({ events, exit }: Block, from: number): void => {
    if (events.slice(from).some(({ id }) => takes.has(id))) return;
    if (exit.k === 'return') places.add(placeOf(absolute(exit.at, fn.line)));
    open.push(...successors(exit));
  };
  for (const block of blocks) {
    block.events.forEach(({ id }, i) => {
      if (releases.has(id)) follow(block, i + 1);
    });
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const block = blocks[next];
    if (block === undefined || seen.has(next)) continue;
    seen.add(next);
    follow(block, 0);
  }
  return places;
}

/** The place of a return statement, for comparison with others. */
export function placeOf({ line, column }: Span): string {
  return `${line}:${column}`;
}
