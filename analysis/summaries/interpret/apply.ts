import { everyExit } from '../solver/exits.js';
import { BOUNDS } from '../../base/bounds.js';
import type { FunctionRef } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { Span } from '../../base/span.js';
import { releasesOnly, takesOnly, tellReleases } from '../solver/lock-functions.js';
import type { EventId } from '../../skeleton/types.js';
import { armsOf, choosesLock, isAccessor, isOnlyStandIn } from './accessors.js';
import { doubtCutShort } from '../state/budget.js';
import { afterCall } from '../state/context.js';
import { ANY, contradicts } from '../facts/fact.js';
import { proveNonNull } from './evaluate.js';
import { FlowGraph, resultSlot } from '../state/flow-graph.js';
import { NO_VALUES, takeTold, tellForGood, valuesOfLocals } from '../locks/given-locals.js';
import { dropLock, isOfClass, matchHeld, mayBeCallers, takeLock, togetherHeld } from '../state/held.js';
import { passes, through } from '../state/site.js';
import { isNothingTo } from '../concern.js';
import type { State, Stored } from '../state/state.js';
import type { Executor } from '../executor.js';
import type { Surroundings } from '../surroundings.js';
import { gateBy, isRefuted, noteGate } from './turned.js';
import { handedBy, handedName, isConfiguration } from '../locks/names.js';
import { configurationOf } from '../facts/configured.js';
import { learnApart } from '../locks/apart.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';
import type { FunctionSummary, ExitEffect, HeldLock, LockRef } from '../state/types.js';

/** A call event; `direct` if it names its callee. */
interface Call {
  readonly id: EventId;
  readonly at: Span;
  readonly direct: boolean;
  /** Whether forgetting stores depended on what the callee assigns. */
  readonly isAsked: boolean;
  /** What was stored before the call, by the key of the place, if a lock is held. */
  readonly before?: ReadonlyMap<string, Stored>;
}

/**
 * Applies a callee's summary to the held set. Each exit that is feasible here becomes a path of its own, tied to its
 * return value. Exits without lock effects stay together.
 */
export function applyCallee(
  stepper: Executor,
  event: Call,
  targets: readonly FunctionRef[],
  args: readonly Term[],
  result: Term,
  state: State,
): readonly State[] {
  if (targets.length === 0 || targets.length > BOUNDS.slotTargets) return [state];
  const considered = event.direct ? armsOf(targets) : targets;
  if (event.direct && isOnlyStandIn(stepper.around.program, stepper.fn, considered)) return [state];
  const isUsed = FlowGraph.of(stepper.skeleton).results.isUsed(event.id);
  const isOfStores = considered.length > 1 || event.isAsked;
  const concern = isOfStores ? undefined : isUsed ? 'value' : 'locks';
  const alternatives: Alternative[] = [];
  for (const target of considered) {
    const summary = stepper.around.summaryOf(target, concern);
    if (summary !== undefined) doubtCutShort(summary, state, stepper.around.models);
    if (summary === undefined || isNothingTo(summary, concern)) {
      // A stub without effects, from an arm of another configuration.
      if (considered.length > 1 && event.direct && !isAccessor(target, stepper.fn, stepper.around.models))
        continue;
      if (isAccessor(target, stepper.fn, stepper.around.models) && isUsed) {
        stepper.around.program.demand(target, 'wrapper');
      }
      return [state];
    }
    if (summary.exits.length === 0 && considered.length === 1)
      return summary.gaps.length === 0 ? [] : [state];
    const binding = new Binding(stepper, event, args, result, valuesOfLocals(stepper, args, state));
    const { models } = stepper.around;
    const configured = considered.length > 1 && event.direct ? configurationOf(target, models) : [];
    for (const exit of exitsFor(summary, binding, result, state)) {
      const facts = configured.length === 0 ? exit.facts : [...exit.facts, ...configured];
      alternatives.push({ exit: facts === exit.facts ? exit : { ...exit, facts }, summary, binding });
    }
  }
  if (alternatives.length === 0) return [state];
  const isChoice =
    alternatives.length > 1 &&
    alternatives.some(({ summary: { fn } }) => choosesLock(fn, stepper.around.models));
  if (!isChoice && !alternatives.some(({ exit }) => touchesLocks(exit) || switches(exit)))
    return [harmless(stepper, alternatives, result, event, state)];
  return fork(stepper, event, alternatives, result, state);
}

