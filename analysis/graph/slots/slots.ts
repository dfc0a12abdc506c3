import { FILE_START } from '../../base/span.js';
import { tagOf } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { FunctionRef } from '../../link/types.js';
import type { OtherApi } from '../../models/types.js';
import { attributeFunctions, functionsBehind, onlyTable, type Members } from '../contexts/behind.js';
import { storedOperations } from '../contexts/given-handlers.js';
import type { Naming, Registration } from '../contexts/registrations.js';
import { areOtherMembers, ofMember } from '../events/members.js';
import { partsBeside, partsOfDriver } from '../../link/files/one-driver.js';
import { isOwnDevice } from '../waits/own-device.js';
import { keptIn } from '../watched/hubs.js';
import { functionOf, nameOf } from '../waits/given-functions.js';
import { RegisteredPlaces } from './registered.js';
import {
  around,
  byDeclaration,
  classOfSlot,
  entrySlot,
  isAwaitedBy,
  isIrqSlot,
  namingOf,
} from './slot-names.js';
import type { NamingNeeds, Queued } from './slot-sources.js';
import { forget, unify } from '../waits/waiter-names.js';

export type { Registration } from '../contexts/registrations.js';
export { namingOf } from './slot-names.js';

/** A handler that a wait waits for, and the object that represents it, in terms of the waiting function. */
export interface Awaited {
  readonly slot: string;
  readonly registration: Registration;
  readonly object: Term;
}

/** A queue that runs one item at a time, and the handlers of its other items. */
export interface InTurn {
  readonly queue: string;
  readonly others: readonly Registration[];
}

/** Interrupts are identified by number and have slots of their own. */

const NONE: readonly Registration[] = [];

/**
 * The functions behind objects that can be waited for: `INIT_WORK(&dev->work, fn)` puts `fn` into the slot `dev.work`.
 * A slot is a class of objects, as a lock class is one of locks.
 */
export class WaitSlots {
  private readonly registered: RegisteredPlaces;

  /** @param demands whether bodies that are missing are to be supplied */
  constructor(
    private readonly around: NamingNeeds,
    demands = true,
  ) {
    this.registered = new RegisteredPlaces(around, demands);
  }

  /** The slot of an object with this naming; `undefined` if it has no name. */
  slotOf(value: Term, naming: Naming, file: string): string | undefined {
    return this.registered.slotOf(value, naming, file);
  }

