import { ZERO, type Fact } from './fact.js';
import type { FlowGraph } from './flow-graph.js';
import type { BlockId, Exit } from '../summary/types.js';
import { successors } from '../summary/exits.js';

/** Which loops of a function end by a condition that some path does not know: how many rounds they make is open. */
export class Loops {
  private readonly open = new Set<number>();

  constructor(private readonly graph: FlowGraph) {}

  isIn(block: BlockId): boolean {
    return this.of(block) >= 0;
  }

  isOpen(block: BlockId): boolean {
    return this.open.has(this.of(block));
  }

  /** A path leaves a block; `condition` is what it knows of the branch, nothing for a choice among several. */
  note(block: BlockId, exit: Exit, condition?: Fact): void {
    const loop = this.of(block);
    if (loop < 0 || this.open.has(loop)) return;
    const isKnown = condition !== undefined && (condition.signs === ZERO || (condition.signs & ZERO) === 0);
    if (!isKnown && successors(exit).some((to) => this.of(to) !== loop)) this.open.add(loop);
  }

  private of(block: BlockId): number {
    return this.graph.loop[block] ?? -1;
  }
}