/** The exits that this call may take: of a function that its arguments choose among many, those that they leave. */
function exitsFor(
  { exits, byArgument }: FunctionSummary,
  binding: Binding,
  result: Term,
  state: State,
): readonly ExitEffect[] {
  const left = byArgument?.filter((exit) => compatible(exit, binding, result, state));
  return left === undefined || left.length === 0 || left.length > BOUNDS.exits ? exits : left;
}

interface Alternative {
  readonly exit: ExitEffect;
  readonly summary: FunctionSummary;
  readonly binding: Binding;
}

function switches({ context }: ExitEffect): boolean {
  return context.irq !== 'entry' || context.isRestored || context.bh !== 0 || context.preempt !== 0;
}

function touchesLocks(exit: ExitEffect): boolean {
  return exit.acquired.length > 0 || exit.released.length > 0;
}

/** Whether an exit without lock effects tells its callers anything of the value; see {@link harmless}. */
export function tellsValue({ signs, value }: ExitEffect): boolean {
  if (signs !== ANY && signs !== 0) return true;
  if (value === undefined) return false;
  const { k } = t.pointed(value);
  return isNamed(value) || k === 'field' || k === 'index';
}

/** A call without lock effects: only the result is learned. */
function harmless(
  { around: { models } }: Executor,
  alternatives: readonly Alternative[],
  result: Term,
  event: Call,
  state: State,
): State {
  let signs = 0;
  for (const { exit } of alternatives) signs |= exit.signs;
  if (signs !== ANY && signs !== 0) state.facts.narrow(result, signs);
  const told = valueTold(alternatives, event.direct);
  const value = told?.exit.value;
  if (told !== undefined && value !== undefined && (isNamed(value) || isPlace(value, told, models))) {
    state.setVariable(resultSlot(event.id), t.withType(told.binding.term(value), result.type));
  }
  return state;
}

/**
 * The outcome that determines the value: the only outcome, or, among the arms of one accessor, the first if it yields a
 * pointer.
 */
function valueTold(alternatives: readonly Alternative[], isDirect: boolean): Alternative | undefined {
  const [first] = alternatives;
  if (first === undefined || alternatives.length === 1) return first;
  const areArms = isDirect && new Set(alternatives.map((one) => one.summary)).size === alternatives.length;
  return areArms && first.exit.value?.type.endsWith('*') === true ? first : undefined;
}

/**
 * A macro that denotes a member or an element, or an accessor that returns a pointer to a lock which is a member: its type determines
 * the class, even if the macro or accessor obtains the object itself.
 */
function isPlace(value: Term, { summary: { fn } }: Alternative, models: Models): boolean {
  const place = t.pointed(value);
  // A macro's parameters have no types, so that an array of its argument looks like any pointer.
  if (place.k === 'index') return fn.macro !== undefined && isNamed(place.base);
  if (place.k !== 'field' || place.type === '') return false;
  return fn.macro !== undefined || (isAccessor(fn, fn, models) && models.lockType(place.type) !== undefined);
}

/**
 * Whether the caller can name the value too: its root is a parameter or a global, not a value created in the callee.
 */
function isNamed(value: Term): boolean {
  // The index of an array element does not matter.
  const isElement =
    value.k === 'index' &&
    (value.base.k === 'field' || value.base.type.endsWith('[]') || t.rootOf(value).k === 'global');
  if (isElement) return isNamed(value.base);
  if (value.k === 'address' || value.k === 'field' || value.k === 'deref') return isNamed(value.base);
  return !t.someTerm(value, t.isBorn);
}

