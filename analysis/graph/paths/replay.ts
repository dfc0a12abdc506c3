import { isOfOtherTable } from './other-tables.js';
import { BOUNDS } from '../../base/bounds.js';
import type { Context } from '../../summaries/state/context.js';
import { parameterSlot, type VarSlot } from '../../summaries/state/flow-graph.js';
import { valuesOfLocals } from '../../summaries/locks/given-locals.js';
import { interpretTo } from '../../summaries/interpret/interpret.js';
import { KeptFacts, type KnownFacts } from '../../summaries/facts/kept-facts.js';
import { State } from '../../summaries/state/state.js';
import { dependency } from '../../summaries/solver/known.js';
import { Stepper } from '../../summaries/interpret/step.js';
import type { Surroundings } from '../../summaries/surroundings.js';
import { address, type Term } from '../../summaries/locks/terms.js';
import type { Concern } from '../../summaries/concern.js';
import type { FunctionSummary, HeldLock, LockRef, Site } from '../../summaries/state/types.js';
import type { FunctionRef } from '../../link/types.js';
import type { EventId } from '../../skeleton/types.js';
import { Beginnings, type Arrival, type Beginning } from './beginnings.js';
import { countNew, decisions, pointersSet, statesIn } from './decisions.js';
import { note, noteAll, noteRun, stillValid, usedSummaries, type Noted } from './used.js';

/** A path from a root function through calls to an acquisition, replayed with facts and arguments. */
export interface Replayed {
  /** The lock acquired at the end, in terms of the root function. */
  readonly lock: LockRef;
  /** Locks held just before, in terms of the root function; sites of callees' locks are relative to their function. */
  readonly held: readonly HeldLock[];
  /** Locks of the root's caller that were released on the path and not reacquired. */
  readonly released: readonly LockRef[];
  /** Facts of the path. */
  readonly facts: KnownFacts;
  readonly api: string;
  /** Locks initialised on this path, by term key. */
  readonly initialised: ReadonlySet<string>;
  /** Number of conditions on the path that callees of the root decided and that could have another outcome. */
  readonly learned: number;
  /** Those that concern object state, including pointers in objects found to be set. */
  readonly stated: number;
}

/** A path replayed to an event of any kind. */
export interface Arrived {
  /** The lock concerned, in terms of the root function; `undefined` if the event concerns none. */
  readonly lock: LockRef | undefined;
  /** The event's arguments, in terms of the root function; target and value of a store; empty for a lock event. */
  readonly args: readonly Term[];
  /** Locks held just before, in terms of the root function. */
  readonly held: readonly HeldLock[];
  /** Locks of the root's caller that were released on the path and not reacquired. */
  readonly released: readonly LockRef[];
  /** Locks acquired and released on the path, by term key. */
  readonly ended: ReadonlySet<string>;
  /** Locks initialised on the path, by term key. */
  readonly initialised: ReadonlySet<string>;
  /** The interrupt context just before. */
  readonly context: Context;
  /** Facts of the path. */
  readonly facts: KnownFacts;
}

/**
 * Interprets chains of calls exactly: the root function from its entry, and each callee from the states that reach its
 * call, with parameters bound and facts kept.
 */
export class Replayer {
  private readonly beginnings: Beginnings;
  private readonly around: Surroundings;
  private used: Noted = new Map();
  /** Whether no path may go again through a loop around what it comes to. */
  private isOneRound = false;
  /** Number of block executions since the start of the current chain, as if nothing had been cached. */
  private steps = 0;

  /** @param outside the surroundings, where asking records no dependency */
  constructor(private readonly outside: Surroundings) {
    const around = outside;
    const { program, models, classes } = around;
    this.beginnings = Beginnings.of(around);
    const summaryOf = (fn: FunctionRef, concern?: Concern): FunctionSummary | undefined => {
      const summary = around.summaryOf(fn, concern);
      note(this.used, fn, dependency(summary, concern));
      return summary;
    };
    this.around = {
      program,
      models,
      classes,
      summaryOf,
      successor: (fn) => around.successor(fn),
      slotTargets: (record, field, file) => around.slotTargets(record, field, file),
      namedTargets: (name, file) => around.namedTargets(name, file),
      slotsOf: (fn) => around.slotsOf(fn),
    };
  }

  /** Runs the functions below for one chain, and returns what the result depends on and its cost. */
  chain<T>(work: () => T): { readonly result: T; readonly used: Noted; readonly steps: number } {
    this.steps = 0;
    const { result, used } = this.tracked(work);
    return { result, used, steps: this.steps };
  }

