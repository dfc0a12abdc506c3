import { ZERO, type Fact } from '../facts/fact.js';
import type { FlowGraph } from '../state/flow-graph.js';
import type { BlockId, Exit } from '../../skeleton/types.js';
import { successors } from '../../skeleton/lowering/exits.js';

/**
 * The loops of a function whose exit condition is unknown on some path, so that their number of iterations is unknown.
 */
export class Loops {
  private readonly open = new Set<number>();

  constructor(private readonly graph: FlowGraph) {}

  isIn(block: BlockId): boolean {
    return this.of(block) >= 0;
  }

  isOpen(block: BlockId): boolean {
    return this.open.has(this.of(block));
  }

  /**
   * Notes that a path leaves a block. `condition` is the fact about the branch condition; absent for a multi-way
   * branch.
   */
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
