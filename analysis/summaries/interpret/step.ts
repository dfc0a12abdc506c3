import { NESTED_BY_LOCK } from '../../base/subclass.js';
import { absolute, type Span } from '../../base/span.js';
import type { FunctionRef } from '../../link/types.js';
import type { LockApi } from '../../models/types.js';
import type {
  ApiEvent,
  AssignEvent,
  Event,
  EventId,
  ExprId,
  LockEvent,
  Skeleton,
} from '../../skeleton/types.js';
import { EVERY_MEMBER } from '../../skeleton/expressions/operators.js';
import { applyCallee } from './apply.js';
import { CalleeFinder, spread } from './callees.js';
import { flagsName, switchedByApi, switchedByLock } from '../state/context.js';
import {
  assertDeclared,
  declaredFor,
  doDeclared,
  doubtJoined,
  doubtReleased,
  endContext,
  neverReturns,
  isNeverTaken,
} from './declared-calls.js';
import { Evaluator, proveNonNull } from './evaluate.js';
import { sameAs } from '../facts/equal.js';
import { NEGATIVE } from '../facts/fact.js';
import { FlowGraph, localSlot, parameterSlot, resultSlot } from '../state/flow-graph.js';
import { escape, give, valuesOf } from './given.js';
import { dropLock, matchHeld, releasedUnseen, takeLock } from '../state/held.js';
import type { Invocation, Listener } from '../state/listener.js';
import { learnApart } from '../locks/apart.js';
import { dropReference, putOf } from './references.js';
import { NOWHERE, siteAt } from '../state/site.js';
import type { State } from '../state/state.js';
import type { Executor } from '../executor.js';
import type { Surroundings } from '../surroundings.js';
import { fillWithZeros, forgetOthers, forgetShared, forgetStores } from '../state/stores.js';
import { mayFail, Results } from './results.js';
import { eventAt } from '../../skeleton/lowering/events.js';
import { noteGate, outcomesOf, turnedByCallee, withOutcomes } from './turned.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';
import type { LockRef, Site } from '../state/types.js';

/** The last lock that a lock event named; `bit` is its number, if it is a bit of the word behind the pointer. */
interface NamedLock {
  readonly pointer: Term;
  readonly bit: Term | undefined;
  readonly lock: LockRef;
}

/** Executes single events of one function on states. */
export class Stepper implements Executor {
  readonly evaluator: Evaluator;
  listener: Listener = {};
  /** The current block is in a loop whose number of iterations is unknown. */
  isRoundsOpen = false;
  /** Number of wrapper levels below the summary applied here. */
  level = 0;
  private readonly sites: (Site | undefined)[] = [];
  private readonly locks: (NamedLock | undefined)[] = [];
  /** Classes that APIs assigned to locks behind unknown pointers. */
  private readonly told = new Map<string, string>();
  private readonly results: Results;
  readonly callees: CalleeFinder;

  constructor(
    readonly around: Surroundings,
    readonly fn: FunctionRef,
    readonly skeleton: Skeleton,
  ) {
    this.evaluator = new Evaluator(around.program, around.models, around.classes, fn, skeleton);
    this.results = new Results(this.evaluator, this.skeleton, around.models);
    this.callees = new CalleeFinder(around, fn, skeleton);
  }

  /** Number of classes that APIs have assigned so far. */
  get classesTold(): number {
    return this.told.size;
  }

  site(event: { readonly id: EventId; readonly at: Span }): Site {
    return (this.sites[event.id] ??= siteAt(this.fn, event));
  }

  siteOf(id: EventId): Site {
    return this.sites[id] ?? this.site(eventAt(this.skeleton, id) ?? { id, at: NOWHERE });
  }

  /** Executes an event. `again` says that the event is in a loop and may already have run on this path. */
  step(event: Event, state: State, again: boolean): readonly State[] {
    if (again) this.age(event, state);
    forgetShared(this.evaluator, event.id, state);
    switch (event.k) {
      case 'assign':
        return this.assign(event, state, again);
      case 'call':
        return this.invoke(event, ...this.evaluator.called(event, state), state);
      case 'wait':
      case 'complete':
      case 'sleep':
      case 'context':
      case 'query':
      case 'register':
      case 'free':
        return this.api(event, state);
      default:
        return this.lock(event, state);
    }
  }

  private age(event: Event, state: State): void {
    if (this.evaluator.isGiven(event.id)) state.ageResult(this.evaluator.given(event.id));
    state.dropVariable(resultSlot(event.id));
  }