  /** The handlers that a wait with these arguments waits for, as far as the directory of `file` shows. */
  *awaited(api: OtherApi, args: readonly Term[], file: string): Generator<Awaited> {
    if (api.watched !== undefined && api.callsBack === true) return;
    if (api.handlerArg !== undefined) {
      yield* this.called(api, args, file);
      return;
    }
    if (api.tableArg !== undefined && api.awaits === 'other') {
      const table = args[api.tableArg];
      const called = nameOf(table);
      if (table === undefined || called === undefined) return;
      yield* this.behind(called, table, file, { only: api.tableOnly });
      for (const busy of this.behind(called, table, file, { only: api.tableBusy ?? [] }))
        yield { ...busy, registration: { ...busy.registration, isBusy: true } };
      return;
    }
    const passed = api.arg === undefined ? undefined : args[api.arg];
    const given = passed && t.origin(passed);
    if (api.nameArg !== undefined) {
      yield* this.namedEntries(given, file);
      return;
    }
    const object = given && around(given, api);
    if (api.tableType !== undefined) {
      const table = onlyTable(this.around.program, file, api.tableType, api.tableOnly ?? []);
      if (object === undefined) return;
      if (table === undefined) {
        yield* this.stored(api, object, file);
        return;
      }
      // Most devices that a driver names are its own: it provides their table.
      const isOther =
        api.callsBack !== true
          ? api.confidence === 'low'
          : api.tableOwn !== true && !isOwnDevice(this.around.program, object, file);
      const isAfter = this.callsOneOf(api.tableAfter, file);
      if (!isAfter && api.tableElsewhere === 'never') return;
      const isDoubtful = isOther || !isAfter;
      const members = (only: readonly string[] | undefined): Generator<Awaited> =>
        this.behind(table.name, object, table.file, { only });
      const asked = api.tableFirst === undefined ? [] : [...members([api.tableFirst])];
      for (const one of asked.length > 0 ? asked : members(api.tableOnly))
        yield isDoubtful ? { ...one, registration: { ...one.registration, isDoubtful } } : one;
      return;
    }
    if (api.tableOnly !== undefined) {
      const table = object && nameOf(object);
      if (object === undefined) return;
      const { tableOnly: only, objectIn } = api;
      const found = table ? this.behind(table, object, file, { only }) : this.ofSlot(api, object, file);
      for (const one of found)
        yield objectIn === undefined ? one : { ...one, registration: { ...one.registration, objectIn } };
      return;
    }
    if (api.awaits === 'queue') {
      if (api.queueName !== undefined || object !== undefined) yield* this.queued(api, object, file);
      return;
    }
    if (object === undefined) return;
    const isTable = api.awaits === 'kernfs' && api.byHandle !== true;
    const name = isTable ? nameOf(object) : undefined;
    const table =
      name !== undefined ? { name, file } : isTable ? keptIn(this.around.program, object, file) : undefined;
    if (table !== undefined) {
      yield* this.behind(table.name, object, table.file);
      return;
    }
    let isKnown = false;
    for (const one of this.ofSlot(api, object, file)) {
      isKnown = true;
      yield one;
    }
    // A member that only shares the name of the one it could be.
    if (given !== undefined && given.key !== object.key) yield* this.ofSlot(api, given, file);
    else if (!isKnown && api.awaits === 'other' && api.byHandle === true) yield* this.ofType(object, file);
  }

  /** The operation that functions of the file store in tables of the type, if all store the same one. */
  private *stored(
    { tableType = '', tableOnly = [] }: OtherApi,
    object: Term,
    file: string,
  ): Generator<Awaited> {
    const { program } = this.around;
    const outline = program.outline(file);
    if (outline === undefined) return;
    const all = [...storedOperations(program, file, outline)].filter(({ record }) => record === tableType);
    for (const member of tableOnly) {
      const [value, ...others] = new Set(all.flatMap((one) => (one.field === member ? [one.value] : [])));
      if (value === undefined || others.length > 0) continue;
      for (const fn of program.resolveCall(value, file).slice(0, 1))
        yield { slot: `${tagOf(tableType)}.${member}`, registration: byDeclaration(fn, object), object };
    }
  }

  /** Whether functions of a file's driver call one of these or pass it on, if any are named. */
  private callsOneOf(names: readonly string[] | undefined, file: string): boolean {
    if (names === undefined) return true;
    const { program } = this.around;
    const isOne = (name: string): boolean => names.includes(name);
    return partsOfDriver(program, file).some((part) =>
      program
        .outline(part)
        ?.functions.some(({ calls, references }) => calls.some(isOne) || references.some(isOne)),
    );
  }

  /** The only handler in a file of objects of this type: wherever a pointer to one is kept, it is the handler of it. */
  private *ofType(object: Term, file: string): Generator<Awaited> {
    if (object.type === '') return;
    const all = [...this.registered.inFolder(folderOf(file)).slots].flatMap(([slot, registrations]) =>
      registrations
        .filter(({ at, object: own }) => at.file === file && t.pointed(own).type === t.pointed(object).type)
        .map((registration) => ({ slot, registration })),
    );
    const [one] = all;
    if (
      one === undefined ||
      all.some(({ registration }) => registration.handler !== one.registration.handler)
    )
      return;
    yield { ...one, registration: { ...one.registration, isDoubtful: true }, object };
  }

