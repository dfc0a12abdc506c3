import { isUnavoidable } from '../../../skeleton/lowering/block-paths.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { arrayOf, deref, field, rootOf, type Term } from '../../../summaries/locks/terms.js';
import type { ClassTable } from '../../../summaries/locks/locks.js';
import type { Program } from '../../../link/types.js';
import { ownerByCompanion } from './companion.js';
import { isOnlyStored, placeOf } from './member-values.js';

/** A lock that is reached through a pointer in a member of a part, whose owner has the lock. */
interface ThroughPointer {
  readonly part: Term;
  readonly member: string;
}

/**
 * Whether two lock terms are one lock by two ways: through a pointer that a part keeps to a lock of the object that it is
 * part of, `c->queue.lock = &c->lock`, and through that object, which the same part leads to: `container_of(q, …, queue)`,
 * or `q->priv` where `c->queue.priv = c`. Only where code stores nothing else there for locks of this class.
 */
export function areLockOfOwner(
  program: Program,
  classes: ClassTable,
  key: string,
  one: Term,
  other: Term,
): boolean {
  return isLockOfOwner(program, classes, key, one, other) || isLockOfOwner(program, classes, key, other, one);
}

function isLockOfOwner(
  program: Program,
  classes: ClassTable,
  key: string,
  pointed: Term,
  direct: Term,
): boolean {
  const pointer = throughPointer(pointed);
  const { owner, path } = inObject(direct);
  if (pointer === undefined || owner === undefined || path === '') return false;
  let isStored = false;
  for (const [file, { outline }] of program.files) {
    for (const { member, lock } of outline.lockPointers) {
      if (lastOf(member.text) !== pointer.member || classes.written(lock, file) !== key) continue;
      const part = partOf(member.text, lock.text, path);
      if (part === undefined || !leadsToOwner(program, file, owner, pointer.part, part)) return false;
      isStored = true;
    }
  }
  return isStored;
}

/**
 * Whether two lock terms are one lock because a part of the object points back to it: `u->lock`, and `ep->udc->lock` of
 * `ep = &u->ep`, where the file stores `u->ep.udc = u` and nothing else there; or because its companion does.
 */
export function isLockOfPartsOwner(program: Program, one: Term, other: Term, file: string): boolean {
  if (rootOf(one).key !== rootOf(other).key) return false;
  const ownerOf = (place: Term): Term | undefined => ownerByPart(program, place, file);
  return (
    straight(one, ownerOf).key === straight(other, ownerOf).key ||
    isLockByCompanion(program, one, other, file)
  );
}

/** Whether two lock terms are one lock because the object's companion points back to it: {@link ownerByCompanion}. */
function isLockByCompanion(program: Program, one: Term, other: Term, file: string): boolean {
  const ownerOf = (place: Term): Term | undefined => ownerByCompanion(program, place, file);
  return rootOf(one).key === rootOf(other).key && straight(one, ownerOf).key === straight(other, ownerOf).key;
}

/**
 * Whether only the companion of an object shows that both locks are one, and a callee takes the second on a condition: the
 * state of the object decides it, and no term says that it is the same object's.
 */
export function isDoubtfulCompanion(program: Program, { holds, lock, root, steps }: Dependency): boolean {
  if (holds.term.key === lock.term.key || !isLockByCompanion(program, holds.term, lock.term, root.file))
    return false;
  return steps.slice(1).some(({ fn, event }) => {
    const skeleton = program.skeleton(fn);
    return skeleton === undefined || !isUnavoidable(skeleton, event);
  });
}

/**
 * The object that a place is by way of a part that points back to it: `u` for `ep->udc` of `ep = &u->ep`, or of
 * `ep = &u->eps[i]`; `undefined` if it is not known to be one.
 */
function ownerByPart(program: Program, place: Term, file: string): Term | undefined {
  const pointer = place.k === 'deref' ? place.base : undefined;
  if (pointer?.k !== 'field') return undefined;
  const part = arrayOf(straight(pointer.base, (one) => ownerByPart(program, one, file)));
  return part.k === 'field' && pointsToOwner(program, file, part.name, pointer.name) ? part.base : undefined;
}

/** The term without detours: each object on its way is the one that `ownerOf` says it is. */
function straight(term: Term, ownerOf: (place: Term) => Term | undefined): Term {
  if (term.k !== 'field') return term;
  const base = straight(term.base, ownerOf);
  const owner = ownerOf(base);
  return field(owner === undefined ? base : straight(owner, ownerOf), term.name, term.type);
}

function throughPointer(lock: Term): ThroughPointer | undefined {
  if (lock.k !== 'deref' || lock.base.k !== 'field') return undefined;
  return { part: lock.base.base, member: lock.base.name };
}

/** The pointer to the object that contains a lock, and the members that lead from there to the lock. */
function inObject(lock: Term): { readonly owner: Term | undefined; readonly path: string } {
  let path = '';
  let at = lock;
  for (; at.k === 'field'; at = at.base) path = path === '' ? at.name : `${at.name}.${path}`;
  return { owner: at.k === 'deref' ? at.base : undefined, path };
}

/** The part in `c->queue.lock = &c->lock`, or in `c->queues[i].lock = &c->lock`: `queue`, `queues`; `undefined` if the lock is elsewhere than in the part's owner at `path`. */
function partOf(member: string, lock: string, path: string): string | undefined {
  const place = /^(\w+)(?:->|\.)([^[]+)(?:\[[^[\]]*\])?\.\w+$/.exec(member);
  const stored = /^&?(\w+)(?:->|\.)(.+)$/.exec(lock);
  return place?.[1] !== undefined && place[1] === stored?.[1] && stored[2] === path ? place[2] : undefined;
}

/** Whether a pointer is the one to the owner of a part, by the place of the part or by a member of it. */
function leadsToOwner(program: Program, file: string, owner: Term, part: Term, name: string): boolean {
  if (owner.k === 'container') return owner.member === name && deref(owner.base).key === part.key;
  const place = arrayOf(part);
  if (place.k === 'field' && place.name === name && place.base.key === deref(owner).key) return true;
  if (owner.k !== 'field' || owner.base.key !== part.key) return false;
  return pointsToOwner(program, file, name, owner.name);
}

/** Whether functions of a file make a member of such a part point to its owner, and none makes it point elsewhere. */
function pointsToOwner(program: Program, file: string, part: string, member: string): boolean {
  const wanted = `${part}.${member}`.split('.');
  return isOnlyStored(program, file, member, ({ event, target }, skeleton) => {
    const { root, names } = placeOf(skeleton, target.base);
    if ([...names, member].slice(-wanted.length).join() !== wanted.join()) return undefined;
    const [object, value] = [skeleton.exprs[root], skeleton.exprs[event.value]];
    return (
      names.length + 1 === wanted.length &&
      ((object?.k === 'deref' && object.base === event.value) ||
        (value?.k === 'address' && value.base === root))
    );
  });
}

function lastOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('>')) + 1);
}