  // ---- assignments

  private assign(event: AssignEvent, state: State, again: boolean): readonly State[] {
    const target = this.skeleton.exprs[event.target];
    const unknown = (type: string): Term => t.opaque(this.evaluator.given(event.id), type);
    let value = this.evaluator.assigned(event, state);
    // Each iteration follows one more member: a different object.
    if (again && t.isChain(value)) value = unknown(value.type);
    if (target?.k === 'local' || target?.k === 'parameter') value = sameAs(value, state.facts);
    if (target?.k === 'local') {
      value = this.evaluator.typed(value, this.skeleton.locals[target.index]?.type ?? '');
      state.setVariable(localSlot(target.index), value);
      return [state];
    }
    if (target?.k === 'parameter') {
      value = this.evaluator.typed(value, this.skeleton.parameters[target.index]?.type ?? '');
      state.setVariable(parameterSlot(target.index), value);
      return [state];
    }
    const object = this.evaluator.object(event.target, state);
    if (object.k === 'field' && object.name === EVERY_MEMBER) {
      this.evaluator.clear(object.base, state);
      return [state];
    }
    this.listener.store?.(event, object, value, state);
    const outcomes = outcomesOf(object, value, state);
    const old = object.key;
    if (t.someTerm(value, (part) => part.key === old)) {
      value = t.rebuild(value, (part) => (part.key === old ? t.older(part) : undefined));
    }
    state.overwrite(object);
    // A call result assigned to an object is known by the object's name from now on.
    if (value.k === 'opaque' || (value.k === 'result' && object.k === 'global')) state.dropStored(object.key);
    else state.store(object, value.type === '' ? t.withType(value, object.type) : value);
    return withOutcomes(outcomes, event, this, state);
  }

  // ---- locks

  /** The lock of an event, with its class. */
  lockRef(event: LockEvent, api: LockApi, state: State): LockRef {
    const pointer = this.evaluator.value(event.lock, state);
    const subclass = this.subclass(event, api, state);
    const bit = api.bitArg === undefined ? undefined : event.args[api.bitArg];
    const which = bit === undefined ? undefined : this.evaluator.value(bit, state);
    const old = this.locks[event.id];
    if (old?.pointer === pointer && old.bit === which && old.lock.subclass === subclass) return old.lock;
    const word = t.deref(pointer);
    const term = which?.k === 'constant' ? t.bit(word, which.value) : word;
    const lock = this.ofBit(this.classify(event, api, term, subclass), bit);
    // A lock without a class is not cached: each occurrence is a gap, and the listener may have changed.
    if (lock.key !== undefined || lock.fallback !== undefined)
      this.locks[event.id] = { pointer, bit: which, lock };
    return lock;
  }

  /** Named bits of one word are separate locks. */
  private ofBit(lock: LockRef, bit: ExprId | undefined): LockRef {
    const named = bit === undefined ? undefined : this.skeleton.exprs[bit];
    if (named?.k !== 'global' || lock.key === undefined) return lock;
    return { ...lock, key: this.around.classes.memberOf(lock.key, named.name, lock.kind) };
  }

  private classify(event: LockEvent, api: LockApi, term: Term, subclass: number): LockRef {
    const { classes } = this.around;
    const found =
      api.lockClass === undefined
        ? classes.classOf(term, api.kind, subclass, this.fn.file)
        : { key: classes.named(api.lockClass, api.kind, this.fn.file) };
    const { kind, mode } = api;
    // All members in one literal: adding one later changes the object's shape.
    const lock = (key: string | undefined, fallback?: string): LockRef => {
      return { term, key, kind, mode, fallback, subclass };
    };
    if (api.lockClass !== undefined && 'key' in found) this.told.set(term.key, found.key);
    if ('key' in found) return lock(found.key);
    const told = this.told.get(term.key);
    if (told !== undefined) return lock(told);
    if ('unbound' in found) return lock(undefined, found.fallback);
    this.listener.gap?.({
      kind: found.gap,
      at: absolute(event.at, this.fn.line),
      detail: `${event.api}: ${found.detail}`,
    });
    return lock(undefined);
  }

  private subclass(event: LockEvent, api: LockApi, state: State): number {
    if (api.nestArg !== undefined) return this.nesting(event, api, api.nestArg, state);
    if (api.subclassArg === undefined) return api.subclass ?? 0;
    const arg = event.args[api.subclassArg];
    if (arg === undefined) return 0;
    const value = this.evaluator.value(arg, state);
    return value.k === 'constant' ? Math.max(0, value.value) : -1;
  }

