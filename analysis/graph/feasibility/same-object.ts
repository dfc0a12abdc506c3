import { isDeclaredIn } from '../../summaries/locks/symbols.js';
import { BOUNDS } from '../../base/bounds.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { resultKey } from '../../summaries/locks/names.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { Site } from '../../summaries/state/types.js';
import { folderOf } from '../../base/paths.js';
import { isWalked } from '../events/rounds.js';
import type { Dependency } from '../edges/dependency.js';
import type { KnownCallers } from '../sight/callers.js';
import { unify } from '../waits/waiter-names.js';
import type { Program } from '../../link/types.js';
import { passesOn } from './apart.js';
import { areOfOneDriver } from '../../link/files/one-driver.js';

/** Whether both locks of a side are members of one object. */
function isOneObject({ holds, lock }: Dependency): boolean {
  const [a, b] = [holds.term, lock.term];
  return a.k === 'field' && b.k === 'field' && a.base.key === b.base.key;
}

/**
 * Whether each side acquires two members of one object in one file unconditionally.
 */
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
 * Whether one side goes from one object of a kind to another while the other side stays in one. They only wait for each
 * other if the two objects are the same. With `isOneRecord`, both locks are members of one type, whatever the access
 * paths say: a function that locks for its callers may name the object differently.
 */
export function goesBetweenObjects(side: Dependency, other: Dependency, isOneRecord: boolean): boolean {
  const [a, b] = [side.holds.term, side.lock.term];
  if (a.k !== 'field' || b.k !== 'field' || !isOneObject(other)) return false;
  if (a.base.key === b.base.key || a.base.type === '') return false;
  return a.base.type === b.base.type || (isOneRecord && t.rootOf(a).key !== t.rootOf(b).key);
}

/**
 * Whether one side goes from the object of its first lock to that of its second, by a pointer or from an operation to the
 * same one of another table, while both locks of the other side are reached from one object. They only wait for each other
 * if the object points to itself.
 */
export function followsLinkToItself(around: Surroundings, side: Dependency, other: Dependency): boolean {
  const held = pointersTo(returned(around, other, other.lock.term), returned(around, side, side.holds.term));
  const taken = pointersTo(returned(around, other, other.holds.term), returned(around, side, side.lock.term));
  const object = [...held.keys()].find((pointer) => taken.has(pointer));
  if (object === undefined) return false;
  const [from, to] = [held.get(object), taken.get(object)];
  const leads = (a: Term, b: Term): boolean =>
    t.someTerm(b, (part) => part.k === 'deref' && part.base.key === a.key);
  if (from === undefined || to === undefined || from.key === to.key) return false;
  return (
    leads(from, to) || leads(to, from) || (from.k === 'parameter' && passesOn(around.program, side.steps))
  );
}

/**
 * The pointers through which a path reaches a lock, the nearest first, each with the pointer in the same place of another
 * path of the same shape.
 */
function pointersTo(lock: Term, again: Term): ReadonlyMap<string, Term> {
  const found = new Map<string, Term>();
  let [one, another] = [lock, again];
  for (;;) {
    if (one.k === 'field' && another.k === 'deref') found.set(t.address(one).key, another.base);
    if (one.k === 'deref' && another.k === 'deref') {
      [one, another] = [one.base, another.base];
      if (another.k === 'container' && one.k !== 'container')
        found.set(t.address(t.field(t.deref(one), another.member, '')).key, another.base);
      else if (one.k !== 'container') found.set(one.key, another);
    } else if (one.k === 'container' && another.k === 'container' && one.member === another.member) {
      [one, another] = [one.base, another.base];
      found.set(one.key, another);
    } else if (one.k === 'field' && another.k === 'field' && one.name === another.name)
      [one, another] = [one.base, another.base];
    else return found;
  }
}

/** A lock in the names of the side's root, also if it is reached through the result of a call that takes it. */
function returned(around: Surroundings, { root }: Dependency, lock: Term): Term {
  const result = t.rootOf(lock);
  if (result.k !== 'result') return lock;
  const call = around.summaryOf(root)?.calls.find(({ site }) => result.key === resultKey(root, site.event));
  const [target] = call?.targets ?? [];
  const values = new Map<string, Term>();
  for (const { value, acquired } of (target && around.summaryOf(target)?.exits) ?? [])
    if (value !== undefined && acquired.length > 0) values.set(value.key, value);
  const [value] = values.values();
  if (call === undefined || value === undefined || values.size > 1) return lock;
  return t.rebuild(lock, ({ key }) => (key === result.key ? t.inCaller(value, call.args) : undefined));
}

