import { BOUNDS } from '../../base/bounds.js';
import type { AssignEvent } from '../../skeleton/types.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { FunctionSummary, Site } from '../../summaries/state/types.js';
import type { Program } from '../../link/types.js';
import { absolute } from '../../base/span.js';
import type { ProofRun } from '../paths/proofs.js';

/** A value stored in an object, in terms of the root of a path. */
export interface StoredPointer {
  readonly object: Term;
  readonly value: Term;
}

/** The name by which other code knows an object on the stack: `r->done` after `r->done = &done`. */
export class Published {
  constructor(
    /** The object's address, under that name. */
    readonly object: Term,
    private readonly stores: readonly StoredPointer[],
  ) {}

  /** A term resolved through the function's own stores: `x->dev->lock` is `dev->lock` after `x->dev = dev`. */
  resolved(term: Term): Term {
    return t.rebuild(term, (part) => this.stores.find(({ object }) => object.key === part.key)?.value);
  }

  /**
   * Whether the function hands the lock's owner something that leads to the object: it adds a request to a list of the
   * device, stores it in a member of the device, or passes both to a call.
   */
  isHandedWith(lock: Term, summary: FunctionSummary | undefined): boolean {
    const [mine, theirs] = [ownerOf(this.object), ownerOf(lock)];
    if (mine === undefined || theirs === undefined || mine.key === theirs.key) return false;
    const names = (term: Term, one: Term): boolean => t.someTerm(term, (part) => part.key === one.key);
    const isPassed = (summary?.calls ?? []).some(
      ({ args }) => args.some((arg) => names(arg, mine)) && args.some((arg) => names(arg, theirs)),
    );
    return isPassed || this.stores.some(({ object, value }) => names(object, theirs) && names(value, mine));
  }
}

/**
 * The names that the functions on a path give to the awaited object of the last step, by storing its address in a
 * member.
 */
export function publishedNames(
  proofs: ProofRun,
  program: Program,
  steps: readonly Site[],
): readonly Published[] {
  const awaited = awaitedBy(proofs, steps);
  if (awaited === undefined) return [];
  const stores = steps.flatMap((_, i) => storesIn(proofs, program, steps.slice(0, i + 1)));
  const found = new Map<string, Published>();
  for (const { object, value } of stores) {
    const name = nameOf(awaited, object, value);
    if (name !== undefined && !found.has(name.key)) found.set(name.key, new Published(name, stores));
  }
  // Part of an object whose address other code receives: a command with its completion.
  if (awaited.k === 'address' && awaited.base.k === 'field')
    found.set(awaited.key, new Published(awaited, stores));
  return [...found.values()];
}

/** The address of the awaited object, on the stack of a function on the path. */
function awaitedBy(proofs: ProofRun, steps: readonly Site[]): Term | undefined {
  const [arrived] = proofs.arrive(steps);
  return arrived?.args.find((arg) => arg.k === 'address' && t.rootOf(arg).k === 'local');
}

/** The stores of a path's last function to members of objects, in terms of the first function. */
function storesIn(proofs: ProofRun, program: Program, steps: readonly Site[]): readonly StoredPointer[] {
  const fn = steps.at(-1)?.fn;
  const skeleton = fn && program.skeleton(fn);
  if (fn === undefined || skeleton === undefined) return [];
  const events = skeleton.blocks.flatMap((block) =>
    block.events.filter((event): event is AssignEvent => {
      const target = event.k === 'assign' ? skeleton.exprs[event.target]?.k : undefined;
      return target === 'field' || target === 'global';
    }),
  );
  return events.slice(0, BOUNDS.storesToPublish).flatMap((event) => {
    const site: Site = { fn, event: event.id, span: absolute(event.at, fn.line) };
    const [stored] = proofs.arrive([...steps.slice(0, -1), site]);
    const [object, value] = stored?.args ?? [];
    return object === undefined || value === undefined ? [] : [{ object: t.deref(object), value }];
  });
}

/** The awaited address through a pointer stored in `object`; `undefined` if the pointer does not lead to it. */
function nameOf(awaited: Term, object: Term, value: Term): Term | undefined {
  if (value.k !== 'address' || awaited.k !== 'address') return undefined;
  if (awaited.key === value.key) return t.withType(object, awaited.type);
  const seen = t.rebuild(awaited, (part) =>
    part.key === value.base.key ? t.withType(t.deref(object), part.type) : undefined,
  );
  return seen.key === awaited.key ? undefined : seen;
}

/** The pointer to the object that contains a member, or the variable that is this object. */
function ownerOf(term: Term): Term | undefined {
  const at = t.objectOf(t.pointed(term));
  if (at.k === 'local') return at;
  if (at.k !== 'deref') return undefined;
  // The object behind a pointer in a member: the object that contains the member.
  return at.base.k === 'field' ? ownerOf(at.base) : at.base;
}
