import { baseOf, tagOf } from '../../base/ctype.js';
import { typeOf } from '../../link/ctypes/expression-types.js';
import { rootOf } from '../../skeleton/expressions/root.js';
import { eventAt, eventsOf } from '../../skeleton/lowering/events.js';
import { isOnEveryPath } from '../../skeleton/lowering/block-paths.js';
import type { CallEvent, Event, EventId, ExprId, Skeleton } from '../../skeleton/types.js';
import type { Models, TablePut } from '../../models/types.js';
import { ZERO } from '../../summaries/facts/fact.js';
import type { KnownFacts } from '../../summaries/facts/kept-facts.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import type { Site } from '../../summaries/state/types.js';
import { usersOfRecord } from '../../link/record-users.js';
import type { FunctionRef } from '../../link/types.js';
import { isAllocated } from '../feasibility/only-instance.js';
import { leadsTo } from '../events/leads-to.js';
import { driverOf, isOnlyInRemoval, onlyUsersTakeReferences } from '../watched/reference-takers.js';

/**
 * Whether a path goes through a release callback although the put before it need not drop the last reference. Code that
 * takes an object out of its container and drops it means to free it. Where nothing takes a second reference, each put
 * drops the last one.
 */
export function needsLastReference(around: Surroundings, steps: readonly Site[]): boolean {
  const at = putAmong(around, steps);
  const put = steps[at];
  return (
    put !== undefined &&
    !hasLeftContainer(around, steps.slice(0, at + 1)) &&
    !isUnshared(around, put, steps.slice(0, at + 1))
  );
}

/**
 * Whether the source file that declares the counted record, or the sources beside the header that does, take no reference
 * besides the one that it begins with; or, if they are one driver, only for whoever opens the device, and the path removes it,
 * so that nobody may have it open.
 */
function isUnshared(around: Surroundings, step: Site, path: readonly Site[]): boolean {
  const { program, models } = around;
  const skeleton = program.skeleton(step.fn);
  const count = putAt(around, step)?.count;
  if (skeleton === undefined || count === undefined) return false;
  const record = baseOf(
    program.expand(typeOf(skeleton, holderOf(skeleton, count), step.fn, program), step.fn.file),
  );
  const declared = program.resolveRecord(tagOf(record), step.fn.file)?.file;
  const users = declared === undefined ? [] : usersOfRecord(program, declared);
  if (!users.includes(step.fn.file)) return false;
  const isTaking = users.some((user) =>
    program.outline(user)?.functions.some(({ calls }) => calls.some((name) => models.takesReference(name))),
  );
  if (!isTaking) return true;
  const driver = driverOf(program, step.fn.file);
  if (!users.every((user) => driver.files.includes(user))) return false;
  const isRemoving = ({ fn }: Site): boolean =>
    driver.files.includes(fn.file) && fn.item !== undefined && isOnlyInRemoval(models, driver, fn.item);
  return path.slice(0, 1).some(isRemoving) && onlyUsersTakeReferences(models, driver);
}

/** The object whose member an expression points to. */
function holderOf(skeleton: Skeleton, id: ExprId): ExprId {
  const expr = skeleton.exprs[id];
  if (expr?.k === 'address') return holderOf(skeleton, expr.base);
  return expr?.k === 'field' ? expr.base : id;
}

/** Whether a call drops a reference: the function called is the release callback. */
export function dropsReference(around: Surroundings, step: Site): boolean {
  return putAt(around, step) !== undefined;
}

/**
 * Whether the put on a path drops the reference of a file or device that ends, and other functions drop references of
 * the same kind: either may come last.
 */
export function endsWithReference(around: Surroundings, steps: readonly Site[]): boolean {
  const [first, below] = steps;
  if (first === undefined || below === undefined) return false;
  const { models, program } = around;
  const outline = program.outline(first.fn.file);
  const isLast = outline?.variables.some(({ members }) =>
    members.some(({ field, value }) => value === first.fn.name && models.endsUse(field)),
  );
  if (isLast !== true) return false;
  const isElsewhere = (release: string): boolean =>
    outline?.functions.some(
      ({ name, references }) => name !== first.fn.name && references.includes(release),
    ) === true;
  if (dropsReference(around, first)) return isElsewhere(below.fn.name);
  const isPut =
    dropsReference(around, below) || below.fn.item?.calls.some((name) => models.tellsLastPut(name)) === true;
  return isPut && program.callers(below.fn).some((other) => other !== first.fn);
}