/**
 * Whether two sides that share a class of unrelated objects evidently mean the same object: the lock is in the same
 * member of the same struct on both sides, or the other lock is reached from it in the same way, or the other lock is a
 * global variable and both sides are in one driver.
 */
export function meansSameObject(
  program: Program,
  key: string,
  first: Dependency,
  second: Dependency,
): boolean {
  // I/O completion releases the bit of a page or buffer; the source does not show who still holds it.
  const locks = [first.holds, first.lock, second.holds, second.lock];
  if (locks.some(({ kind }) => kind === 'bit_lock')) return false;
  const calls = first.calls + second.calls;
  if (isOneObject(first) && isOneObject(second)) return calls <= BOUNDS.callsInObject;
  const [a, other] = endsOf(key, first);
  const [b, another] = endsOf(key, second);
  const path = outerPath(a);
  const isSameMember = path !== undefined && path === outerPath(b);
  // One lock of a driver protects all objects of the driver: all of them are its own, however deep the calls within it.
  if (
    isSameMember &&
    other.k === 'global' &&
    another.key === other.key &&
    areWithinOneDriver(program, first, second)
  )
    return calls <= BOUNDS.callsInObject;
  if (calls > BOUNDS.callsInObject || !areWithinOneFolder(first, second)) return false;
  const isNear = calls <= BOUNDS.callsToSameObject;
  if (isSameMember && (isNear || first.open + second.open === 0)) return true;
  if (!isNear) return false;
  if (other.k === 'global' && another.key === other.key)
    return areOfOneDriver(program, first.root.file, second.root.file);
  return isSameRelation(a, other, b, another);
}

/**
 * Whether two sides that share a class of unrelated objects may well mean the same object: one file puts such objects
 * into records of its own, and both sides run under, or take, one variable of this file.
 */
export function mayMeanSameObject(
  program: Program,
  key: string,
  first: Dependency,
  second: Dependency,
): boolean {
  const [a, other] = endsOf(key, first);
  const [b, another] = endsOf(key, second);
  const { file } = first.root;
  const isOwnVariable = other.k === 'global' && other.key === another.key && isDeclaredIn(other.name, file);
  const isEmbedded = outerPath(a) !== undefined || outerPath(b) !== undefined;
  const isFlagged = [first.holds, first.lock, second.holds, second.lock].some(
    ({ kind }) => kind === 'bit_lock',
  );
  return (
    isOwnVariable &&
    isEmbedded &&
    !isFlagged &&
    first.calls + second.calls <= BOUNDS.callsInObject &&
    areWithinOneDriver(program, first, second)
  );
}

/**
 * Whether only the path itself remains to be checked: the sides are in one folder and call functions by name, and all
 * locks are global variables, each is reached from the other in the same way on both sides, the objects of both point
 * to each other, or one lock is a variable of the folder and the other belongs to its objects. `calls` is the number of
 * calls that count against a path.
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
  if (!areWithinOneFolder(first, second)) return false;
  return (
    isSameRelation(first.holds.term, first.lock.term, second.lock.term, second.holds.term) ||
    pointToEachOther(around, first, second) ||
    isOneOfTheirOwn(around, first, second)
  );
}

/** Whether one lock is the same variable on both sides, and both it and the struct of the other are of their folder. */
function isOneOfTheirOwn(around: Surroundings, first: Dependency, second: Dependency): boolean {
  const [a, b] = [first.holds.term, first.lock.term];
  const variable = a.k === 'global' ? second.lock.term : b.k === 'global' ? second.holds.term : undefined;
  if (variable === undefined || (variable.key !== a.key && variable.key !== b.key)) return false;
  const folder = folderOf(first.root.file);
  return [first.from, first.to].every((key) => {
    const declared = around.classes.info(key)?.declaredAt?.file;
    return declared !== undefined && folderOf(declared) === folder;
  });
}

/** Whether one side follows members from the first object to the second, and the other side follows members back. */
function pointToEachOther(around: Surroundings, first: Dependency, second: Dependency): boolean {
  const [one, other] = [pointingClass(around, first), pointingClass(around, second)];
  return one !== undefined && other !== undefined && one !== other;
}

