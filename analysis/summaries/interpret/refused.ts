import { BOUNDS } from '../../base/bounds.js';
import type { BlockId } from '../../skeleton/types.js';
import type { State } from '../state/state.js';
import { someTerm, type Term } from '../locks/terms.js';

/** Edges into blocks that a state's facts about objects make infeasible. */
export class RefusedEdges {
  private readonly into = new Map<
    BlockId,
    Map<string, { readonly state: State; readonly condition: Term }>
  >();

  /**
   * Keeps the state at such an edge. States with different signatures stay apart: they hold different locks, and each
   * release has its own condition.
   */
  keep(block: BlockId, state: State, condition: Term, signature: string): void {
    const ways = this.into.get(block) ?? new Map<string, { state: State; condition: Term }>();
    this.into.set(block, ways);
    if (ways.has(signature) || ways.size >= BOUNDS.refusedStates) state.release();
    else ways.set(signature, { state, condition });
  }

  /**
   * Takes the states at the edges into some block that was not entered, without their facts about the condition. The
   * locks they hold are less certain.
   */
  take(isEntered: (block: BlockId) => boolean): { block: BlockId; states: readonly State[] } | undefined {
    for (const [block, ways] of this.into) {
      this.into.delete(block);
      if (isEntered(block)) continue;
      for (const { state, condition } of ways.values()) forgetParts(state, condition);
      return { block, states: [...ways.values()].map(({ state }) => state) };
    }
    return undefined;
  }
}

function forgetParts(state: State, condition: Term): void {
  const parts = new Set<string>();
  someTerm(condition, (part) => {
    parts.add(part.key);
    return false;
  });
  state.facts.forget((key) => parts.has(key));
  for (const key of parts) state.dropStored(key);
  state.held = state.held.map((lock) => ({ ...lock, certain: false }));
}
