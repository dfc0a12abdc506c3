import { BOUNDS } from '../../../../base/bounds.js';
import { absolute } from '../../../../base/span.js';
import type { FilesAround } from '../../../../graph/sight/around-header.js';
import type { ProofRun } from '../../../../graph/paths/proofs.js';
import type { WaitSlots } from '../../../../graph/slots/slots.js';
import { Published, type StoredPointer } from '../../../../graph/waits/published.js';
import { forget, unify } from '../../../../graph/waits/waiter-names.js';
import { bodiesOf, type WithBody } from '../../../../link/bodies.js';
import type { FunctionRef } from '../../../../link/types.js';
import { memberStores } from '../../../../skeleton/lowering/events.js';
import type { Skeleton } from '../../../../skeleton/types.js';
import * as t from '../../../../summaries/locks/terms.js';
import type { Term } from '../../../../summaries/locks/terms.js';
import type { CheckContext } from '../../../engine/check.js';

/**
 * An object that one function makes two members lead to: `q->last = job->fence`. Whoever waits knows it by the one, and whoever
 * completes it by the other.
 */
export interface Kept {
  /** The slot of the member by which it is completed. */
  readonly slot: string;
  /** The pointer in terms of the function that stores it: as it is waited for, and as it is completed. */
  readonly awaited: Term;
  readonly completed: Term;
  /** What else that function stores. */
  readonly stores: readonly StoredPointer[];
}

/** A term of the code that completes an object, in terms of the function that keeps a pointer to it. */
export function inNamesOfKeeper({ awaited, completed, stores }: Kept, object: Term, term: Term): Term {
  const translate = unify(object, completed);
  const named = t.rebuild(term, (part) => translate?.(part) ?? forget(part));
  return new Published(awaited, stores).resolved(named);
}

/** Finds under which other names the objects are known to which a member points. */
export class KeptPointers {
  private readonly known = new Map<string, readonly Kept[]>();

  constructor(
    private readonly context: CheckContext,
    private readonly proofs: ProofRun,
    private readonly slots: WaitSlots,
    private readonly filesAround: FilesAround,
  ) {}

  /**
   * Where code stores to a pointer of this slot; empty if some code may store a pointer to an object that has no other
   * name, or if too much code can.
   * @param declared the file that declares the member
   */
  of(slot: string, member: string, declared: string): readonly Kept[] {
    const known = this.known.get(slot);
    if (known !== undefined) return known;
    const { program } = this.context.around;
    const files = this.filesAround.of(declared) ?? [];
    if (files.length > BOUNDS.filesToKeep) return [];
    // All missing bodies are demanded at once, and again by whoever asks before they are there.
    const bodies = files.flatMap((file) => [...bodiesOf(program, file)]);
    if (bodies.some(({ skeleton }) => skeleton === undefined)) return [];
    const found = this.find(slot, member, bodies);
    this.known.set(slot, found);
    return found;
  }

  private find(slot: string, member: string, bodies: readonly WithBody[]): readonly Kept[] {
    const found: Kept[] = [];
    for (const { fn, skeleton } of bodies) {
      if (skeleton !== undefined && isLent(skeleton, member)) return [];
      if (![...memberStores(skeleton)].some(({ target }) => target.name === member)) continue;
      const stores = this.storesOf(fn);
      if (stores === undefined) return [];
      for (const store of stores) {
        if (store.object.k !== 'field' || store.object.name !== member || isNothing(store.value)) continue;
        const into = this.slotIn(store.object, fn);
        if (into === undefined) return [];
        if (into !== slot) continue;
        const kept = this.namesOf(store, stores, slot, fn);
        if (kept.length === 0) return [];
        found.push(...kept);
      }
    }
    return found;
  }

  /** The other names that a function gives to what it stores. */
  private namesOf(
    { object: awaited, value }: StoredPointer,
    stores: readonly StoredPointer[],
    slot: string,
    fn: FunctionRef,
  ): readonly Kept[] {
    const beside = stores.flatMap((other) => (other.value.key === value.key ? [other.object] : []));
    return [value, ...beside].flatMap((completed) => {
      const own = this.slotIn(completed, fn);
      return own === undefined || own === slot ? [] : [{ slot: own, awaited, completed, stores }];
    });
  }

  /** The slot of what a member points to, or of a member whose address this is. */
  private slotIn(pointer: Term, { file }: FunctionRef): string | undefined {
    const isMember = pointer.k === 'field' || (pointer.k === 'address' && pointer.base.k === 'field');
    return isMember ? this.slots.slotOf(pointer, 'object', file) : undefined;
  }

  /** What a function stores in members; `undefined` if it stores too much, or some store is not visible. */
  private storesOf(fn: FunctionRef): readonly StoredPointer[] | undefined {
    const events = [...memberStores(this.context.around.program.skeleton(fn))].map(({ event }) => event);
    if (events.length > BOUNDS.storesToPublish) return undefined;
    const all = events.map(({ id, at }) => {
      const arrived = this.proofs.arrive([{ fn, event: id, span: absolute(at, fn.line) }]);
      return arrived.flatMap(({ args: [object, value] }) =>
        object === undefined || value === undefined ? [] : [{ object: t.deref(object), value }],
      );
    });
    return all.some(({ length }) => length === 0) ? undefined : all.flat();
  }
}

/** Whether a function takes the address of a member of this name: others may store to it. */
function isLent({ exprs }: Skeleton, member: string): boolean {
  return exprs.some((expr) => {
    const base = expr.k === 'address' ? exprs[expr.base] : undefined;
    return base?.k === 'field' && base.name === member;
  });
}

/** Whether a value is no pointer to an object. */
function isNothing(value: Term): boolean {
  return value.k === 'constant';
}