function fork(
  stepper: Executor,
  event: Call,
  alternatives: readonly Alternative[],
  result: Term,
  state: State,
): readonly State[] {
  const feasible = likely(
    alternatives.filter(({ exit, binding, summary: { fn } }) => {
      if (!compatible(exit, binding, result, state)) return false;
      const skeleton = event.before && stepper.around.program.skeleton(fn);
      return !isRefuted(exit, skeleton, (term) => event.before?.get(binding.term(term).key)?.value, state);
    }),
    state,
  );
  const { isRoundsOpen } = stepper;
  const { models } = stepper.around;
  const { held: before } = state;
  const ended = new Map(
    feasible.map((one) => [one, feasible.length > 1 ? endedBy(one, before, stepper.around) : NONE]),
  );
  const out: State[] = [];
  for (const alternative of feasible) {
    const { exit, summary, binding } = alternative;
    const next = alternative === feasible.at(-1) ? state : state.clone();
    if (exit.signs !== ANY && !next.facts.narrow(result, exit.signs)) continue;
    if (feasible.length > 1) learn(exit, binding, next);
    const isLike = (other: ExitEffect): boolean =>
      (other.signs & exit.signs) !== 0 && !binding.tellForGood(exit, other);
    const rivals = feasible.filter((other) => other !== alternative && isLike(other.exit));
    next.held = next.held.map((lock) =>
      lock.certain && rivals.some((rival) => ended.get(rival)?.has(lock))
        ? { ...lock, certain: false }
        : lock,
    );
    next.context = afterCall(next.context, exit.context);
    const gone = exit.released.map((released) => binding.lock(released));
    const [isTaker, isReleaser] = [takesOnly(summary), releasesOnly(summary)];
    if (isReleaser) tellReleases(stepper, event, summary, gone, next);
    for (const [i, { depth: below }] of exit.released.entries()) {
      const lock = togetherHeld(gone.slice(i), next.held);
      if (lock === undefined) continue;
      const depth = below + 1;
      if (matchHeld(next.held, lock) >= 0 || mayBeCallers(lock, depth))
        dropLock(next, lock, { event: event.id, isRoundsOpen, depth });
    }
    for (const held of exit.acquired) {
      const certain =
        held.certain &&
        !rivals.some((rival) => !rival.exit.acquired.some((h) => h.term.key === held.term.key));
      const lock = binding.held(held, exit, certain);
      if (feasible.some((one) => one.exit.acquired.length === 0))
        gateBy(
          exit.facts.map((known) => binding.term(known.term)),
          next,
        );
      proveNonNull(lock.term, next);
      if (isTaker) noteGate(stepper, event.id, next);
      if (isTaker && !held.nonBlocking && models.lockApi(held.api)?.recursive !== true)
        learnApart(lock, next);
      takeLock(next, lock, isRoundsOpen);
    }
    binding.takeTold(exit, next);
    const levels = isReleaser || isTaker ? 0 : 1;
    if (touchesLocks(exit)) stepper.level = Math.max(stepper.level, summary.level + levels);
    if (exit.value !== undefined && isNamed(exit.value)) {
      const value = t.withType(binding.term(exit.value), result.type);
      if (exit.signs !== ANY && !next.facts.narrow(value, exit.signs)) continue;
      next.setVariable(resultSlot(event.id), value);
    }
    out.push(next);
  }
  return out;
}

/** For a helper that releases one of several locks, keeps the exits whose lock is held here. */
function likely(feasible: readonly Alternative[], state: State): readonly Alternative[] {
  const fits = ({ exit, binding }: Alternative): boolean =>
    exit.released.every((lock) => matchHeld(state.held, binding.lock(lock)) >= 0);
  if (!feasible.some((one) => one.exit.released.length > 0 && fits(one))) return feasible;
  return feasible.filter((one) => one.exit.released.length === 0 || fits(one));
}

function compatible(exit: ExitEffect, binding: Binding, result: Term, state: State): boolean {
  if ((state.facts.of(result).signs & exit.signs) === 0) return false;
  for (const { term, fact } of exit.facts) {
    if (contradicts(state.facts.of(binding.term(term)), fact)) return false;
  }
  return true;
}

function learn(exit: ExitEffect, binding: Binding, state: State): void {
  for (const { term, fact } of exit.facts) state.facts.narrow(binding.term(term), fact.signs);
}

const NONE: ReadonlySet<HeldLock> = new Set();

/**
 * The locks held before the call that this outcome may release: the same object, one that an earlier call of the same callee
 * acquired, or another of its class if the callee neither obtains the object itself nor acquires such locks itself.
 */
function endedBy(
  { exit, summary, binding }: Alternative,
  held: readonly HeldLock[],
  around: Surroundings,
): ReadonlySet<HeldLock> {
  if (exit.released.length === 0 || held.length === 0) return NONE;
  const ended = new Set<HeldLock>();
  for (const released of exit.released) {
    const bound = binding.lock(released);
    const lock = held[matchHeld(held, bound)];
    if (lock === undefined) continue;
    const isOwn = t.isBorn(t.rootOf(released.term)) || takes(summary, released, around);
    const isItsOwn = passes(lock.site, summary.fn);
    if (lock.term.key === bound.term.key || isItsOwn || !isOwn) ended.add(lock);
  }
  return ended;
}

