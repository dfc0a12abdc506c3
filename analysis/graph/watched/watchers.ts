import { fileOfSymbol, nameInSymbol } from '../../summaries/locks/symbols.js';
import { baseOf, pointee } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import type { InitializerMember, VariableItem } from '../../outline/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { OtherApi, Watches } from '../../models/types.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { Registration } from '../contexts/registrations.js';
import type { NamingNeeds } from '../slots/slot-sources.js';
import type { Awaited, WaitSlots } from '../slots/slots.js';
import { byDeclaration } from '../slots/slot-names.js';
import { watchingName } from './named.js';
import { definition, hubsOf } from './hubs.js';

/** A function that a call invokes since it watches the bus or the class of the object that the call adds or removes. */
export interface CalledWatcher extends Awaited {
  /** The call as one that calls back, with what it tells the function. */
  readonly api: OtherApi;
}

interface WatchingTable {
  readonly variable: VariableItem;
  readonly from: string;
  readonly watches: Watches;
}

/**
 * What adding or removing a device calls in the same folder: drivers of its bus, the bus itself, interfaces of its class,
 * and notifiers of its bus. Only where both name one variable.
 */
export class Watchers {
  constructor(
    private readonly around: NamingNeeds,
    private readonly slots: WaitSlots,
  ) {}

  *of(api: OtherApi, args: readonly Term[], file: string): Generator<CalledWatcher> {
    const { program, models } = this.around;
    if (api.watched !== undefined && api.nameArg !== undefined)
      yield* this.named(api, api.watched, args[api.nameArg], file);
    const object = api.watched === undefined ? undefined : args[api.arg ?? -1];
    if (object === undefined || api.watched === undefined) return;
    const type = program.expand(t.pointed(object).type, file);
    for (const member of models.belongsTo(type) ?? []) {
      const hub = hubsOf(program, object, member, file);
      if (hub === undefined) continue;
      yield* this.inTables(api, api.watched, hub, object, file);
      yield* this.notified(api, hub, file);
    }
  }

  /** The functions in tables of the folder that are called for objects with a name. */
  private *named(
    { name: call, k, sleeps = false }: OtherApi,
    when: 'added' | 'removed',
    name: Term | undefined,
    file: string,
  ): Generator<CalledWatcher> {
    for (const { handler, table, file: from } of watchingName(this.around, name, when, file)) {
      const slot = this.slotOf(`${from}:${table.name}`);
      if (slot === undefined) continue;
      const object = t.opaque('made', '');
      const registration = {
        ...byDeclaration(handler, object),
        at: { file: from, ...table.nameSpan },
        by: table.name,
      };
      yield { slot, registration, object, api: { name: call, k, sleeps, awaits: 'other', callsBack: true } };
    }
  }

  /** The functions in tables of the folder that watch a bus or a class. */
  private *inTables(
    { name, k, sleeps = false }: OtherApi,
    when: 'added' | 'removed',
    hub: string,
    object: Term,
    file: string,
  ): Generator<CalledWatcher> {
    const { program, models } = this.around;
    const added = t.pointed(object);
    const type = program.expand(added.type, file);
    // Adding a driver concerns no other driver of its bus.
    const own = added.k === 'global' ? definition(program, t.bareName(added), file) : undefined;
    const slot = this.slotOf(hub);
    const tables = this.tablesOf(hub, file).filter(
      ({ variable, from }) =>
        baseOf(variable.type) !== type || definition(program, variable.name, from) === own,
    );
    const isDriver = ({ variable }: WatchingTable): boolean =>
      models.belongsTo(baseOf(variable.type)) !== undefined;
    const isOneOf = tables.filter(isDriver).length > 1;
    for (const table of tables)
      for (const { field, value } of this.membersOf(table.variable, table.from)) {
        const [handler] = table.watches[when].includes(field) ? program.resolveCall(value, table.from) : [];
        if (handler?.item === undefined || slot === undefined) continue;
        const registration = {
          ...this.registration(handler, table.variable, table.from, object),
          ...(isOneOf && isDriver(table) ? { isDoubtful: true } : {}),
        };
        yield { slot, registration, object, api: { name, k, sleeps, awaits: 'other', callsBack: true } };
      }
  }

  /** The tables in a folder that name a bus or a class, or are it. */
  private tablesOf(hub: string, file: string): readonly WatchingTable[] {
    const { program, models } = this.around;
    return [...program.filesIn(folderOf(file))].flatMap((from) =>
      (program.outline(from)?.variables ?? []).flatMap((variable) => {
        const watches = models.watches(baseOf(variable.type));
        const isOne = watches !== undefined && this.hubOf(variable, watches.hub, from) === hub;
        return isOne ? [{ variable, from, watches }] : [];
      }),
    );
  }

  private registration(
    handler: FunctionRef,
    { name, nameSpan }: VariableItem,
    file: string,
    object: Term,
  ): Registration {
    const { program, models } = this.around;
    const given = program.expand(handler.item?.parameters[0]?.type ?? '', handler.file);
    // A bus calls its functions for the device, not for the driver that was added.
    const isGiven =
      given === '' ||
      given === program.expand(object.type, file) ||
      models.belongsTo(pointee(given) ?? '') === undefined;
    return {
      handler,
      api: '',
      at: { file, ...nameSpan },
      by: name,
      object,
      data: undefined,
      naming: 'handle',
      ...(isGiven ? { objectParameter: 0 } : {}),
    };
  }

  /** Callbacks of the notifiers that functions in the folder put into the chain of a bus. */
  private *notified(api: OtherApi, hub: string, file: string): Generator<CalledWatcher> {
    const bus = this.variable(hub);
    if (bus === undefined) return;
    for (const one of this.slots.queuedIn(t.address(bus), file))
      yield { ...one, api: { ...api, awaits: 'queue', callsBack: true } };
  }

  /** The variable that a table names; tables without a member for it are what objects name. */
  private hubOf(variable: VariableItem, member: string, file: string): string | undefined {
    const { program } = this.around;
    if (member === '') return definition(program, variable.name, file);
    const named = this.membersOf(variable, file).find(({ field }) => field === member);
    return named && definition(program, named.value, file);
  }

  /** The members that the initialiser of a variable or functions of its file set. */
  private membersOf({ name, members }: VariableItem, file: string): readonly InitializerMember[] {
    const functions = this.around.program.outline(file)?.functions ?? [];
    const stored = functions.flatMap(({ fills }) =>
      fills.filter(({ variable, type }) => variable === name && type === ''),
    );
    return [
      ...members,
      ...stored.map(({ path, field, value }) => ({ field: path === '' ? field : `${path}.${field}`, value })),
    ];
  }

  private variable(hub: string): Term | undefined {
    const symbol = this.around.classes.symbol(nameInSymbol(hub), fileOfSymbol(hub));
    return symbol && t.global(symbol.symbol, symbol.type);
  }

  private slotOf(hub: string): string | undefined {
    const variable = this.variable(hub);
    return variable && this.slots.slotOf(t.address(variable), 'object', fileOfSymbol(hub));
  }
}