/** The class of the lock whose object contains the member through which the side reaches its other lock. */
function pointingClass(
  around: Surroundings,
  { from, to, holds, lock, root }: Dependency,
): string | undefined {
  if (leadsTo(holds.term, lock.term)) return from;
  if (leadsTo(lock.term, holds.term)) return to;
  // A walk under a lock is over what belongs to the object with the lock.
  const skeleton = around.program.skeleton(root);
  return skeleton !== undefined && isWalked(skeleton, t.rootOf(lock.term)) ? from : undefined;
}

/** Whether the path to the other lock goes through a member of the object that contains the first. */
function leadsTo(lock: Term, other: Term): boolean {
  const own = t.holderOf(t.withoutDetours(lock));
  const there = t.holderOf(t.withoutDetours(other));
  return own.k === 'deref' && there.key !== own.key && t.someTerm(there, ({ key }) => key === own.key);
}

/** Whether all steps of both sides are code of one driver. */
export function areWithinOneDriver(program: Program, first: Dependency, second: Dependency): boolean {
  const { file } = first.root;
  return [...first.steps, ...second.steps].every(({ fn }) => areOfOneDriver(program, fn.file, file));
}

/** Whether all steps of both sides are in one folder. */
function areWithinOneFolder(first: Dependency, second: Dependency): boolean {
  return new Set([...first.steps, ...second.steps].map(({ fn }) => folderOf(fn.file))).size <= 1;
}

/** Maximum number of targets of the call. */
export function targetsOf(around: Surroundings, step: Site): number {
  let most = 0;
  for (const { site, targets } of around.summaryOf(step.fn)?.calls ?? [])
    if (site.event === step.event) most = Math.max(most, targets.length);
  return most;
}

/** The lock of the class on one side, and the side's other lock, in terms of the members of their container. */
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

/** Struct and members on the path to a lock inside another struct: `foo*.queue.lock`. */
function outerPath(lock: Term): string | undefined {
  const names: string[] = [];
  let at = lock;
  while (at.k === 'field') {
    names.unshift(at.name);
    at = at.base;
  }
  return names.length > 1 && at.type !== '' ? `${at.type} ${names.join('.')}` : undefined;
}

/** Whether the second lock is reached from the first in the same way on both sides. */
function isSameRelation(a: Term, other: Term, b: Term, another: Term): boolean {
  const leads = (from: Term, to: Term, x: Term, y: Term): boolean => {
    const translate = unify(from, to);
    if (translate === undefined) return false;
    const moved = t.rebuild(x, translate);
    return moved.key === y.key && (moved !== x || from.key === to.key);
  };
  return leads(b, a, another, other) || leads(another, other, b, a);
}

/** A lock on one side of a cycle. */
type SideLock = readonly [side: Dependency, lock: Term];

/**
 * Whether all callers of both roots pass variables, and the two roots never receive the same one: two instances, as
 * far as the source shows. Elements of one array by computed indices may be the same.
 */
export function arePassedApart(callers: KnownCallers, first: SideLock, second: SideLock): boolean {
  const [x, y] = [passed(callers, first), passed(callers, second)];
  if (x === undefined || y === undefined) return false;
  const isComputed = (part: Term): boolean => part.k === 'index' && part.index.k !== 'constant';
  const anyElement = (part: Term): Term | undefined =>
    part.k === 'index' ? t.index(part.base, t.opaque('any', '')) : undefined;
  const isLoose = [...x, ...y].some((lock) => t.someTerm(lock, isComputed));
  const keyOf = (lock: Term): string => (isLoose ? t.rebuild(lock, anyElement) : lock).key;
  const others = new Set(y.map(keyOf));
  return x.every((lock) => !others.has(keyOf(lock)));
}

/**
 * The locks in variables passed for the parameter through which a lock is reached; `undefined` unless all callers pass
 * variables.
 */
function passed(callers: KnownCallers, [{ root }, lock]: SideLock): readonly Term[] | undefined {
  const origin = t.rootOf(lock);
  // Different objects may point to the same object.
  if (origin.k !== 'parameter' || derefs(lock) > 1) return undefined;
  const calls = callers.of(root);
  if (calls === undefined || calls.length === 0) return undefined;
  const out: Term[] = [];
  for (const { args } of calls) {
    const arg = args?.[origin.index];
    if (arg === undefined || t.rootOf(arg).k !== 'global') return undefined;
    // The argument may point to a member of the object, or to the object.
    out.push(t.inCaller(lock, args));
  }
  return out;
}

/** The number of pointers from the root of a term to the place it names. */
function derefs(term: Term): number {
  let count = 0;
  for (let at = term; 'base' in at; at = at.base) if (at.k === 'deref') count++;
  return count;
}