/** Whether the callee acquires a lock of this class, directly or through a callee that acquires for its caller. */
function takes({ acquires, calls }: FunctionSummary, lock: LockRef, around: Surroundings): boolean {
  const isIt = (one: LockRef): boolean => one.kind === lock.kind && isOfClass(one, lock);
  if (acquires.some((one) => isIt(one.lock))) return true;
  const targets = calls.flatMap((call) => (call.targets.length > BOUNDS.slotTargets ? [] : call.targets));
  return targets.some((fn) =>
    everyExit(around.summaryOf(fn)).some(({ acquired }) => acquired.some((one) => isIt(one))),
  );
}

/** Rewrites a callee's terms in terms of its caller. */
export class Binding {
  private rewritten: Map<string, Term> | undefined;

  constructor(
    private readonly stepper: Executor,
    private readonly event: { readonly id: EventId },
    private readonly args: readonly Term[],
    private readonly result: Term,
    private readonly locals: ReadonlyMap<string, Stored> = NO_VALUES,
  ) {}

  term(term: Term, returned?: Term): Term {
    if (returned !== undefined) return this.rewrite(term, returned);
    this.rewritten ??= new Map();
    let known = this.rewritten.get(term.key);
    if (known === undefined) {
      known = this.rewrite(term, undefined);
      this.rewritten.set(term.key, known);
    }
    return known;
  }

  private rewrite(term: Term, returned: Term | undefined): Term {
    const call = handedBy(this.stepper.fn.name, this.event.id);
    return t.rebuild(term, (part) => {
      if (returned !== undefined && part.key === returned.key && !isConstantLike(part))
        return t.withType(this.result, part.type);
      switch (part.k) {
        case 'parameter': {
          const arg = this.args[part.index];
          if (arg === undefined) return t.opaque(`${call}.p${part.index}`, part.type);
          return part.type === '' ? arg : this.stepper.evaluator.typed(arg, part.type);
        }
        case 'result':
        case 'opaque':
        case 'local':
          if (isConfiguration(part)) return undefined;
          if (part.k !== 'opaque' || part.listedIn === undefined)
            return t.opaque(handedName(call, part), part.type);
          return t.entryOf(this.term(part.listedIn), handedName(call, part), part.type);
        case 'deref':
          return this.pointed(part, returned);
        default:
          return undefined;
      }
    });
  }

  /** The current value of a caller's variable that the callee reaches through the variable's address. */
  private pointed(part: Term & { readonly k: 'deref' }, returned: Term | undefined): Term | undefined {
    if (this.locals.size === 0 || part.base.k !== 'deref' || part.base.base.k !== 'parameter')
      return undefined;
    const variable = this.rewrite(part.base, returned);
    const value = variable.k === 'local' ? this.locals.get(variable.key)?.value : undefined;
    return value && t.withType(t.deref(value), part.type);
  }

  /** Notes in the caller what the callee tells it besides its value. */
  takeTold({ told }: ExitEffect, state: State): void {
    takeTold(this.stepper, told, (place) => this.term(place), state);
  }

  /** Whether the caller can tell two exits apart by what the callee has stored for it. */
  tellForGood(one: ExitEffect, other: ExitEffect): boolean {
    return tellForGood(this.stepper, [one.told, other.told], (place) => this.term(place));
  }

  lock(lock: LockRef, returned?: Term): LockRef {
    const term = this.term(lock.term, returned);
    if (lock.key !== undefined) return { ...lock, term };
    const found = this.stepper.around.classes.classOf(term, lock.kind, lock.subclass, this.stepper.fn.file);
    if ('key' in found) return { ...lock, term, key: found.key };
    return { ...lock, term };
  }

  held(held: HeldLock, exit: ExitEffect, certain: boolean): HeldLock {
    return {
      ...held,
      ...this.lock(held, exit.value),
      certain,
      site: through(this.stepper.siteOf(this.event.id), held.site),
    };
  }
}

function isConstantLike(term: Term): boolean {
  return term.k === 'constant' || term.k === 'parameter' || term.k === 'global';
}
