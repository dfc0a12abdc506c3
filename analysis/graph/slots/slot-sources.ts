import { lastMember, positional } from '../../outline/designators.js';
import { BOUNDS } from '../../base/bounds.js';
import { baseOf, pointee, type CType } from '../../base/ctype.js';
import { folderOf } from '../../base/paths.js';
import { absolute } from '../../base/span.js';
import { Evaluator } from '../../summaries/interpret/evaluate.js';
import { State } from '../../summaries/state/state.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import * as t from '../../summaries/locks/terms.js';
import type { Term } from '../../summaries/locks/terms.js';
import type { ApiEffect, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { OtherApi } from '../../models/types.js';
import { withoutCasts } from '../../skeleton/expressions/root.js';
import type { ExprId, Skeleton } from '../../skeleton/types.js';
import { functionsBehind, keepsModule } from '../contexts/behind.js';
import { handlersOf } from '../contexts/handlers.js';
import { watchingName } from '../watched/named.js';
import type { Naming, Registration } from '../contexts/registrations.js';
import { target } from '../events/bounded.js';
import { isReachedWith } from '../../summaries/solver/given-constants.js';
import { functionOf, handlersAt, nameOf } from '../waits/given-functions.js';
import { forget } from '../waits/waiter-names.js';
import { eventsOf, memberStores, storesSeen, type MemberStore } from '../../skeleton/lowering/events.js';

/** An item put into a queue that can be waited for, in terms of the function that queues it. */
export interface Queued {
  readonly fn: FunctionRef;
  readonly site: Site;
  /** The call that queues it. */
  readonly api: string;
  /** `undefined` if only a queue is created. */
  readonly item: Term | undefined;
  /** `undefined` for a queue with a name of its own. */
  readonly queue: Term | undefined;
  readonly queueName: string | undefined;
  readonly inTurn: boolean;
  /**
   * Whether the queue never runs two items at a time. One that may run one item runs one on each processor.
   */
  readonly isOrdered?: boolean;
}

/** Whether a function stores to a handler field: queried in every run, and few functions do. */
const storing = new WeakMap<FunctionRef, boolean>();

/** What is needed to name what functions register. */
export type NamingNeeds = Pick<Surroundings, 'program' | 'models' | 'classes' | 'summaryOf'>;

/** What the functions of one file register to run later, and what they queue. */
export class SlotSources {
  /** @param demands whether bodies that are missing are to be supplied */
  constructor(
    private readonly around: NamingNeeds,
    private readonly demands: boolean,
  ) {}

  private demand(fn: FunctionRef): void {
    if (this.demands) this.around.program.demand(fn, 'path');
  }

  /** Handlers of variables whose declaration names them. */
  *declaredIn(file: string): Generator<Registration> {
    const { program, models, classes } = this.around;
    for (const { definedBy, members, name, nameSpan, type } of program.outline(file)?.variables ?? []) {
      for (const { field, value } of members) {
        if (!models.isHandlerField(lastMember(field))) continue;
        const variable = classes.symbol(name, file);
        const holder = variable && this.holderIn(t.global(variable.symbol, variable.type), type, field, file);
        const [handler] = program.resolveCall(value, file);
        if (handler === undefined || holder === undefined) continue;
        const object = t.address(holder);
        const at = { file, ...nameSpan };
        yield { handler, api: '', at, by: name, object, data: undefined, naming: 'object' };
      }
      const declarator = definedBy === '' ? undefined : models.declarator(definedBy);
      const { handlerArg } = declarator ?? {};
      if (handlerArg === undefined) continue;
      const value = members.find(({ field }) => field === positional(handlerArg))?.value;
      const handler = value === undefined ? undefined : program.resolveCall(value, file)[0];
      const variable = classes.symbol(name, file);
      if (handler === undefined || variable === undefined) continue;
      const object = t.address(t.global(variable.symbol, variable.type));
      const at = { file, ...nameSpan };
      yield { handler, api: definedBy, at, by: name, object, data: undefined, naming: 'object' };
    }
  }

  /**
   * The object in a variable that a designator gives a handler: the variable itself, a member of it, as `nb` by
   * `nb.notifier_call`, or of an element.
   */
  private holderIn(variable: Term, type: CType, path: string, file: string): Term | undefined {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let holder = variable;
    if (names.length > 0 && baseOf(type) !== type) holder = t.index(variable, t.opaque('element', 'int'));
    let record = baseOf(type);
    for (const name of names) {
      const member = this.around.program.resolveField(record, name, file);
      if (member === undefined) return undefined;
      holder = t.field(holder, name, member.type);
      record = member.type;
    }
    return this.around.models.handlerField(record, last) === undefined ? undefined : holder;
  }

  *registeredIn(file: string): Generator<Registration | Queued> {
    const { program, models } = this.around;
    const outline = program.outline(file);
    if (outline === undefined) return;
    const { registering, timing } = handlersOf(outline, models);
    const wanted = new Set([...registering.map(({ index }) => index), ...timing]);
    for (const [index, { fills }] of outline.functions.entries()) {
      if (fills.some(({ field }) => models.isHandlerField(field))) wanted.add(index);
      const fn = program.functionAt(file, index);
      if (fn !== undefined && !wanted.has(index) && storing.get(fn) === false) continue;
      const skeleton = fn && program.skeleton(fn);
      const summary = fn && skeleton && this.around.summaryOf(fn);
      if (fn === undefined || skeleton === undefined || summary === undefined) {
        if (fn !== undefined && wanted.has(index)) this.demand(fn);
        continue;
      }
      if (wanted.has(index)) {
        for (const effect of summary.apis) {
          const api = models.api(effect.api);
          if (
            api !== undefined &&
            (effect.k === 'register' || api.itemArg !== undefined || api.objectArg !== undefined)
          )
            yield* this.ofCall(fn, skeleton, effect, api);
        }
      }
      if (!storing.has(fn)) storing.set(fn, this.handlerStores(skeleton).next().done !== true);
      yield* this.stored(fn, skeleton);
    }
  }

  /**
   * The same item in terms of the callers in the folder, if the function only passes on its arguments: a module's own
   * register function.
   */
  *lifted(queued: Queued, levels = BOUNDS.callersForQueued): Generator<Queued> {
    yield queued;
    const { fn, item, queue } = queued;
    const isGiven = [item, queue].some((term) => term !== undefined && t.rootOf(term).k === 'parameter');
    if (!isGiven || item === undefined || levels === 0) return;
    const { program } = this.around;
    const folder = folderOf(fn.file);
    const callers = program.callers(fn).filter((one) => one !== fn && folderOf(one.file) === folder);
    for (const caller of callers.slice(0, BOUNDS.callersPerLevel)) {
      const summary = this.around.summaryOf(caller);
      if (summary === undefined) {
        this.demand(caller);
        continue;
      }
      for (const call of summary.calls) {
        if (call.site.via !== undefined || target(call) !== fn) continue;
        if (!isReachedWith(this.around, fn, queued.site.event, call.args)) continue;
        const given = (term: Term): Term =>
          t.rebuild(
            term,
            (part) => (part.k === 'parameter' ? call.args[part.index] : undefined) ?? forget(part),
          );
        const { site } = call;
        const passed = { ...queued, fn: caller, site, item: given(item), queue: queue && given(queue) };
        yield* this.lifted(passed, levels - 1);
      }
    }
  }

  private *ofCall(
    fn: FunctionRef,
    skeleton: Skeleton,
    { api: name, args, site }: ApiEffect,
    api: OtherApi,
  ): Generator<Registration | Queued> {
    const at = { file: fn.file, ...site.span };
    const { queueName } = api;
    if (api.ontoArg !== undefined || queueName !== undefined) {
      const item = args[api.itemArg ?? api.arg ?? 0];
      const queue =
        api.ontoArg === undefined ? undefined : this.queueOf(fn, skeleton, args, site.event, api.ontoArg);
      if (item !== undefined && (queue !== undefined || queueName !== undefined))
        yield {
          fn,
          site,
          api: name,
          item,
          queue,
          queueName,
          inTurn: api.inTurn === true,
          isOrdered: api.inTurn === true,
        };
      return;
    }
    const by = fn.name;
    const object = this.objectOf(fn, skeleton, args, site.event, api);
    if (object !== undefined && api.inTurn === true && api.k === 'register') {
      const atOnce = api.inTurnArg === undefined ? undefined : args[api.inTurnArg];
      if (atOnce === undefined || (atOnce.k === 'constant' && atOnce.value === 1))
        yield {
          fn,
          site,
          api: name,
          item: undefined,
          queue: object,
          queueName: undefined,
          inTurn: true,
          isOrdered: atOnce === undefined,
        };
      return;
    }
    if (api.nameArg !== undefined && api.watched !== undefined && object !== undefined) {
      for (const { handler } of watchingName(this.around, args[api.nameArg], 'removed', fn.file))
        yield { handler, api: name, at, by, object, data: object, naming: 'handle' };
      return;
    }
    if (api.tableArg !== undefined) {
      const within = api.withinArg === undefined ? [] : this.keptAt(fn, skeleton, site.event, api.withinArg);
      const given = typeof api.objectArg === 'number' ? args[api.objectArg] : undefined;
      // Code removes an object that it embeds, or the object that contains it.
      const embedded = given !== undefined && object !== undefined && given.key !== object.key ? [given] : [];
      yield* this.ofTable(fn, args, at, [...(object === undefined ? [] : [object]), ...within], api);
      if (embedded.length > 0) yield* this.ofTable(fn, args, at, embedded, api);
    }
    if (object === undefined) return;
    const call = { fn, skeleton, event: site.event, args };
    for (const given of handlersAt(this.around.program, call, api)) {
      const { handler, arg, runsIn, isOneOf } = given;
      const isNumber = pointee(object.type) === undefined && object.k !== 'address';
      const isIrq = isInterrupt(runsIn) && isNumber && api.byHandle !== true;
      const naming: Naming = isIrq ? 'irq' : api.byHandle === true ? 'handle' : 'object';
      const data = isIrq ? args.at(-1) : args[arg + 1];
      const field = api.dataField === undefined ? {} : { dataField: api.dataField };
      const told = {
        ...(runsIn === 'threaded-irq' ? { isThread: true } : {}),
        ...(isOneOf ? { isDoubtful: true } : {}),
      };
      const registered = { handler, api: name, at, by, data, naming, ...field, ...told };
      yield { ...registered, object };
      // What the function has allocated or asked for, and keeps in a member: `card->irq = platform_get_irq(…)`.
      const isNamed = naming !== 'irq' && t.rootOf(object).k === 'parameter';
      if (isNamed || api.objectArg === 'result') continue;
      const from = api.objectArg ?? (api.handlerArg ?? 0) - 1;
      for (const kept of this.keptAt(fn, skeleton, site.event, from))
        if (kept.key !== object.key) yield { ...registered, object: kept };
    }
  }

  /** The functions of a table, for each way in which the created object can be removed. */
  private *ofTable(
    fn: FunctionRef,
    args: readonly Term[],
    at: Registration['at'],
    made: readonly Term[],
    api: OtherApi,
  ): Generator<Registration> {
    const { program } = this.around;
    const table = nameOf(tableIn(args[api.tableArg ?? -1], api));
    if (table === undefined) return;
    const { dataArg = -1, dataField, nameArg = -1, tableWithout: without = [] } = api;
    const data = api.tableOfObject === true ? made[0] : args[dataArg];
    const given = { api: api.name, at, by: fn.name, data, naming: 'handle' } as const;
    const fields = data === undefined || dataField === undefined ? {} : { dataField };
    const kept = keepsModule(program, table, fn.file) ? { keepsModule: true } : {};
    const name = args[nameArg];
    const objects = name === undefined ? made : [...made, name];
    for (const handler of functionsBehind(program, table, fn.file, { without }))
      for (const object of objects) yield { ...given, ...fields, ...kept, handler, object };
  }

  /**
   * Where the argument of a call is stored: as written, and where the function copies it. A variable that serves for one
   * object after another is a copy only with the value that the call sees.
   */
  private keptAt(fn: FunctionRef, skeleton: Skeleton, event: number, arg: number): readonly Term[] {
    const events = eventsOf(skeleton);
    const call = events.find(({ id }) => id === event);
    const written = call !== undefined && 'args' in call ? withoutCasts(skeleton, call.args[arg] ?? -1) : -1;
    // NULL, which anything may be set to, is no object.
    if (skeleton.exprs[written]?.k === 'constant') return [];
    const same = new Set<ExprId>([written]);
    const kept = new Set<ExprId>();
    const seen = storesSeen(skeleton, written, event);
    for (const one of events)
      if (one.k === 'assign' && seen.has(one.id) && skeleton.exprs[one.value]?.k !== 'constant')
        same.add(withoutCasts(skeleton, one.value));
    for (const one of events) {
      if (one.k !== 'assign' || !same.has(withoutCasts(skeleton, one.value))) continue;
      const isSeen = [...storesSeen(skeleton, written, one.id)].some((store) => seen.has(store));
      if (withoutCasts(skeleton, one.value) !== written || isSeen) kept.add(one.target);
    }
    return [written, ...kept].flatMap((id) => {
      const { k } = skeleton.exprs[id] ?? { k: 'unknown' };
      if (k === 'address') return [this.evaluator(fn, skeleton).value(id, State.entry())];
      const isKept = k === 'field' || k === 'index' || k === 'global' || k === 'parameter';
      return isKept ? [this.evaluator(fn, skeleton).object(id, State.entry())] : [];
    });
  }

  /** A queue that the function has just created is identified by the place that stores it. */
  private queueOf(
    fn: FunctionRef,
    skeleton: Skeleton,
    args: readonly Term[],
    event: number,
    arg: number,
  ): Term | undefined {
    const given = args[arg];
    return given?.k === 'result' ? (this.keptAt(fn, skeleton, event, arg)[0] ?? given) : given;
  }

  /** The object that represents the handler in a wait. */
  private objectOf(
    fn: FunctionRef,
    skeleton: Skeleton,
    args: readonly Term[],
    event: number,
    api: OtherApi,
  ): Term | undefined {
    if (api.objectArg !== 'result') {
      const given = args[api.objectArg ?? (api.handlerArg ?? 0) - 1];
      if (api.objectAround === undefined) return given;
      const member = given?.k === 'address' ? given.base : undefined;
      return member?.k === 'field' && member.name === api.objectAround ? t.address(member.base) : given;
    }
    const evaluator = this.evaluator(fn, skeleton);
    const same = new Set<ExprId>(
      skeleton.exprs.flatMap((expr, id) => (expr.k === 'result' && expr.event === event ? [id] : [])),
    );
    for (const { events } of skeleton.blocks) {
      for (const one of events) {
        if (one.k !== 'assign' || !same.has(withoutCasts(skeleton, one.value))) continue;
        if (skeleton.exprs[one.target]?.k === 'local') same.add(one.target);
        else return evaluator.object(one.target, State.entry());
      }
    }
    return undefined;
  }

  /** Stores of a function to handler fields. */
  private *handlerStores(skeleton: Skeleton): Generator<MemberStore> {
    for (const store of memberStores(skeleton))
      if (this.around.models.isHandlerField(store.target.name)) yield store;
  }

  /** `timer->function = fire;` makes `fire` the handler of the timer. */
  private *stored(fn: FunctionRef, skeleton: Skeleton): Generator<Registration> {
    const { models } = this.around;
    for (const { event, target } of this.handlerStores(skeleton)) {
      const evaluator = this.evaluator(fn, skeleton);
      const object = evaluator.object(target.base, State.entry());
      const value = evaluator.value(event.value, State.entry());
      const at = { file: fn.file, ...absolute(event.at, fn.line) };
      const pointer = t.address(object);
      const without = models.tableEnds(object.type, target.name);
      if (without !== undefined) {
        const given = { api: '', at, by: fn.name, object: pointer, data: pointer } as const;
        const only = models.tableOnly(object.type, target.name);
        const members = only === undefined ? { without } : { only };
        for (const handler of functionsBehind(this.around.program, nameOf(value) ?? '', fn.file, members))
          yield { ...given, handler, naming: 'handle' };
        continue;
      }
      const context = models.handlerField(object.type, target.name);
      const handler = functionOf(this.around.program, value, fn.file);
      if (context === undefined || handler === undefined) continue;
      const parameter = models.handlerParameter(object.type);
      const given = parameter === 0 ? {} : { objectParameter: parameter };
      yield {
        handler,
        api: '',
        at,
        by: fn.name,
        object: pointer,
        data: undefined,
        naming: 'object',
        ...given,
      };
    }
  }

  private evaluator(fn: FunctionRef, skeleton: Skeleton): Evaluator {
    const { program, models, classes } = this.around;
    return new Evaluator(program, models, classes, fn, skeleton);
  }
}

/** The object that has the functions of a table: the variable that contains the passed member. */
function tableIn(given: Term | undefined, { tableAround }: OtherApi): Term | undefined {
  const member = tableAround !== undefined && given?.k === 'address' ? given.base : undefined;
  return member?.k === 'field' && member.name === tableAround ? member.base : given;
}

function isInterrupt(runsIn: OtherApi['runsIn']): boolean {
  return runsIn === 'hardirq' || runsIn === 'threaded-irq';
}