/**
 * Whether someone on a path, or every caller of its first function, drops a reference of its own to the object behind the
 * put: that put is not the last one.
 */
export function dropsAnotherLater(around: Surroundings, steps: readonly Site[]): boolean {
  const { program } = around;
  const at = putAmong(around, steps);
  const put = steps[at];
  let named = put && putAt(around, put)?.count;
  for (let i = at; i >= 0; i--) {
    const step = steps[i];
    const skeleton = step && program.skeleton(step.fn);
    if (step === undefined || skeleton === undefined || named === undefined) return false;
    const object = rootOf(skeleton, named);
    if (dropsAfter(around, step.fn, object, step.event)) return true;
    const variable = skeleton.exprs[object];
    if (variable?.k !== 'parameter') return false;
    const above = steps[i - 1];
    if (above === undefined) return everyCallerDrops(around, step.fn, variable.index);
    named = callAt(around, above)?.args[variable.index];
  }
  return false;
}

/** Whether every call of a function is followed by a put of the object that it passes as this argument. */
function everyCallerDrops(around: Surroundings, fn: FunctionRef, index: number): boolean {
  const { program } = around;
  const drops = program.callers(fn).flatMap((caller) => {
    const skeleton = program.skeleton(caller);
    if (skeleton === undefined) program.demand(caller, 'path');
    if (skeleton === undefined) return [false];
    return eventsOf(skeleton).flatMap((one) => {
      if (one.k !== 'call' || one.callee !== fn.name) return [];
      const arg = one.args[index];
      return [arg !== undefined && dropsAfter(around, caller, rootOf(skeleton, arg), one.id)];
    });
  });
  return drops.length > 0 && drops.every(Boolean);
}

/**
 * Whether the holder, the first function of a path, drops another reference to the object that it passes on: what the
 * path drops is not the last one. `queue_unload(q); mutex_unlock(&q->lock); queue_drop(q);`.
 */
export function holderDropsAnother(around: Surroundings, [first]: readonly Site[]): boolean {
  const skeleton = first && around.program.skeleton(first.fn);
  if (first === undefined || skeleton === undefined) return false;
  const given = (callAt(around, first)?.args ?? []).map((arg) => rootOf(skeleton, arg));
  return given.some((object) => dropsAfter(around, first.fn, object, first.event));
}

/** Whether a put of the same object, or a call with it of what puts a reference, may follow an event. */
function dropsAfter(
  { program, models }: Surroundings,
  fn: FunctionRef,
  object: ExprId,
  event: EventId,
): boolean {
  const skeleton = program.skeleton(fn);
  if (skeleton === undefined) return false;
  const drops = (name: string): boolean =>
    models.referencePut(name) !== undefined || models.tellsLastPut(name);
  const isPut = (name: string): boolean =>
    drops(name) || program.resolveCall(name, fn.file).some(({ item }) => item?.calls.some(drops) === true);
  // A round of a loop may go on with another object.
  const isAnother = (one: Event): boolean => one.k === 'assign' && one.target === object;
  return eventsOf(skeleton).some(
    (one) =>
      one.k === 'call' &&
      typeof one.callee === 'string' &&
      one.args.some((arg) => rootOf(skeleton, arg) === object) &&
      isPut(one.callee) &&
      one.id !== event &&
      leadsTo(skeleton, event, one.id, isAnother),
  );
}

/**
 * Whether the put on a path drops the reference that a handler was started with, while the end of a file or device drops
 * another one of the same kind, elsewhere, and does not wait for the handler: either may come last.
 */
export function endsWithHandler(
  around: Surroundings,
  steps: readonly Site[],
  isHandler: (fn: FunctionRef) => boolean,
): boolean {
  const at = putAmong(around, steps);
  const [first, put, below] = [steps[0], steps[at], steps[at + 1]];
  if (first === undefined || put === undefined || below === undefined || !isHandler(first.fn)) return false;
  const { models, program } = around;
  const outline = program.outline(first.fn.file);
  if (outline?.functions.some(({ calls }) => calls.some((name) => models.takesReference(name))) !== true)
    return false;
  const ends = new Set(
    outline.variables.flatMap(({ members }) =>
      members.filter(({ field }) => models.endsUse(field)).map(({ value }) => value),
    ),
  );
  return outline.functions.some(
    ({ name, calls, references }) =>
      ends.has(name) &&
      !steps.some(({ fn }) => fn.name === name) &&
      (at === 0 ? references.includes(below.fn.name) : calls.includes(put.fn.name)) &&
      !calls.some((call) => models.api(call)?.k === 'wait'),
  );
}

