import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import { eventOf, handedFrom, isMadeIn, joinedSlot } from '../../../summaries/locks/names.js';
import { ownCallAt } from '../../../summaries/state/site.js';
import type { HeldLock, Site } from '../../../summaries/state/types.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { isStepOfWalk, isWalked } from '../../../graph/events/rounds.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { rootOf, withoutCasts } from '../../../skeleton/expressions/root.js';
import { isOnEveryPath } from '../../../skeleton/lowering/block-paths.js';
import { eventAt, eventsOf, memberStores } from '../../../skeleton/lowering/events.js';
import type { EventId, Expr, ExprId, Skeleton } from '../../../skeleton/types.js';

/** A variable or parameter of a function, by index. */
interface Variable {
  readonly k: 'local' | 'parameter';
  readonly index: number;
}

/** The variable whose value at the beginning of a loop's round a term stands for. */
function roundOf(value: Term): Variable | undefined {
  const slot = joinedSlot(value);
  if (slot === undefined) return undefined;
  const k = (['local', 'parameter'] as const)[slot & 3];
  return k && { k, index: slot >> 2 };
}

function isVariable(expr: Expr | undefined, { k, index }: Variable): boolean {
  return expr?.k === k && expr.index === index;
}

/**
 * `m` if a pointer is the member `m` of what a variable points to in each round of a loop, and the variable begins with
 * the object that contains a lock: `lock(&first->lock); for (x = first; x; x = step(x, x->m))`. The same for a neighbour in
 * a list, if the lock was taken by the variable: `lock(&x->lock); for (;; x = list_next_entry(x, link))`.
 */
export function memberOfRound(
  pointer: Term,
  { term: lock, site }: Pick<HeldLock, 'term' | 'site'>,
  skeleton: Skeleton | undefined,
): string | undefined {
  const link = linkIn(pointer);
  const round = link && roundOf(link.of);
  if (skeleton === undefined || round === undefined) return undefined;
  if (pointer.k === 'container') {
    const taken = site.via === undefined ? eventAt(skeleton, site.event) : undefined;
    const lockOf = taken !== undefined && 'lock' in taken ? taken.lock : undefined;
    const isOfVariable = lockOf !== undefined && isVariable(skeleton.exprs[rootOf(skeleton, lockOf)], round);
    return isOfVariable ? link?.member : undefined;
  }
  const first = t.rootOf(lock);
  const begins = valuesOf(skeleton, round).some((value) => {
    const from = skeleton.exprs[rootOf(skeleton, value)];
    return from?.k === 'parameter'
      ? first.k === 'parameter' && first.index === from.index
      : from?.k === 'global' && first.k === 'global' && t.bareName(first) === from.name;
  });
  return begins ? link?.member : undefined;
}

/** The member of what a pointer points to that another pointer is, or the link in it by which that one is a neighbour. */
function linkIn(pointer: Term): { readonly member: string; readonly of: Term } | undefined {
  if (pointer.k === 'field' && pointer.base.k === 'deref')
    return { member: pointer.name, of: pointer.base.base };
  const link = neighbourIn(pointer);
  return link?.object.k === 'deref' ? { member: link.member, of: link.object.base } : undefined;
}

/** The object whose neighbour in a list a pointer is, and the link: `x->link.next`, and back from its link to the object. */
export function neighbourIn(pointer: Term): { readonly member: string; readonly object: Term } | undefined {
  const step = pointer.k === 'container' ? pointer.base : undefined;
  if (pointer.k !== 'container' || step?.k !== 'field' || step.base.k !== 'field') return undefined;
  const { base: object, name } = step.base;
  return name === pointer.member ? { member: `${name}.${step.name}`, object } : undefined;
}

/**
 * `m` if a loop on the way to a lock goes from the object of the held lock on along `m`, and takes the lock of each that it
 * comes to: `lock(&x->lock); for (up = x->m; up; up = up->m) lock(&up->lock)`.
 * @param steps the calls from the function that names `held` to the lock
 */
export function memberOfWalk(
  around: Pick<Surroundings, 'program' | 'summaryOf'>,
  steps: readonly Site[],
  held: Term,
  taken: Term,
): string | undefined {
  const round = roundOf(taken);
  const at = steps.findIndex(({ fn }) => isMadeIn(taken, fn));
  const fn = steps[at]?.fn;
  const skeleton = fn && around.program.skeleton(fn);
  const walk = skeleton && round && walkOf(skeleton, round);
  if (walk === undefined) return undefined;
  let start: Term | undefined = t.parameter(walk.from, '');
  for (const { fn: caller, event } of steps.slice(0, at).reverse()) {
    const call = around.summaryOf(caller)?.calls.find(({ site }) => site.event === event);
    start = start && call && t.inCaller(start, call.args);
  }
  return start?.key === held.key ? walk.member : undefined;
}

