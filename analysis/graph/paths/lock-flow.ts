import { successors } from '../../skeleton/lowering/exits.js';
import type { Block, BlockId, EventId } from '../../skeleton/types.js';

const FREE = 1;
const HELD = 2;

/** What the events of a function do to one lock. */
export interface LockEvents {
  readonly takes: ReadonlySet<EventId>;
  readonly ends: ReadonlySet<EventId>;
  /** May acquire the lock, release it, or do neither. */
  readonly unsure: ReadonlySet<EventId>;
  /** Branches on whether an acquisition has succeeded, by their block. */
  readonly arms?: ReadonlyMap<BlockId, LockArms>;
}

/** The arms of such a branch. */
export interface LockArms {
  readonly held: BlockId;
  readonly free: BlockId;
}

/**
 * The state of one lock in the blocks of a function, over all paths of its control flow. It ignores values: its answers
 * hold for every outcome of the conditions.
 */
export class LockFlow {
  private readonly atEntry: number[] = [];

  /** With `isFreeFirst` no caller holds the lock when it calls the function. */
  constructor(
    private readonly blocks: readonly Block[],
    private readonly events: LockEvents,
    isFreeFirst = true,
  ) {
    const open: BlockId[] = [];
    const enter = (id: BlockId, states: number): void => {
      const known = this.atEntry[id] ?? 0;
      if ((known | states) === known) return;
      this.atEntry[id] = known | states;
      open.push(id);
    };
    enter(0, isFreeFirst ? FREE : FREE | HELD);
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const arms = events.arms?.get(id);
      for (const to of successors(this.blocks[id]?.exit ?? { k: 'stop' })) {
        if (arms === undefined) enter(to, this.atEnd(id));
        else enter(to, to === arms.held ? HELD : FREE);
      }
    }
  }

  /** Whether the lock is held at the end of a block, however it is reached. */
  isHeldBehind(id: BlockId): boolean {
    return this.atEnd(id) === HELD;
  }

  /** Whether the lock is free at the end of a block, however it is reached. */
  isFreeBehind(id: BlockId): boolean {
    return this.atEnd(id) === FREE;
  }

  /** Whether the lock is free at the start of a block, however it is reached. */
  isFreeBefore(id: BlockId): boolean {
    return this.atEntry[id] === FREE;
  }

  /** 0 for a block that no path reaches. */
  private atEnd(id: BlockId): number {
    const before = this.atEntry[id] ?? 0;
    const last = this.blocks[id]?.events.filter((event) => this.changes(event.id)).at(-1)?.id;
    if (last === undefined || before === 0) return before;
    if (this.events.unsure.has(last)) return FREE | HELD;
    return this.events.takes.has(last) ? HELD : FREE;
  }

  private changes(id: EventId): boolean {
    return this.events.takes.has(id) || this.events.ends.has(id) || this.events.unsure.has(id);
  }
}

/** Blocks from which every path reaches an acquisition or a release before any other operation on the lock. */
export function boundTo(
  blocks: readonly Block[],
  events: LockEvents,
  what: 'takes' | 'ends',
): ReadonlySet<BlockId> {
  const bound = new Set<BlockId>();
  for (let grew = true; grew;) {
    grew = false;
    blocks.forEach((block, id) => {
      if (bound.has(id)) return;
      const first = firstOf(block, events);
      const to = successors(block.exit);
      const isBound =
        first === undefined
          ? block.exit.k === 'stop' || (to.length > 0 && to.every((next) => bound.has(next)))
          : events[what].has(first);
      if (!isBound) return;
      bound.add(id);
      grew = true;
    });
  }
  return bound;
}

/** The first event of a block that affects the lock or may affect it. */
export function firstOf(block: Block, { takes, ends, unsure }: LockEvents): EventId | undefined {
  return block.events.find(({ id }) => takes.has(id) || ends.has(id) || unsure.has(id))?.id;
}
