import { BOUNDS } from '../base/bounds.js';
import type { Surroundings } from '../effects/step.js';
import * as t from '../effects/terms.js';
import type { Term } from '../effects/terms.js';
import type { Site } from '../effects/types.js';
import { folderOf } from '../base/paths.js';
import type { Dependency } from './dependency.js';
import { unify } from './waiter-names.js';

/** Both locks of a side are members of one object. */
function isOneObject({ holds, lock }: Dependency): boolean {
  const [a, b] = [holds.term, lock.term];
  return a.k === 'field' && b.k === 'field' && a.base.key === b.base.key;
}

/** Each side takes two members of one object, in one file, whatever the state: nothing is left to come out otherwise. */
export function areDirect(sides: readonly Dependency[]): boolean {
  const files = new Set(sides.map(({ root }) => root.file));
  const kinds = new Set(sides.map(({ holds }) => (holds.term.k === 'field' ? holds.term.base.type : '')));
  return (
    files.size === 1 &&
    kinds.size === 1 &&
    !kinds.has('') &&
    sides.every((side) => side.calls === 0 && side.learned === 0 && isOneObject(side))
  );
}

/**
 * One side goes from one object of a kind to another, while the other stays in one: they only wait for each other where
 * the two objects are the same.
 */
export function goesBetweenObjects(side: Dependency, other: Dependency): boolean {
  const [a, b] = [side.holds.term, side.lock.term];
  return (
    isOneObject(other) &&
    a.k === 'field' &&
    b.k === 'field' &&
    a.base.key !== b.base.key &&
    a.base.type !== '' &&
    a.base.type === b.base.type
  );
}

/**
 * Whether two sides that meet on a class of unrelated objects are seen to mean the same one: the lock sits in the
 * same member of the same struct on both sides, or the other lock is reached from it in the same way, or the other
 * lock is a variable and both sides stand in one file.
 */
export function meansSameObject(key: string, first: Dependency, second: Dependency): boolean {
  // The bit in a page or a buffer is given back by its I/O: who holds it still is not told by the source.
  const locks = [first.holds, first.lock, second.holds, second.lock];
  if (locks.some(({ kind }) => kind === 'bit_lock')) return false;
  const calls = first.calls + second.calls;
  if (isOneObject(first) && isOneObject(second)) return calls <= BOUNDS.callsInObject;
  if (calls > BOUNDS.callsToSameObject) return false;
  if (!standTogether(first, second)) return false;
  const [a, other] = endsOf(key, first);
  const [b, another] = endsOf(key, second);
  const path = outerPath(a);
  if (path !== undefined && path === outerPath(b)) return true;
  if (other.k === 'global' && another.key === other.key) return first.root.file === second.root.file;
  return isSameRelation(a, other, b, another);
}

/**
 * Whether nothing but the path itself is left to doubt: all locks are variables, or each is reached from the other
 * in one and the same way on both sides, or the objects of both point to each other, and the sides stand together and
 * call functions by name. `calls` have to be believed.
 */
export function meetForSure(
  around: Surroundings,
  first: Dependency,
  second: Dependency,
  calls: number,
): boolean {
  const locks = [first.holds.term, first.lock.term, second.holds.term, second.lock.term];
  const steps = [...first.steps.slice(0, -1), ...second.steps.slice(0, -1)];
  const targets = Math.max(1, ...steps.map((step) => targetsOf(around, step)));
  if (locks.every((lock) => lock.k === 'global')) return targets <= BOUNDS.targetsToSameObject;
  const isApart = locks.some((lock) => t.someTerm(lock, (part) => part.k === 'index'));
  if (targets > 1 || isApart || calls > BOUNDS.callsToRelatedObjects) return false;
  if (!standTogether(first, second)) return false;
  return (
    isSameRelation(first.holds.term, first.lock.term, second.lock.term, second.holds.term) ||
    pointToEachOther(first, second)
  );
}

/** One side follows a member from the first object to the second, the other side a member that leads back. */
function pointToEachOther(first: Dependency, second: Dependency): boolean {
  const [one, other] = [pointingClass(first), pointingClass(second)];
  return one !== undefined && other !== undefined && one !== other;
}

/** The class of the lock whose object has the member by which the side finds the object of its other lock. */
function pointingClass({ from, to, holds, lock }: Dependency): string | undefined {
  if (leadsTo(holds.term, lock.term)) return from;
  return leadsTo(lock.term, holds.term) ? to : undefined;
}

function leadsTo(lock: Term, other: Term): boolean {
  const there = objectOf(other);
  return there.k === 'deref' && there.base.k === 'field' && objectOf(there.base).key === objectOf(lock).key;
}

/** The object that a lock is a member of, however deep. */
function objectOf(lock: Term): Term {
  let at = lock;
  while (at.k === 'field') at = at.base;
  return at;
}

/** All steps of both sides are in one folder. */
function standTogether(first: Dependency, second: Dependency): boolean {
  return new Set([...first.steps, ...second.steps].map(({ fn }) => folderOf(fn.file))).size <= 1;
}

/** Functions that the call may lead to. */
export function targetsOf(around: Surroundings, step: Site): number {
  let most = 0;
  for (const { site, targets } of around.effectsOf(step.fn)?.calls ?? [])
    if (site.event === step.event) most = Math.max(most, targets.length);
  return most;
}

/** The lock of the class on one side, and the side's other lock, in terms that a container gives its members. */
function endsOf(key: string, side: Dependency): readonly [Term, Term] {
  const [own, other] =
    side.from === key ? [side.holds.term, side.lock.term] : [side.lock.term, side.holds.term];
  const inside = containerIn(own) ?? containerIn(other);
  if (inside === undefined) return [own, other];
  const outer = t.opaque(`outer ${inside.key}`, inside.type);
  const member = t.address(t.field(t.deref(outer), inside.member, ''));
  const replace = (part: Term): Term | undefined =>
    part.key === inside.key ? outer : part.key === inside.base.key ? member : undefined;
  return [t.rebuild(own, replace), t.rebuild(other, replace)];
}

function containerIn(term: Term): (Term & { k: 'container' }) | undefined {
  let found: (Term & { k: 'container' }) | undefined;
  t.someTerm(term, (part) => {
    if (part.k === 'container' && !part.member.includes('.')) found = part;
    return found !== undefined;
  });
  return found;
}

/** Struct and members that lead to a lock inside of another struct: `foo*.queue.lock`. */
function outerPath(lock: Term): string | undefined {
  const names: string[] = [];
  let at = lock;
  while (at.k === 'field') {
    names.unshift(at.name);
    at = at.base;
  }
  return names.length > 1 && at.type !== '' ? `${at.type} ${names.join('.')}` : undefined;
}

/** The second lock is reached from the first in one and the same way. */
function isSameRelation(a: Term, other: Term, b: Term, another: Term): boolean {
  const leads = (from: Term, to: Term, x: Term, y: Term): boolean => {
    const translate = unify(from, to);
    if (translate === undefined) return false;
    const moved = t.rebuild(x, translate);
    return moved.key === y.key && (moved !== x || from.key === to.key);
  };
  return leads(b, a, another, other) || leads(another, other, b, a);
}
