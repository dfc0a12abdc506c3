import { successors } from '../../skeleton/lowering/exits.js';
import type { Block, BlockId, EventId } from '../../skeleton/types.js';

const FREE = 1;
const HELD = 2;

/** What the events of a function do to one lock. */
export interface LockEvents {
  readonly takes: ReadonlySet<EventId>;
  readonly ends: ReadonlySet<EventId>;
  /** May take or end it, or neither. */
  readonly unsure: ReadonlySet<EventId>;
}

/**
 * The state of one lock in the blocks of a function, over all paths of its control flow. Knows no values: what it says
 * holds whichever way conditions go.
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
    for (let id = open.pop(); id !== undefined; id = open.pop())
      for (const to of successors(this.blocks[id]?.exit ?? { k: 'stop' })) enter(to, this.atEnd(id));
  }

  /** Whether the lock is held at the end of a block, however it is reached. */
  isHeldBehind(id: BlockId): boolean {
    return this.atEnd(id) === HELD;
  }

  /** Whether the lock is free at the end of a block, however it is reached. */
  isFreeBehind(id: BlockId): boolean {
    return this.atEnd(id) === FREE;
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
