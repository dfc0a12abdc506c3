import { baseOf, tagOf } from '../../../base/ctype.js';
import { typeOf } from '../../../link/ctypes/expression-types.js';
import { conditionalBelow } from '../../../graph/edges/call-steps.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { arrayOf, deref, field, rootOf, type Term } from '../../../summaries/locks/terms.js';
import type { ClassTable } from '../../../summaries/locks/locks.js';
import type { Program } from '../../../link/types.js';
import { ownerByCompanion } from './companion.js';
import { bodiesOfDriver } from '../../../link/bodies.js';
import { eventAt, memberStores } from '../../../skeleton/lowering/events.js';
import type { LockPointerItem } from '../../../outline/types.js';
import { isOnlyStored } from './member-values.js';
import { placeBehind, placeOf } from '../../../skeleton/places.js';

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
  for (const { file, part } of partsOfClass(program, classes, key, pointer.member, path)) {
    if (part === undefined || !leadsToOwner(program, file, owner, pointer.part, part)) return false;
    isStored = true;
  }
  return isStored;
}

interface GivenPart {
  readonly file: string;
  readonly part: string | undefined;
}

/** {@link partsGiven} of all files that store locks of a class in such a member. */
function* partsOfClass(
  program: Program,
  classes: ClassTable,
  key: string,
  member: string,
  path: string,
): Generator<GivenPart> {
  for (const [file, { outline }] of program.files) {
    const isOne = (item: LockPointerItem): boolean =>
      lastOf(item.member.text) === member && classes.written(item.lock, file) === key;
    if (!outline.lockPointers.some(isOne)) continue;
    const record = classes.info(key)?.record ?? '';
    for (const part of partsGiven(program, file, record, member, path)) yield { file, part };
  }
}

/**
 * Whether a lock is the one that a part of its owner points to: `dev->lock` of the `dev` that contains the part, where files
 * store it in the part's member, and no other lock of the class. `isPart` knows the pointer to the part.
 */
export function isLockOfContainer(
  program: Program,
  classes: ClassTable,
  { key, member, lock }: { readonly key: string; readonly member: string; readonly lock: Term },
  isPart: (pointer: Term) => boolean,
): boolean {
  const { owner, path } = inObject(lock);
  if (owner?.k !== 'container' || !isPart(owner.base)) return false;
  const parts = [...partsOfClass(program, classes, key, member, path)];
  return parts.length > 0 && parts.every(({ part }) => part === owner.member);
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
  return conditionalBelow(program, steps) > 0;
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
export function straight(term: Term, ownerOf: (place: Term) => Term | undefined): Term {
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

/**
 * The parts whose pointer a driver sets to the lock at `path` of their owner: `queue` in `c->queue.lock = &c->lock`, in
 * `q = &c->queue; q->lock = &c->lock`, and for an array of queues; `undefined` for one that is in no such owner. Owners
 * are of the type `record`.
 */
function* partsGiven(
  program: Program,
  file: string,
  record: string,
  member: string,
  path: string,
): Generator<string | undefined> {
  for (const { fn, skeleton } of bodiesOfDriver(program, file)) {
    if (skeleton === undefined) continue;
    for (const { event, target } of memberStores(skeleton)) {
      const value = skeleton.exprs[event.value];
      if (target.name !== member || value?.k !== 'address') continue;
      const [part, lock] = [placeOf(skeleton, target.base), placeOf(skeleton, value.base)];
      if (tagOf(baseOf(program.expand(typeOf(skeleton, lock.root, fn, program), file))) !== record) continue;
      const isOfOwner = part.root === lock.root && part.names.length > 0 && lock.names.join('.') === path;
      yield isOfOwner ? part.names.join('.') : undefined;
    }
  }
}

/** Whether a pointer is the one to the owner of a part, by the place of the part or by a member of it. */
function leadsToOwner(program: Program, file: string, owner: Term, part: Term, name: string): boolean {
  if (isPartOfMade(program, file, owner, part, name)) return true;
  if (owner.k === 'container' && owner.member === name && deref(owner.base).key === part.key) return true;
  const place = arrayOf(part);
  if (place.k === 'field' && place.name === name && place.base.key === deref(owner).key) return true;
  if (owner.k !== 'field' || owner.base.key !== part.key) return false;
  return pointsToOwner(program, file, name, owner.name);
}

/**
 * Whether a place is the part `name` of the owner because an object points to it that the owner keeps, and that was made for
 * the part: `cam->gain->handler`, where the file stores `cam->gain = control_new(&cam->controls)` and nothing else there.
 */
function isPartOfMade(program: Program, file: string, owner: Term, part: Term, name: string): boolean {
  const pointer = part.k === 'deref' ? part.base : undefined;
  const made = pointer?.k === 'field' && pointer.base.k === 'deref' ? pointer.base.base : undefined;
  if (made?.k !== 'field' || inObject(made).owner?.key !== owner.key) return false;
  return isOnlyStored(program, file, made.name, ({ event, target }, skeleton) => {
    const value = skeleton.exprs[event.value];
    const call = value?.k === 'result' ? eventAt(skeleton, value.event) : undefined;
    if (call?.k !== 'call') return false;
    const { root } = placeOf(skeleton, target.base);
    return call.args.some((arg) => {
      const place = placeBehind(skeleton, arg);
      return place?.root === root && place.names.join('.') === name;
    });
  });
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
