import { baseOf, pointee } from '../../base/ctype.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';

/**
 * Whether two terms of one lock class mean one lock: `same` is proven; `probable` if nothing distinguishes two
 * instances (a path that returns to its first object, a path with an unknown root); `other` if something does.
 */
export type Sameness = 'same' | 'probable' | 'other';

/**
 * Whether a member leads back to an object: that of a structure within the object, or, with `child`, that of another object to
 * which this member of the first one points.
 */
export type IsBack = (member: Term & { readonly k: 'field' }, child?: string) => boolean;

/**
 * `held` and `needed` are in terms of one function; `isUnknown` says which roots of `needed` that function cannot name.
 */
export function sameness(
  held: Term,
  needed: Term,
  isUnknown: (root: Term) => boolean,
  isBack: IsBack = () => false,
): Sameness {
  if (held.key === needed.key || t.withoutDetours(held).key === t.withoutDetours(needed).key) return 'same';
  if (withoutProvenReturns(held, isBack).key === withoutProvenReturns(needed, isBack).key) return 'same';
  const [mine, theirs] = [withoutReturns(held, isBack), withoutReturns(needed, isBack)];
  if (mine.key === theirs.key) return 'probable';
  const [owner, wanted] = [pointerTo(mine), pointerTo(theirs)];
  if (owner === undefined || wanted === undefined) return 'other';
  if (membersOf(mine) !== membersOf(theirs) || isElement(owner) || isElement(wanted)) return 'other';
  if (membersOf(mine).includes('[]')) return 'other';
  if (isUnknown(t.rootOf(wanted))) return 'probable';
  // Found through its parent, another object that keeps a pointer to it. An object of its own kind is a neighbour.
  const holder = pointerTo(wanted);
  return holder !== undefined && baseOf(holder.type) !== baseOf(wanted.type) ? 'probable' : 'other';
}

/** Whether the path from an object leads back to it, to the lock that is held: `timer->private_data->timer->lock`. */
export function leadsBack(held: Term, needed: Term): boolean {
  const shortest = (term: Term): Term => withoutReturns(t.withoutDetours(term), () => false);
  return shortest(held).key === shortest(needed).key;
}

/** Shortens `x->child.parent` and `x->child->parent` to `x` where code makes that member lead back. */
function withoutProvenReturns(term: Term, isBack: IsBack): Term {
  const shortened = t.rebuild(term, (part) => {
    const object = objectBehind(part, isBack);
    return object && withoutProvenReturns(object, isBack);
  });
  return t.withoutDetours(shortened);
}

/** `x` for `x->child.parent` and `x->child->parent` where code makes that member lead back. */
function objectBehind(part: Term, isBack: IsBack): Term | undefined {
  if (part.k !== 'deref' || part.base.k !== 'field') return undefined;
  const pointer = part.base.base.k === 'deref' ? part.base.base.base : undefined;
  const child = pointer?.k === 'field' && pointer.base.k === 'deref' ? pointer : undefined;
  if (pointer !== undefined && child === undefined) return undefined;
  const object = pointerTo(child ?? part.base);
  const back = pointee(part.base.type) ?? '';
  if (object === undefined || back !== pointee(object.type) || !isBack(part.base, child?.name))
    return undefined;
  return t.withType(t.deref(object), back);
}

/**
 * Shortens `x->child->parent` to `x` where `child` has another type, and `x->child.parent` where that leads back. The
 * pointer back from another object may be a `void *`, as driver data is.
 */
function withoutReturns(term: Term, isBack: IsBack): Term {
  return t.rebuild(term, (part) => {
    if (part.k !== 'deref') return undefined;
    const object = objectBehind(part, isBack);
    if (object !== undefined) return withoutReturns(object, isBack);
    const between = pointerTo(part.base);
    const back = pointee(part.base.type);
    const start = between && pointerTo(between);
    const type = start && pointee(start.type);
    if (start === undefined || type === undefined || (back !== type && back !== 'void')) return undefined;
    if (pointee(between?.type ?? '') === type) return undefined;
    return withoutReturns(t.withType(t.deref(start), type), isBack);
  });
}

/** The pointer to the object that contains a member: `x` for `x->a.b`. */
function pointerTo(member: Term): Term | undefined {
  const object = t.objectOf(member);
  return object !== member && object.k === 'deref' ? object.base : undefined;
}

/** The fields from the object to the lock. */
function membersOf(lock: Term): string {
  return lock.k === 'field' ? `${membersOf(lock.base)}.${lock.name}` : lock.k === 'index' ? '[]' : '';
}

/** Whether the pointer points to or into one of several elements. */
function isElement(pointer: Term): boolean {
  return t.pointed(pointer).k === 'index';
}
