import { asksContext } from '../../../graph/events/atomic.js';
import { keyOf } from '../../../graph/events/collect.js';
import { Semaphores } from '../../../graph/waits/semaphores.js';
import type { FunctionRef } from '../../../link/types.js';
import type { HeldLock, Site } from '../../../summaries/state/types.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import type { CheckContext } from '../../engine/check.js';
import type { Models, OtherApi } from '../../../models/types.js';
import { AWAITED_FUNCTIONS } from '../../../models/records/kinds.js';
import { ZERO, type Signs } from '../../../summaries/facts/fact.js';
import type { KnownFacts } from '../../../summaries/facts/kept-facts.js';
import { isMadeIn } from '../../../summaries/locks/names.js';
import * as t from '../../../summaries/locks/terms.js';
import type { Term } from '../../../summaries/locks/terms.js';
import { pointee } from '../../../base/ctype.js';
import type { Registration } from '../../../graph/contexts/registrations.js';
import { dataFor } from '../../../graph/waits/waiter-names.js';
import type { Waiting } from '../../../graph/waits/waits.js';

/** Kinds of waits on an object that represents a function. */
const BY_SLOT = new Set<OtherApi['awaits']>([...AWAITED_FUNCTIONS, 'other']);

/** Whether a call waits until other code ends the wait: completes, wakes, or releases a semaphore. */
export function isEnded({ awaits }: OtherApi): boolean {
  return awaits === 'completion' || awaits === 'condition' || awaits === 'semaphore';
}

/** What the arguments of a wait name belongs to the file of the root, or to that of the wait. */
export function filesNaming(root: FunctionRef, wait: Site | undefined): readonly string[] {
  const own = wait?.fn.file ?? root.file;
  return own === root.file ? [own] : [root.file, own];
}

/** Whether a call changes a chain of notifiers that the kernel names: the chain is locked while it calls them. */
export function isOfChain({ queueName, itemArg }: OtherApi): boolean {
  return queueName !== undefined && itemArg !== undefined;
}

/** Whether a call waits for functions that an argument, or an object in it, represents. */
export function awaitsSlot(api: OtherApi): boolean {
  const names =
    [api.arg, api.handlerArg, api.tableArg, api.nameArg].some((arg) => arg !== undefined) ||
    api.awaits === 'queue';
  return names && BY_SLOT.has(api.awaits) && (api.confidence !== 'low' || api.tableType !== undefined);
}

/** The handler argument that free_irq() and its variants take beside the number; `undefined` for other waits. */
export function givenTo({ api, arrived }: Waiting): Term | undefined {
  return api.awaits === 'irq' && arrived.args.length > (api.arg ?? 0) + 1 ? arrived.args.at(-1) : undefined;
}

/** The same object relative to another root: `(*x).work` for a handler's `container(p0)->work`. */
export function bodyOf(object: Term, root: Term): Term | undefined {
  const at = object.k === 'address' ? object.base : undefined;
  let holder: Term | undefined = at;
  const names: { name: string; type: string }[] = [];
  while (holder?.k === 'field') {
    names.unshift({ name: holder.name, type: holder.type });
    holder = holder.base;
  }
  if (holder === undefined) return object.k === 'parameter' ? root : undefined;
  let made: Term = t.withType(t.deref(root), holder.type);
  for (const { name, type } of names) made = t.field(made, name, type);
  return t.address(made);
}

/**
 * Whether the object of a wait in a handler is a parameter that stands for the handler: the number of its own interrupt,
 * the attribute that it serves, the device of that attribute.
 */
export function givesOwn({ awaits, givenFirst }: OtherApi, object: Term): boolean {
  if (object.k !== 'parameter') return false;
  if (awaits === 'irq' || givenFirst === true) return object.index === 0;
  return awaits === 'kernfs' && object.index === 1 && pointee(object.type)?.endsWith('_attribute') === true;
}

/**
 * Whether a function on the way to a wait for itself has tested what it interrupts, as in `if (!in_interrupt())`, or looks at
 * the running task before it waits for a thread: it may know which thread that is.
 */