  /** The handlers of the slot of an object. */
  private *ofSlot(api: OtherApi, object: Term, file: string): Generator<Awaited> {
    const slot = this.slotOf(object, namingOf(api), file);
    if (slot === undefined) return;
    for (const registration of ofMember(object, this.handlers(slot, file)))
      if (isAwaitedBy(api, registration)) yield { slot, registration, object };
    if (api.inTurn === true) yield* this.before(slot, object, file);
  }

  /**
   * The handlers that run only after `handler`, by the queue: those of the other items of a queue that runs one item at a
   * time.
   */
  *besides(handler: FunctionRef): Generator<InTurn> {
    const { queues } = this.registered.inFolder(folderOf(handler.file));
    for (const [queue, items] of queues) {
      if (!items.some(({ inTurn }) => inTurn)) continue;
      const all = items.flatMap(({ item, fn }) => (item === undefined ? [] : this.ofItem(item, fn)));
      if (!all.some((one) => one.handler === handler)) continue;
      yield { queue, others: all.filter((one) => one.handler !== handler) };
    }
  }

  /** The handlers of what a call puts into a queue, if it puts it there. */
  putInto(
    queue: string,
    { ontoArg, itemArg, arg }: OtherApi,
    args: readonly Term[],
    fn: FunctionRef,
  ): readonly Registration[] {
    const [onto, item] = [args[ontoArg ?? -1], args[itemArg ?? arg ?? 0]];
    if (ontoArg === undefined || onto === undefined || item === undefined) return NONE;
    return this.registered.queueSlot(undefined, onto, fn.file) === queue ? this.ofItem(item, fn) : NONE;
  }

  /** Items that may precede an item in a queue that runs one item at a time. */
  private *before(slot: string, object: Term, file: string): Generator<Awaited> {
    const { queues } = this.registered.inFolder(folderOf(file));
    for (const [name, items] of queues) {
      if (!items.some(({ inTurn }) => inTurn)) continue;
      const own = items.find(({ item, fn }) => item && this.slotOf(item, 'object', fn.file) === slot);
      if (own?.item === undefined) continue;
      const translate = unify(own.item, object);
      const mine = own.queue && translate && t.rebuild(own.queue, translate);
      for (const { item, fn, queue } of items) {
        if (item === undefined || item.key === own.item.key) continue;
        // Another function queues it into the same queue.
        const names = fn === own.fn ? translate : queue && mine && unify(queue, mine);
        const other = t.rebuild(item, names ?? forget);
        for (const registration of this.ofItem(item, fn)) yield { slot: name, registration, object: other };
      }
    }
  }

  /** A function that other code calls while its caller waits. */
  private *called(api: OtherApi, args: readonly Term[], file: string): Generator<Awaited> {
    for (const at of [api.handlerArg, api.threadArg]) {
      const handler = at === undefined ? undefined : functionOf(this.around.program, args[at], file);
      if (handler === undefined || at === undefined) continue;
      const object = args[at + 1] ?? t.constant(0);
      const place = { file: handler.file, ...(handler.item?.nameSpan ?? FILE_START) };
      const registration: Registration = {
        handler,
        api: api.name,
        at: place,
        by: handler.name,
        object,
        data: object,
        naming: 'handle',
      };
      yield { slot: handler.name, registration, object };
    }
  }

  /** The functions in an attribute, or in a group of attributes. */
  private *behind(name: string, object: Term, file: string, members?: Members): Generator<Awaited> {
    for (const handler of functionsBehind(this.around.program, name, file, members)) {
      yield { slot: name, registration: byDeclaration(handler, object), object };
    }
  }

  /** Entries that are removed by their creation name, in the same file, or else in another one of the driver. */
  private *namedEntries(name: Term | undefined, file: string): Generator<Awaited> {
    if (name === undefined) return;
    const { slots } = this.registered.inFolder(folderOf(file));
    const madeIn = (from: string): boolean => slots.has(entrySlot(name, from) ?? '');
    const beside = madeIn(file) ? [] : partsBeside(this.around.program, file).filter(madeIn);
    const slot = entrySlot(name, beside[0] ?? file);
    if (slot === undefined || beside.length > 1) return;
    for (const registration of slots.get(slot) ?? [])
      yield { slot, registration, object: registration.object };
  }