/** The put of a step whose release callback a table names; `undefined` for any other step. */
export function tablePutAt(around: Surroundings, step: Site): TablePut | undefined {
  // Few functions call one, and the names they call are at hand.
  if (step.fn.item?.calls.some((name) => around.models.tablePut(name) !== undefined) === false)
    return undefined;
  const callee = callAt(around, step)?.callee;
  return typeof callee === 'string' ? around.models.tablePut(callee) : undefined;
}

/**
 * Whether a path drops the reference that the object was made with: the path takes the object out of its container, a
 * put below has found no other reference, and the functions of the path take none; or the path makes the object, and nobody
 * takes a reference to one of its kind; or it takes the object from the kernel.
 */
export function isLastReference(around: Surroundings, steps: readonly Site[], facts: KnownFacts): boolean {
  const { program, models } = around;
  const takes = ({ fn }: Site): boolean =>
    fn.item?.calls.some((name) => models.takesReference(name)) === true;
  const [first] = steps;
  const skeleton = first && program.skeleton(first.fn);
  if (first === undefined || skeleton === undefined || steps.some(takes)) return false;
  if (isTakenFromKernel(around, skeleton, first)) return true;
  const given = (callAt(around, first)?.args ?? []).map((arg) => rootOf(skeleton, arg));
  const put = putAmong(around, steps);
  const [object] = given;
  if (object !== undefined && isMade(around, skeleton, object))
    return put >= 0 && isUnshared(around, steps[put] ?? first, steps.slice(0, put + 1));
  // Whoever passes the object to the function may hold another reference.
  const isGiven = (one: ExprId): boolean => skeleton.exprs[one]?.k === 'parameter';
  if (given.some((one) => isGiven(one) || isFound(around, skeleton, one))) return false;
  const at = steps.findIndex((step) => tablePutAt(around, step) !== undefined);
  if (at >= 0) return hasLeftContainer(around, steps.slice(0, at + 1));
  const isTested = [...facts.known()].some(
    ({ term, fact }) => term.k === 'result' && models.tellsLastPut(term.origin) && (fact.signs & ZERO) === 0,
  );
  return isTested && given.some((one) => isUnlinkedBefore(around, skeleton, one, first.event));
}

/** Whether every path to a put has taken the object from the kernel: `device_del(&d->dev); put_device(&d->dev)`. */
function isTakenFromKernel(around: Surroundings, skeleton: Skeleton, put: Site): boolean {
  const { lastAfter, countArg = -1 } = tablePutAt(around, put) ?? {};
  const given = callAt(around, put)?.args[countArg];
  if (lastAfter === undefined || given === undefined) return false;
  return eventsOf(skeleton).some(
    (event) =>
      event.k === 'wait' &&
      event.api === lastAfter &&
      event.args[0] === given &&
      isOnEveryPath(skeleton, event.id, put.event),
  );
}

/** Whether a variable holds nothing but an object that the function allocates. */
function isMade({ program }: Surroundings, skeleton: Skeleton, object: ExprId): boolean {
  const values = eventsOf(skeleton).flatMap((one) =>
    one.k === 'assign' && one.target === object ? [one.value] : [],
  );
  return values.length > 0 && values.every((value) => isAllocated(program, skeleton, value));
}

/** Whether a call found an object, and may have taken a reference for its caller. */
function isFound({ models }: Surroundings, skeleton: Skeleton, object: ExprId): boolean {
  return eventsOf(skeleton).some(
    (one) =>
      one.k === 'assign' &&
      one.target === object &&
      skeleton.exprs[one.value]?.k === 'result' &&
      !isTakenOut(models, skeleton, one.value),
  );
}

/** Whether a value is an object that a call has taken out of its container. */
function isTakenOut(models: Models, skeleton: Skeleton, value: ExprId): boolean {
  const expr = skeleton.exprs[value];
  const event = expr?.k === 'result' ? eventAt(skeleton, expr.event) : undefined;
  const name = event && ('lock' in event ? event.api : event.k === 'call' ? event.callee : undefined);
  return typeof name === 'string' && models.takesOut(name);
}