/** The member along which a loop moves a variable on, and the parameter with whose member it begins. */
function walkOf(
  skeleton: Skeleton,
  variable: Variable,
): { readonly member: string; readonly from: number } | undefined {
  const members = new Set<string>();
  const begins = new Set<number>();
  for (const value of valuesOf(skeleton, variable)) {
    const step = memberOf(skeleton, value);
    if (step === undefined) return undefined;
    members.add(step.member);
    if (!isVariable(step.of, variable)) {
      if (step.of?.k !== 'parameter') return undefined;
      begins.add(step.of.index);
    }
  }
  // A parameter begins with what the caller passes.
  if (variable.k === 'parameter') begins.add(variable.index);
  const [member, from] = [[...members][0], [...begins][0]];
  if (member === undefined || from === undefined || members.size > 1 || begins.size > 1) return undefined;
  return { member, from };
}

/**
 * Whether the taken object is an element of a walk: of a loop that takes its lock, of one under the held lock that looks for
 * it, or of one in a function that gets the held object and returns what it finds.
 */
export function isFoundByWalk(
  around: Pick<Surroundings, 'program' | 'summaryOf'>,
  { root, holdSteps }: Dependency,
  held: Term,
  taken: Term,
): boolean {
  const skeleton = around.program.skeleton(root);
  if (skeleton === undefined) return false;
  if (isWalked(skeleton, taken)) return true;
  const variable = isMadeIn(taken, root) ? roundOf(taken) : undefined;
  const taking = holdSteps[0]?.event;
  if (variable !== undefined && taking !== undefined)
    return isElement(stepsOf(skeleton, variable, (walk) => isOnEveryPath(skeleton, taking, walk)));
  const handed = handedFrom(taken);
  const isOwn =
    handed === undefined ? taken.k === 'result' && isMadeIn(taken, root) : handed.caller === root.name;
  const event = handed?.event ?? eventOf(taken);
  const call = isOwn && event !== undefined ? ownCallAt(around.summaryOf(root), event) : undefined;
  const isOfHeld = (arg: Term): boolean => t.someTerm(arg, ({ key }) => key === held.key);
  return (
    call?.args.some(isOfHeld) === true &&
    call.targets.length > 0 &&
    call.targets.every((target) => returnsElement(around.program.skeleton(target)))
  );
}

/** Whether a function returns elements of walks, or nothing. */
function returnsElement(skeleton: Skeleton | undefined): boolean {
  const values = skeleton?.blocks.flatMap(({ exit }) => (exit.k === 'return' ? [exit.value] : [])) ?? [];
  return (
    skeleton !== undefined && isElement(values.flatMap((value) => originsOf(skeleton, value, () => true)))
  );
}

/** Where a pointer comes from: a walk, nowhere, or elsewhere. */
type Origin = 'walk' | 'null' | 'other';

function isElement(origins: readonly Origin[]): boolean {
  return origins.includes('walk') && !origins.includes('other');
}

/** Where the values of a variable come from. @param isMeant whether the event is a step of a walk that counts */
function stepsOf(
  skeleton: Skeleton,
  variable: Variable,
  isMeant: (walk: EventId) => boolean,
  seen: readonly Variable[] = [],
): readonly Origin[] {
  return eventsOf(skeleton).flatMap((event): readonly Origin[] => {
    if (event.k !== 'assign' || !isVariable(skeleton.exprs[event.target], variable)) return [];
    if (isStepOfWalk(skeleton, event)) return isMeant(event.id) ? ['walk'] : ['other'];
    return originsOf(skeleton, event.value, isMeant, [...seen, variable]);
  });
}

function originsOf(
  skeleton: Skeleton,
  value: ExprId,
  isMeant: (walk: EventId) => boolean,
  seen: readonly Variable[] = [],
): readonly Origin[] {
  const expr = skeleton.exprs[withoutCasts(skeleton, value)];
  if (expr?.k === 'constant' && expr.value === 0) return ['null'];
  if (expr?.k !== 'local') return ['other'];
  return seen.some((one) => isVariable(expr, one)) ? [] : stepsOf(skeleton, expr, isMeant, seen);
}

/** All values that a function gives a variable. */
function valuesOf(skeleton: Skeleton, variable: Variable): readonly ExprId[] {
  return eventsOf(skeleton).flatMap((event) =>
    event.k === 'assign' && isVariable(skeleton.exprs[event.target], variable) ? event.value : [],
  );
}

/** `x` and `m` of an expression `x->m`. */
function memberOf(
  skeleton: Skeleton,
  value: ExprId,
): { readonly member: string; readonly of: Expr | undefined } | undefined {
  const { exprs } = skeleton;
  const field = exprs[withoutCasts(skeleton, value)];
  const object = field?.k === 'field' ? exprs[field.base] : undefined;
  if (field?.k !== 'field' || object?.k !== 'deref') return undefined;
  return { member: field.name, of: exprs[withoutCasts(skeleton, object.base)] };
}

/** `m` if the function stores one parameter in another: `into->m = value`. */
export function storedIn(skeleton: Skeleton, into: number, value: number): string | undefined {
  const { exprs } = skeleton;
  for (const { event, target } of memberStores(skeleton)) {
    const given = exprs[event.value];
    if (given?.k !== 'parameter' || given.index !== value) continue;
    const object = exprs[target.base];
    const owner = object?.k === 'deref' ? exprs[object.base] : undefined;
    if (owner?.k === 'parameter' && owner.index === into) return target.name;
  }
  return undefined;
}