  /** An outer lock or acquire context orders the instances, unless it is NULL. */
  private nesting(event: LockEvent, { kind }: LockApi, nestArg: number, state: State): number {
    const arg = event.args[nestArg];
    const value = arg === undefined ? undefined : this.evaluator.value(arg, state);
    if (value?.k === 'constant' && value.value === 0) return 0;
    return kind === 'ww_mutex' ? -1 : NESTED_BY_LOCK;
  }

  private lock(event: LockEvent, state: State): readonly State[] {
    const api = this.around.models.lockApi(event.api);
    if (api === undefined) return [state];
    // The lock may be the call's own result.
    const named = this.skeleton.exprs[event.lock];
    if (event.k === 'try' || (named?.k === 'result' && named.event === event.id))
      state.setVariable(resultSlot(event.id), this.results.of(event, api.name, undefined, ''));
    const lock = this.lockRef(event, api, state);
    switch (event.k) {
      case 'acquire':
        this.listener.acquire?.(event, lock, api, state);
        this.take(event, lock, api, state);
        noteGate(this, event.id, state);
        if (api.success === 'zero') state.setVariable(resultSlot(event.id), t.constant(0));
        return [state];
      case 'try':
        return this.attempt(event, lock, api, state);
      case 'transient':
        if (
          api.bodyDecides === true &&
          isNeverTaken(this.around, this.callees.byName(api.name).targets, {
            lock,
            api,
            file: this.fn.file,
          })
        )
          return [state];
        this.listener.acquire?.(event, lock, api, state);
        give(this, event, valuesOf(this, event, state), state);
        return [state];
      case 'release':
        this.drop(event, lock, api, state);
        return [state];
      case 'downgrade':
        state.held = state.held.map((h) =>
          h.term.key === lock.term.key ? { ...h, mode: 'read' as const } : h,
        );
        return [state];
      case 'lock-init':
        if (state.held.some((held) => held.term.key === lock.term.key))
          this.listener.use?.(event, lock, api, state, undefined);
        state.initialised = new Set([...state.initialised, lock.term.key]);
        return [state];
      default: {
        const given = event.k === 'might-acquire' ? valuesOf(this, event, state) : [];
        if (api.orKernelMemory !== true || !given.some(t.isOwnRecord))
          this.listener.use?.(event, lock, api, state, undefined);
        if (event.k === 'might-acquire') give(this, event, given, state);
        if (event.k === 'assert-not-held') releasedUnseen(lock, state);
        return [state];
      }
    }
  }

  /** Acquires a lock. */
  take(event: LockEvent | Invocation, lock: LockRef, api: LockApi, state: State): void {
    state.context = switchedByLock(state.context, api, true, this.flagsOf(event, api.flagsArg));
    proveNonNull(lock.term, state);
    if (api.nonBlocking !== true && api.recursive !== true) learnApart(lock, state);
    // While the lock was free, other tasks may have changed what it protects.
    if (state.ended.has(lock.term.key) && lock.term.k === 'field') state.forgetObject(lock.term.base);
    const taken = {
      term: lock.term,
      key: lock.key,
      kind: lock.kind,
      mode: lock.mode,
      fallback: lock.fallback,
      subclass: lock.subclass,
      api: api.name,
      site: this.site(event),
      nonBlocking: api.nonBlocking === true,
      certain: true,
    };
    takeLock(state, taken, this.isRoundsOpen);
  }

  private attempt(event: LockEvent, lock: LockRef, api: LockApi, state: State): readonly State[] {
    this.listener.acquire?.(event, lock, api, state);
    if (api.uncheckedHolds === true && !FlowGraph.of(this.skeleton).results.isUsed(event.id)) {
      this.take(event, lock, api, state);
      return [state];
    }
    const result = state.env.get(resultSlot(event.id)) ?? this.results.of(event, api.name, undefined, '');
    const failed = state.clone();
    const zeroHolds = api.success === 'zero';
    const isSure = !mayFail(this, event.args, api, failed);
    const out: State[] = [];
    if (api.alreadyHeld !== undefined)
      failed.facts.assume(t.operation('!=', [result, t.constant(api.alreadyHeld)]), true);
    // A wait that a signal ends returns an error.
    const isError = zeroHolds && api.interruptible === true;
    if (!isSure && (isError ? failed.facts.narrow(result, NEGATIVE) : failed.facts.assume(result, zeroHolds)))
      out.push(failed);
    if (state.facts.assume(result, !zeroHolds)) {
      this.take(event, lock, api, state);
      out.push(...this.callBack(event, api, state));
    }
    for (const s of out) s.setVariable(resultSlot(event.id), result);
    return out;
  }

