import type { FunctionRef } from './types.js';

const BITS = 10;
const SIZE = 1 << BITS;

interface Chunk {
  readonly refs: (FunctionRef | undefined)[];
  live: number;
}

/** Functions by id. Ids only grow; chunks none of whose functions is left are dropped. */
export class RefTable {
  private readonly chunks: (Chunk | undefined)[] = [];
  private next = 0;

  add(ref: Omit<FunctionRef, 'id'>): FunctionRef {
    const id = this.next++;
    const numbered = { id, ...ref };
    const chunk = (this.chunks[id >> BITS] ??= { refs: [], live: 0 });
    chunk.refs[id & (SIZE - 1)] = numbered;
    chunk.live += 1;
    return numbered;
  }

  get(id: number): FunctionRef | undefined {
    return this.chunks[id >> BITS]?.refs[id & (SIZE - 1)];
  }

  remove(ref: FunctionRef): void {
    const chunk = this.chunks[ref.id >> BITS];
    if (chunk === undefined) return;
    chunk.refs[ref.id & (SIZE - 1)] = undefined;
    chunk.live -= 1;
    // The chunk being filled stays: it is about to be used.
    if (chunk.live === 0 && ref.id >> BITS !== this.next >> BITS) this.chunks[ref.id >> BITS] = undefined;
  }
}