  private tracked<T>(work: () => T): { readonly result: T; readonly used: Noted } {
    const outer = this.used;
    const used: Noted = (this.used = new Map());
    const result = work();
    this.used = outer;
    for (const [fn, on] of used) note(outer, fn, on);
    return { result, used };
  }

  /** The last of `steps` is the acquisition, the others are call sites. Empty if no path is feasible. */
  replay(steps: readonly Site[]): readonly Replayed[] {
    const before = steps.length > 1 ? this.knownAtCall(steps[0]) : undefined;
    const ends = this.walk(steps, (fn, entry, event) => this.acquisitions(fn, entry, event));
    if (before === undefined) return ends;
    return ends.map((end) => ({
      ...end,
      learned: countNew(end.facts, before),
      stated: statesIn(end).filter((key) => !before.has(key)).length,
    }));
  }

  /** Number of states that reach the last of these calls. */
  statesAt(calls: readonly Site[]): number {
    return this.arrivalsAt(calls).length;
  }

  /** The arguments of the last of these calls, for each state that reaches it. */
  argumentsAt(calls: readonly Site[]): readonly (readonly Term[])[] {
    return this.arrivalsAt(calls).map(({ args }) => args);
  }

  /** Conditions that paths decided before the last of these calls. */
  decidedAt(calls: readonly Site[]): readonly string[] {
    const decided = this.arrivalsAt(calls).flatMap(({ state }) => [...decisions(state.facts).keys()]);
    return [...new Set(decided)];
  }

  /** The same for a last step of any kind: acquisition, release, assertion, wait, sleeper, switch. */
  arrive(steps: readonly Site[]): readonly Arrived[] {
    return this.walk(steps, (fn, entry, event) => this.events(fn, entry, event));
  }

  /** {@link arrive} without paths that go again through a loop around one of the calls before they come to the last one. */
  arriveInOneRound(steps: readonly Site[]): readonly Arrived[] {
    const last = steps.at(-1);
    if (last === undefined || steps.length === 1) return this.arrive(steps);
    this.isOneRound = true;
    const arrivals = this.arrivalsAt(steps.slice(0, -1));
    this.isOneRound = false;
    return this.entries(last.fn, arrivals).flatMap((entry) => this.events(last.fn, entry, last.event));
  }

  /** What the root's paths have established at the first call. */
  private knownAtCall(root: Site | undefined): ReadonlySet<string> {
    const arrivals = root === undefined ? [] : this.rootArrivals(root);
    return new Set(
      arrivals.flatMap(({ state: { facts } }) => [...decisions(facts).keys(), ...pointersSet(facts)]),
    );
  }

  private walk<T>(
    steps: readonly Site[],
    end: (fn: FunctionRef, entry: State, event: EventId) => readonly T[],
  ): readonly T[] {
    const first = steps[0];
    const last = steps.at(-1);
    if (first === undefined || last === undefined) return [];
    if (steps.length === 1) return end(first.fn, State.entry(), first.event);
    const arrivals = this.arrivalsAt(steps.slice(0, -1));
    return this.entries(last.fn, arrivals).flatMap((entry) => end(last.fn, entry, last.event));
  }

  /** The arrivals at the last of these calls. */
  private arrivalsAt(calls: readonly Site[]): readonly Arrival[] {
    const [first, ...others] = calls;
    if (first === undefined) return [];
    let arrivals = this.rootArrivals(first);
    let key = keyOf(first);
    for (const call of others) {
      const before = arrivals;
      key += `/${keyOf(call)}`;
      arrivals = this.kept(key, call.fn, before, () =>
        this.entries(call.fn, before).flatMap((entry) => this.callStates(call.fn, entry, call.event)),
      );
    }
    return arrivals;
  }

  private entries(fn: FunctionRef, arrivals: readonly Arrival[]): readonly State[] {
    return arrivals.slice(0, BOUNDS.statesPerCall).flatMap((arrival) => this.enter(fn, arrival) ?? []);
  }

  private rootArrivals(site: Site): readonly Arrival[] {
    return this.kept(keyOf(site), site.fn, undefined, () =>
      this.callStates(site.fn, State.entry(), site.event),
    );
  }

  /** The arrivals at the end of a chain's prefix; memoized, since chains share prefixes. */
  private kept(
    prefix: string,
    fn: FunctionRef,
    from: readonly Arrival[] | undefined,
    find: () => readonly Arrival[],
  ): readonly Arrival[] {
    const key = this.isOneRound ? `${prefix} once` : prefix;
    const known = this.beginnings.get(key);
    if (known !== undefined && known.from === from && this.holds(known)) {
      noteAll(this.used, known.used);
      this.steps = known.steps;
      return known.arrivals;
    }
    const { result: arrivals, used } = this.tracked(find);
    noteRun(used, fn, this.around);
    this.beginnings.set(key, { from, arrivals, used: usedSummaries(used), steps: this.steps, seen: this });
    return arrivals;
  }