  /** What functions in a directory put into queues, by the slot of the queue. */
  queuesIn(directory: string): ReadonlyMap<string, readonly Queued[]> {
    return this.registered.inFolder(directory).queues;
  }

  /** Everything that is put into a queue. */
  private *queued(api: OtherApi, queue: Term | undefined, file: string): Generator<Awaited> {
    const slot = this.registered.queueSlot(api.queueName, queue, file);
    if (slot !== undefined) yield* this.inQueue(slot, queue, file);
  }

  /** The callbacks in the chain of an object that calls notify. */
  *queuedIn(queue: Term, file: string): Generator<Awaited> {
    const slot = this.registered.queueSlot(undefined, queue, file);
    if (slot !== undefined) yield* this.inQueue(slot, queue, file);
  }

  private *inQueue(slot: string, queue: Term | undefined, file: string): Generator<Awaited> {
    const { queues } = this.registered.inFolder(folderOf(file));
    for (const { fn, item, queue: into } of queues.get(slot) ?? []) {
      if (item === undefined || (queue && into && areOtherMembers(into, queue))) continue;
      const translate = queue && into && unify(into, queue);
      const object = t.rebuild(item, translate ?? forget);
      for (const registration of this.ofItem(item, fn)) yield { slot, registration, object };
    }
  }

  /** Handlers of a queued item: those registered under its name; if there are none, those that the same function registers for it. */
  ofItem(item: Term, fn: FunctionRef): readonly Registration[] {
    for (const naming of ['object', 'handle'] as const) {
      const slot = this.slotOf(item, naming, fn.file);
      const found = slot === undefined ? NONE : ofMember(item, this.handlers(slot, fn.file));
      if (found.length > 0) return found;
    }
    const all = [...this.registered.inFolder(folderOf(fn.file)).slots.values()].flat();
    return all.filter(
      ({ by, at, object }) => by === fn.name && at.file === fn.file && object.key === item.key,
    );
  }

  /** All handlers that functions in a directory register, whatever slots they are in. */
  registeredIn(directory: string): readonly Registration[] {
    return [...this.registered.inFolder(directory).slots.values()].flat();
  }

  /** The handlers of a slot that functions in the directory of `file` register. */
  handlers(slot: string, file: string): readonly Registration[] {
    const directory = folderOf(file);
    const found = this.registered.inFolder(directory).slots.get(slot) ?? NONE;
    if (found.length === 0 && !isIrqSlot(slot)) return this.registered.inOtherFolders(slot, directory);
    const files = new Set(found.map(({ at }) => at.file));
    if ((files.size < 2 && !isIrqSlot(slot)) || this.isOf(slot, directory)) return found;
    // If many drivers use a record type, each has its own handler in it.
    return found.filter(({ at }) => at.file === file);
  }

  /** How a function became the handler of what its own parameter stands for, an interrupt or an attribute. */
  ownOf(handler: FunctionRef, api: OtherApi): readonly Registration[] {
    const { file, name } = handler;
    if (api.awaits === 'kernfs') {
      const isOne = attributeFunctions(this.around.program, file).includes(name);
      return isOne ? [byDeclaration(handler, t.constant(0))] : NONE;
    }
    const { slots } = this.registered.inFolder(folderOf(file));
    return [...slots.values()]
      .flat()
      .filter((one) => one.handler === handler && one.naming === 'irq' && isAwaitedBy(api, one));
  }

  /** Whether the slot belongs to code in the directory. */
  private isOf(slot: string, directory: string): boolean {
    const declared = this.around.classes.info(classOfSlot(slot))?.declaredAt;
    return declared === undefined || folderOf(declared.file) === directory;
  }
}
