import { pointee } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { FunctionRef } from '../../link/types.js';
import type { QueueLock } from '../../models/types.js';
import type { Collected } from '../events/collect.js';
import type { Registration } from '../contexts/registrations.js';
import type { NamingNeeds, Queued } from '../slots/slot-sources.js';
import { WaitSlots } from '../slots/slots.js';

/** The class of a queue's lock, and what happens with it held. */
export interface LockedQueue {
  readonly key: string;
  readonly lock: QueueLock;
}

/** The lock of a queue, by a pointer to it; `undefined` for a queue of unknown type. */
export function lockOfQueue(
  { program, models, classes }: NamingNeeds,
  queue: Term | undefined,
  file: string,
): LockedQueue | undefined {
  if (queue === undefined) return undefined;
  const object = t.pointed(queue);
  const lock = models.queueLock(program.expand(pointee(object.type) ?? object.type, file));
  if (lock === undefined) return undefined;
  const found = classes.classOf(object, 'section', 0, file);
  if (!('key' in found)) return undefined;
  return { key: lock.member === '' ? found.key : classes.memberOf(found.key, lock.member, lock.kind), lock };
}

/** A function that runs with the lock of a queue held, since it belongs to an item in it. */
export interface QueueCallback {
  readonly handler: FunctionRef;
  /** The class of the queue's lock. */
  readonly key: string;
  /** The call that puts the item into the queue, under that lock. */
  readonly joins: string;
  readonly registration: Registration;
}

/** Callbacks of the items that calls put into a queue for which they take its lock: a wait queue's wake functions. */
export function* queueCallbacks(around: NamingNeeds, collected: Collected): Generator<QueueCallback> {
  const { models } = around;
  const joins = (api: string): boolean =>
    models.api(api)?.ontoArg !== undefined && models.lockApi(api)?.op === 'transient';
  const folders = new Set<string>();
  for (const { apis, fn } of collected.summaries.values())
    if (apis.some(({ api }) => joins(api))) folders.add(folderOf(fn.file));
  const slots = new WaitSlots(around);
  for (const folder of [...folders].sort())
    for (const all of slots.queuesIn(folder).values())
      for (const queued of all) yield* callbacksOf(around, slots, queued, joins);
}

function* callbacksOf(
  around: NamingNeeds,
  slots: WaitSlots,
  { fn, item, queue, api }: Queued,
  joins: (api: string) => boolean,
): Generator<QueueCallback> {
  const found = item === undefined || !joins(api) ? undefined : lockOfQueue(around, queue, fn.file);
  if (item === undefined || found?.lock.over !== 'callbacks') return;
  for (const registration of slots.ofItem(item, fn))
    yield { handler: registration.handler, key: found.key, joins: api, registration };
}