  private holds(beginning: Beginning): boolean {
    if (beginning.seen === this) return true;
    const valid = stillValid(beginning.used, this.outside);
    if (valid === undefined) return false;
    beginning.used = valid;
    beginning.seen = this;
    return true;
  }

  private enter(fn: FunctionRef, arrival: Arrival): State | undefined {
    const skeleton = this.around.program.skeleton(fn);
    if (skeleton === undefined) {
      this.around.program.demand(fn, 'path');
      return undefined;
    }
    const { pointer, state } = arrival;
    if (pointer !== undefined && isOfOtherTable(this.around.program, pointer, fn, state)) return undefined;
    const env = new Map<VarSlot, Term>();
    const { evaluator } = new Stepper(this.around, fn, skeleton);
    arrival.args.forEach((arg, i) => {
      const declared = skeleton.parameters[i];
      if (declared !== undefined) env.set(parameterSlot(i), evaluator.typed(arg, declared.type));
    });
    return state.enter(env);
  }

  private callStates(fn: FunctionRef, entry: State, event: EventId): readonly Arrival[] {
    const skeleton = this.around.program.skeleton(fn);
    if (skeleton === undefined) return [];
    const out: Arrival[] = [];
    const stepper = new Stepper(this.around, fn, skeleton);
    stepper.listener = {
      call: (at, _targets, pointer, args, state) => {
        if (at.id === event) out.push({ state: withLocals(stepper, args, state.clone()), args, pointer });
      },
    };
    this.run(event, stepper, entry);
    return out;
  }

  /** Runs to an event while the chain has budget left. */
  private run(event: EventId, stepper: Stepper, entry: State): void {
    if (this.steps <= BOUNDS.stepsPerChain)
      this.steps += interpretTo(event, stepper, entry.clone(), this.isOneRound);
  }

  private acquisitions(fn: FunctionRef, entry: State, event: EventId): readonly Replayed[] {
    const skeleton = this.around.program.skeleton(fn);
    if (skeleton === undefined) return [];
    const out: Replayed[] = [];
    const stepper = new Stepper(this.around, fn, skeleton);
    stepper.listener = {
      acquire: (at, lock, api, state) => {
        if (at.id !== event) return;
        const { held, released, initialised } = state;
        out.push({
          lock,
          held,
          released,
          facts: new KeptFacts(state.facts),
          api: api.name,
          initialised,
          learned: 0,
          stated: 0,
        });
      },
    };
    this.run(event, stepper, entry);
    return out;
  }

  private events(fn: FunctionRef, entry: State, event: EventId): readonly Arrived[] {
    const skeleton = this.around.program.skeleton(fn);
    if (skeleton === undefined) return [];
    const out: Arrived[] = [];
    const stepper = new Stepper(this.around, fn, skeleton);
    const note = (lock: LockRef | undefined, args: readonly Term[], state: State): void => {
      const { held, released, ended, initialised, context } = state;
      out.push({
        lock,
        args,
        held,
        released,
        ended,
        initialised,
        context,
        facts: new KeptFacts(state.facts),
      });
    };
    stepper.listener = {
      acquire: (at, lock, _api, state) => {
        if (at.id === event) note(lock, [], state);
      },
      use: (at, lock, _api, state) => {
        if (at.id === event) note(lock, [], state);
      },
      api: (at, args, state) => {
        if (at.id === event) note(undefined, args, state);
      },
      call: (at, _targets, _callee, args, state) => {
        if (at.id === event) note(undefined, args, state);
      },
      store: (at, object, value, state) => {
        if (at.id === event) note(undefined, [address(object), value], state);
      },
    };
    this.run(event, stepper, entry);
    return out;
  }
}

function keyOf(site: Site): string {
  return `${site.fn.id}:${site.event}`;
}

/** Notes the values of the locals whose addresses a call passes: its callee reads them through the pointer. */
function withLocals(stepper: Stepper, args: readonly Term[], state: State): State {
  for (const { place, value } of valuesOfLocals(stepper, args, state).values()) state.store(place, value);
  return state;
}

/** A site as a list: calls first, the event last. */
export function flatten(site: Site): readonly Site[] {
  const out: Site[] = [];
  for (let at: Site | undefined = site; at !== undefined; at = at.via) out.push(at);
  return out;
}