/** The call that drops the last reference on a path that goes through a release callback, by name. */
export function putOn(around: Surroundings, steps: readonly Site[]): string | undefined {
  const step = steps[putAmong(around, steps)];
  const callee = step && callAt(around, step)?.callee;
  return typeof callee === 'string' ? callee : undefined;
}

/** Index of the step that drops the reference; -1 without one. */
function putAmong(around: Surroundings, steps: readonly Site[]): number {
  return steps.slice(0, -1).findIndex((step) => dropsReference(around, step));
}

/** The call of a step that drops a reference, and the reference. */
function putAt(
  around: Surroundings,
  step: Site,
): { readonly call: CallEvent; readonly count: ExprId } | undefined {
  const call = callAt(around, step);
  const { models } = around;
  const put =
    typeof call?.callee === 'string'
      ? (models.referencePut(call.callee) ?? models.tablePut(call.callee))
      : undefined;
  const count = put && call?.args[put.countArg];
  return call === undefined || count === undefined ? undefined : { call, count };
}

function callAt({ program }: Surroundings, { fn, event }: Pick<Site, 'fn' | 'event'>): CallEvent | undefined {
  const call = eventAt(program.skeleton(fn), event);
  return call?.k === 'call' ? call : undefined;
}

/**
 * Whether the object whose last reference `test` looks for, in a function of the path, has left its container before:
 * `list_del(&t->node); tag_put(t);`.
 */
export function leavesBefore(around: Surroundings, steps: readonly Site[], test: string): boolean {
  for (const [at, { fn, event }] of steps.entries()) {
    const skeleton = around.program.skeleton(fn);
    if (at === 0 || skeleton === undefined) continue;
    const tested = eventsOf(skeleton).find(
      (one) => one.k === 'call' && one.callee === test && isOnEveryPath(skeleton, one.id, event),
    );
    const [count] = tested?.k === 'call' ? tested.args : [];
    if (tested === undefined || count === undefined) continue;
    return hasLeft(around, [...steps.slice(0, at), { fn, event: tested.id }], count);
  }
  return false;
}

/** Whether the object is taken out of a container before the put, the last step, in its function or in one above it. */
function hasLeftContainer(around: Surroundings, steps: readonly Site[]): boolean {
  const last = steps.at(-1);
  return hasLeft(around, steps, last && putAt(around, last)?.count);
}

/** The same for a last step that names the object so. */
function hasLeft(
  around: Surroundings,
  steps: readonly Pick<Site, 'fn' | 'event'>[],
  count: ExprId | undefined,
): boolean {
  let named = count;
  for (let at = steps.length - 1; at >= 0; at--) {
    const step = steps[at];
    const skeleton = step && around.program.skeleton(step.fn);
    if (step === undefined || skeleton === undefined || named === undefined) return false;
    const object = rootOf(skeleton, named);
    if (isUnlinkedBefore(around, skeleton, object, step.event)) return true;
    const variable = skeleton.exprs[object];
    const above = steps[at - 1];
    if (variable?.k !== 'parameter' || above === undefined) return false;
    named = callAt(around, above)?.args[variable.index];
  }
  return false;
}

/**
 * Whether the object is unlinked on every path before an event: by a call, by the call that returned it, or by a store of
 * NULL in the array element that its own number selects.
 */
function isUnlinkedBefore(
  { models }: Surroundings,
  skeleton: Skeleton,
  object: ExprId,
  event: EventId,
): boolean {
  const { exprs } = skeleton;
  const isOfObject = (id: ExprId | undefined): boolean => id !== undefined && rootOf(skeleton, id) === object;
  const unlinks = (one: Event): boolean => {
    if (one.k === 'call')
      return typeof one.callee === 'string' && models.unlinks(one.callee) && isOfObject(one.args[0]);
    if (one.k !== 'assign') return false;
    if (isTakenOut(models, skeleton, one.value)) return one.target === object;
    const [target, value] = [exprs[one.target], exprs[one.value]];
    return value?.k === 'constant' && value.value === 0 && target?.k === 'index' && isOfObject(target.index);
  };
  return eventsOf(skeleton).some((one) => unlinks(one) && isOnEveryPath(skeleton, one.id, event));
}