  /** Applies an API that calls the caller's callback with the lock held. */
  private callBack(event: LockEvent, api: LockApi, state: State): readonly State[] {
    const callee = api.callbackArg === undefined ? undefined : event.args[api.callbackArg];
    return callee === undefined ? [state] : this.invoke(event, callee, event.args.slice(0, 1), state);
  }

  private drop(event: LockEvent, lock: LockRef, api: LockApi, state: State): void {
    this.listener.use?.(event, lock, api, state, state.held[matchHeld(state.held, lock)]);
    dropLock(state, lock, { event: event.id, isRoundsOpen: this.isRoundsOpen, depth: 0 });
    state.context = switchedByLock(state.context, api, false, this.flagsOf(event, api.flagsArg));
  }

  /** A name for the flags variable of an irqsave or irqrestore call. */
  private flagsOf(event: LockEvent | ApiEvent | Invocation, arg: number | undefined): string {
    return arg === undefined ? '' : flagsName(this.fn, event.args[arg]);
  }

  // ---- calls

  private api(event: ApiEvent, state: State): readonly State[] {
    const args = valuesOf(this, event, state);
    this.listener.api?.(event, args, state);
    give(this, event, args, state);
    // The awaited code may store anything.
    if (event.k === 'wait' || event.k === 'sleep') forgetOthers(this.evaluator, event.id, state);
    const api = event.k === 'context' ? this.around.models.api(event.api) : undefined;
    if (api !== undefined)
      state.context = switchedByApi(state.context, api, this.flagsOf(event, api.flagsArg), args);
    const predicate = event.k === 'query' ? `${event.api}(${args.map((a) => a.key).join(',')})` : undefined;
    const result = this.results.of(event, event.api, predicate, '');
    this.results.tell(event, event.api, args, event.args, result, state);
    if (this.around.models.makesZeros(event.api)) fillWithZeros(this.evaluator, event.id, result, state);
    return [state];
  }

  private invoke(
    event: Invocation,
    called: string | ExprId | Term,
    given: readonly ExprId[],
    state: State,
  ): readonly State[] {
    const named = typeof called === 'string' ? this.callees.byName(called) : undefined;
    const read = typeof called === 'number' ? { expr: called, event: event.id } : undefined;
    const value = read === undefined ? called : this.evaluator.value(read.expr, state);
    const callee = typeof value === 'object' ? t.designated(value) : undefined;
    const { targets, returns } = named ?? this.callees.byPointer(callee, given.length, read);
    const written = given.map((arg) => this.evaluator.value(arg, state));
    const args = spread(targets, written, (at) => this.skeleton.exprs[given[at] ?? -1]?.k === 'result');
    const put = typeof called === 'string' ? putOf(this, event, called, args) : undefined;
    if (put === undefined) this.listener.call?.(event, targets, callee, args, state);
    if (named !== undefined && neverReturns(this.around, named)) return [];
    doubtJoined(this, given, state);
    endContext(this, targets, given, state);
    const result = this.results.ofCall(event, typeof called === 'string' ? called : callee, args, returns);
    const isAccess = typeof called === 'string' && this.around.models.accessesDevice(called);
    const before = state.held.length > 0 && state.memory.size > 0 && { before: new Map(state.memory) };
    const isAsked = !isAccess && forgetStores(this.around.program, targets, args, state);
    escape(this, event, given, state);
    this.results.tell(event, called, args, given, result, state);
    const dropped = put && dropReference(this, event, put, result, state);
    if (dropped !== undefined) return dropped;
    const declared = named === undefined ? [] : declaredFor(this, named, args);
    if (declared.length > 0) assertDeclared(this, event, declared, state);
    if (targets.length === 0) {
      if (typeof called === 'string' && declared.length === 0) doubtReleased(this, called, args, state);
      return doDeclared(this, event, declared, result, state);
    }
    const turned = turnedByCallee(this, targets, args, event, state);
    const { id, at } = event;
    const call = { id, at, direct: !callee, isAsked: isAsked || turned !== undefined, ...before };
    return [state, ...(turned ?? [])].flatMap((path) => applyCallee(this, call, targets, args, result, path));
  }
}