export function asksWhoRuns({ program, models }: Surroundings, { api, steps, arrived }: Waiting): boolean {
  if (asksContext(models, arrived.facts)) return true;
  return (
    api.awaits === 'kthread' &&
    steps.some(({ fn }) =>
      program.skeleton(fn)?.exprs.some((expr) => expr.k === 'global' && models.namesWhoRuns(expr.name)),
    )
  );
}

/**
 * Whether what a handler waits for, a thread or a directory, is kept in the data that the handler was made with: it is
 * what stands for the handler itself.
 */
export function isKeptInData(models: Models, object: Term, registration: Registration): boolean {
  const { handler, dataField } = registration;
  const told = dataFor(registration, object);
  if (told?.k === 'parameter') return told.index === 0;
  if (told?.k === 'result' && models.givesData(told.origin)) return isMadeIn(told, handler);
  if (told?.k !== 'field' || dataField?.includes(told.name) !== true) return false;
  const root = t.rootOf(told);
  return root.k === 'parameter' && root.index === 0;
}

/** Whether a lock is a semaphore that is not used like a mutex, so that several tasks may hold it. */
export function isCountingSemaphore(
  { collected, around }: CheckContext,
  lock: HeldLock,
  file: string,
): boolean {
  return (
    lock.kind === 'semaphore' && !Semaphores.of(collected, around.classes).isMutex(keyOf(lock) ?? '', file)
  );
}

/** Whether the path has asked for a state of the awaited object, and the answer may only be of these signs. */
export function hasAskedFor(
  models: Models,
  { arrived, object }: Pick<Waiting, 'arrived' | 'object'>,
  what: 'asksPending' | 'asksRunning',
  signs: Signs,
): boolean {
  return [...arrived.facts.known()].some(
    ({ term, fact }) =>
      term.k === 'result' &&
      (fact.signs & ~signs) === 0 &&
      models.api(term.origin)?.[what] === true &&
      term.predicate === `${term.origin}(${object.key})`,
  );
}

/**
 * Whether the awaited object is reached through a pointer outside of the lock's access path: objects with separate
 * locks may share it.
 */
export function isShared(object: Term, lock: Term): boolean {
  const isOnWay = (pointed: Term): boolean => t.someTerm(lock, (part) => part.key === pointed.key);
  return t.someTerm(object, (part) => part.k === 'deref' && part.base.k === 'field' && !isOnWay(part));
}

/** The object to complete or wake. Most waits for a condition take the wait queue itself, not a pointer to it. */
export function awaitedObject(api: OtherApi, args: readonly Term[]): Term | undefined {
  const object = args[api.arg ?? -1];
  const isNamed = api.awaits === 'condition' && object?.k !== 'address';
  return object !== undefined && isNamed ? t.address(object) : object;
}

/** Whether the lock is the argument, is what it points to, or lies inside it, as a wait queue's own lock does. */
export function isPartOf(lock: Term, given: Term | undefined): boolean {
  if (given === undefined) return false;
  const owners = [given.key, t.deref(given).key];
  for (let at = lock; ; at = at.base) {
    if (owners.includes(at.key)) return true;
    if (at.k !== 'field') return false;
  }
}

/**
 * Whether two paths exclude each other: on both, the same call has set a flag that was not set before. `one` is what one
 * path knows, `others` what each of the other side's paths knows.
 */
export function areExclusive(models: Models, one: KnownFacts, others: readonly KnownFacts[]): boolean {
  const claimed = (facts: KnownFacts): ReadonlySet<string> =>
    new Set(
      [...facts.known()].flatMap(({ term, fact }) =>
        term.k === 'result' && models.claims(term.origin) && fact.signs === ZERO ? [term.key] : [],
      ),
    );
  const own = claimed(one);
  return (
    own.size > 0 &&
    others.length > 0 &&
    others.every((other) => [...claimed(other)].some((key) => own.has(key)))
  );
}
