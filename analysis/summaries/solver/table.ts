import { BOUNDS } from '../../base/bounds.js';
import { runToEnd } from '../../base/progress.js';
import { components } from '../../callgraph/components.js';
import { staticCallees, type StaticCallees } from '../../callgraph/static-callees.js';
import { compareRefs } from '../../link/calls/refs.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import { AccessorDemands } from '../interpret/accessors.js';
import { ClassTable } from '../locks/locks.js';
import type { Surroundings } from '../surroundings.js';
import { fixpoint, type Assumed } from './fixpoint.js';
import { InterpretedFunctions } from './interpreted.js';
import { Sharing } from './sharing.js';
import {
  areMet,
  dependency,
  isSameList,
  noExit,
  stronger,
  type Interpretation,
  type SlotUse,
} from './known.js';
import { Passes, type Pass } from './passes.js';
import { Successors } from './successors.js';
import { summarise } from './summarise.js';
import { Users } from './users.js';
import type { Concern } from '../concern.js';
import type { FunctionSummary } from '../state/types.js';

/** Functions visited between two yields. */
const ASKED_AT_ONCE = 64;

/** A function that is being interpreted. */
interface RunningFunction {
  readonly fn: FunctionRef;
  readonly used: Map<FunctionRef, string>;
  readonly slots: SlotUse[];
  /** Assumed summaries of its component's members in this pass. */
  readonly members: Assumed | undefined;
}

const NO_SLOTS: readonly SlotUse[] = [];
const NO_CALLEES: StaticCallees = { functions: [], slots: [] };

/**
 * Memoized summaries of all functions, computed bottom-up over the strongly connected components of the static call
 * graph. A function is interpreted after everything it may query, so no result depends on the order of queries. A
 * recursive component starts without exits and is interpreted in source order until a fixpoint. When functions change,
 * all their transitive users are checked, and recomputed only if the signature of a callee changed (early cut-off). A
 * changed body makes a new {@link FunctionRef}.
 */
export class SummaryTable implements Surroundings {
  readonly classes: ClassTable;
  private readonly known = new Map<FunctionRef, Interpretation>();
  private readonly users = new Users<FunctionRef>((fn) => this.known.has(fn));
  /** Functions whose summaries may be stale. */
  private readonly suspects = new Set<FunctionRef>();
  /** By called member: functions that looked up slots of that name. */
  private readonly askers = new Users<string>((fn) => this.known.has(fn));
  private readonly callees = new Map<FunctionRef, StaticCallees>();
  private readonly passes = new Passes();
  private readonly successors: Successors;
  private readonly frames: RunningFunction[] = [];
  private readonly fresh = new Set<FunctionRef>();
  private readonly accessors: AccessorDemands;
  /** Lives for one run, so that it keeps nothing alive that an edit removed. */
  private sharing = new Sharing();
  /** Whether nothing has been interpreted yet. */
  isNew = true;
  private readonly functions: InterpretedFunctions;
  /** Files in which functions or summaries have changed since {@link takeRenewed}. */
  private readonly renewed = new Set<string>();
  /** {@link Program.filesSet} at the last {@link begin}. */
  private filesSet = -1;

  constructor(
    readonly program: Program,
    readonly models: Models,
  ) {
    this.classes = new ClassTable(program, models);
    this.accessors = new AccessorDemands(program);
    this.functions = new InterpretedFunctions(program);
    this.successors = new Successors(program);
  }

  /** Starts with the summaries of a settled table, over a program that has the same files and functions. */
  adopt(settled: SummaryTable): void {
    this.classes.adopt(settled.classes);
    for (const [fn, known] of settled.known) this.known.set(fn, known);
    for (const [fn, callees] of settled.callees) this.callees.set(fn, callees);
    this.users.adopt(settled.users);
    this.askers.adopt(settled.askers);
    this.passes.adopt(settled.passes);
    this.accessors.adopt(settled.accessors);
    this.program.takeChanged();
    this.program.takeChangedSlots();
  }

  /**
   * Takes the changes of the program. Returns the functions whose summaries may differ since the last {@link settled}:
   * all functions the first time.
   */
  begin(): Iterable<FunctionRef> {
    const { program, suspects, fresh } = this;
    this.classes.begin();
    const changed = program.takeChanged();
    const asked = this.askersOf(program.takeChangedSlots());
    this.suspectUsers([...changed, ...asked]);
    // Skeletons that arrive change what a slot leads to, but not what a name means.
    for (const fn of this.filesSet === program.filesSet ? asked : suspects) this.callees.delete(fn);
    this.filesSet = program.filesSet;
    for (const { file } of changed) {
      this.functions.forget(file);
      this.renewed.add(file);
    }
    for (const fn of changed) {
      this.callees.delete(fn);
      if (program.functionById(fn.id) === fn) {
        fresh.add(fn);
        continue;
      }
      this.successors.replaced(fn, this.known.get(fn));
      this.known.delete(fn);
      this.passes.forget(fn);
      this.users.forget(fn);
      suspects.delete(fn);
      fresh.delete(fn);
      this.accessors.forget(fn);
    }
    return this.isNew
      ? { [Symbol.iterator]: () => program.functions()[Symbol.iterator]() }
      : [...fresh, ...suspects];
  }

  /** The functions that looked up slots of these names; marks them as suspect. */
  private askersOf(fields: Iterable<string>): FunctionRef[] {
    const found: FunctionRef[] = [];
    for (const field of fields) {
      for (const fn of this.askers.of(field)) {
        if (!this.known.has(fn)) continue;
        this.suspects.add(fn);
        found.push(fn);
      }
    }
    return found;
  }

  /** Marks the transitive users of these functions as suspect. */
  private suspectUsers(changed: readonly FunctionRef[]): void {
    const { users, suspects } = this;
    const queue = [...changed];
    for (let fn = queue.pop(); fn !== undefined; fn = queue.pop()) {
      for (const user of users.of(fn)) {
        if (suspects.has(user) || !this.known.has(user)) continue;
        suspects.add(user);
        queue.push(user);
      }
    }
  }

  /**
   * Demands what the summaries of these functions depend on, as far as the skeletons show. Interpreting before
   * everything has arrived would be wasted work.
   */
  *ask(functions: Iterable<FunctionRef>): Generator<{ readonly done: number }, void> {
    let done = 0;
    for (const list of [functions, this.fresh]) {
      for (const fn of list) {
        this.accessors.ask(fn);
        if (++done % ASKED_AT_ONCE === 0) yield { done };
      }
    }
  }

  /** The files in which functions or summaries have changed since the last call. */
  takeRenewed(): readonly string[] {
    const files = [...this.renewed];
    this.renewed.clear();
    return files;
  }

  /** By file, in program order: the functions that have a skeleton. A list is the same object until it changes. */
  interpreted(): Iterable<readonly [file: string, functions: readonly FunctionRef[]]> {
    return this.functions.byFile();
  }

  /** Notes that everything {@link begin} returned has been processed. */
  settled(): void {
    this.isNew = false;
    this.fresh.clear();
    this.successors.settled();
    this.sharing = new Sharing();
  }

  summaryOf(fn: FunctionRef, concern?: Concern): FunctionSummary | undefined {
    const frame = this.frames.at(-1);
    if (frame === undefined) {
      // The checks ask many million times, nearly always for what is settled.
      const known = this.known.get(fn);
      if (known !== undefined && !this.suspects.has(fn)) return known.summary;
      return this.isOpen(fn) ? runToEnd(this.computed(fn)) : known?.summary;
    }
    const summary = this.inComponent(frame, fn) ? frame.members?.get(fn) : this.settledBelow(frame.fn, fn);
    frame.used.set(fn, stronger(frame.used.get(fn), dependency(summary, concern)));
    return summary;
  }

  successor(fn: FunctionRef): FunctionRef | undefined {
    return this.successors.of(fn);
  }

  slotTargets(record: string, field: string, file: string): readonly FunctionRef[] {
    const held = this.program.resolveSlot(record, field, file);
    this.frames.at(-1)?.slots.push({ record, field, file, held });
    return held;
  }

  namedTargets(name: string, file: string): readonly FunctionRef[] {
    const held = this.program.resolveCall(name, file);
    this.frames.at(-1)?.slots.push({ record: undefined, field: name, file, held });
    return held;
  }

  /** Text that identifies the targets of a function's calls through slots; empty if there are none. */
  slotsOf(fn: FunctionRef): string {
    const slots = this.known.get(fn)?.slots ?? NO_SLOTS;
    return slots.map(({ held }) => held.map(({ id }) => id).join()).join(';');
  }

  /** The summary of a function, computed in slices. Call it only while nothing else is being computed. */
  *computed(fn: FunctionRef): Generator<void, FunctionSummary | undefined> {
    if (this.isOpen(fn)) yield* this.solve(fn);
    return this.known.get(fn)?.summary;
  }

  /** Whether a function has a body and its summary is unknown or suspect. */
  private isOpen(fn: FunctionRef): boolean {
    return (!this.known.has(fn) || this.suspects.has(fn)) && this.program.hasSkeleton(fn);
  }

  /** Computes a function and every open function below it, callees first. */
  private *solve(root: FunctionRef): Generator<void, void> {
    const below = (fn: FunctionRef): readonly FunctionRef[] =>
      this.calleesOf(fn).filter((callee) => this.isOpen(callee));
    for (const members of components([root], below)) {
      // Another query may have computed them between two slices.
      if (!members.some((fn) => this.isOpen(fn))) continue;
      const [first] = members;
      const recurs = members.length > 1 || (first !== undefined && this.calleesOf(first).includes(first));
      const component = recurs ? [...members].sort(compareRefs) : undefined;
      if (members.every((fn) => this.stillHolds(fn, component))) {
        for (const fn of members) this.settle(fn);
      } else if (component !== undefined) yield* this.iterate(component);
      else if (first !== undefined) this.keep(first, yield* this.interpret(first, undefined), undefined);
    }
  }

  private calleesOf(fn: FunctionRef): readonly FunctionRef[] {
    let callees = this.callees.get(fn);
    if (callees === undefined) {
      const skeleton = this.program.skeleton(fn);
      callees = skeleton === undefined ? NO_CALLEES : staticCallees(fn, skeleton, this.program);
      this.callees.set(fn, callees);
    }
    return callees.functions;
  }

  /** Sizes of the recursive components of several functions, as they were solved, largest first. */
  componentSizes(): readonly number[] {
    const solved = new Set([...this.known.values()].map(({ component }) => component));
    const sizes = [...solved].map((component) => component?.length ?? 1);
    return sizes.filter((size) => size > 1).sort((a, b) => b - a);
  }

  private inComponent({ members }: RunningFunction, fn: FunctionRef): boolean {
    return members?.has(fn) === true;
  }

  /**
   * Summaries that were computed before the caller was begun: its callees and theirs. Other functions may be computed
   * before or after it, depending on the order of queries.
   */
  private settledBelow(caller: FunctionRef, fn: FunctionRef): FunctionSummary | undefined {
    if (this.suspects.has(fn)) return undefined;
    const callees = this.calleesOf(caller);
    const isBelow =
      callees.includes(fn) ||
      callees.some((callee) => this.callees.get(callee)?.functions.includes(fn) === true);
    return isBelow ? this.known.get(fn)?.summary : undefined;
  }

  /** Solves a recursive component, and keeps its passes for the next time. */
  private *iterate(component: readonly FunctionRef[]): Generator<void, void> {
    const all = new Map<FunctionRef, Pass[]>(component.map((fn) => [fn, []]));
    const found = yield* fixpoint(component, (fn, members) => this.inPass(fn, members, all));
    for (const [fn, known] of found) this.keep(fn, known, component);
    for (const [fn, passes] of all) {
      this.passes.replace(fn, passes, (summary) => this.sharing.settle(summary));
    }
  }

  /** The result for a member of a component: that of an earlier pass if none of its inputs differs in this one. */
  private *inPass(
    fn: FunctionRef,
    members: Assumed,
    all: ReadonlyMap<FunctionRef, Pass[]>,
  ): Generator<void, Pass> {
    const now =
      this.passes.find(fn, (pass) => this.isCurrent(pass, members)) ?? (yield* this.interpret(fn, members));
    all.get(fn)?.push(now);
    return now;
  }

  private *interpret(fn: FunctionRef, members: RunningFunction['members']): Generator<void, Pass> {
    const skeleton = this.program.skeleton(fn);
    const frame: RunningFunction = { fn, used: new Map(), slots: [], members };
    if (skeleton === undefined) return { summary: noExit(fn), used: [], signatures: [], slots: NO_SLOTS };
    const work = summarise(this, fn, skeleton);
    for (;;) {
      // A query between two steps does not come from a callee and may concern this function.
      this.frames.push(frame);
      const step = work.next();
      this.frames.pop();
      if (step.done === true) {
        const { used, slots } = frame;
        return {
          summary: step.value,
          used: [...used.keys()],
          signatures: [...used.values()],
          slots: slots.length === 0 ? NO_SLOTS : slots,
        };
      }
      yield;
    }
  }

  private keep(fn: FunctionRef, now: Pass, component: Interpretation['component']): void {
    this.renewed.add(fn.file);
    this.known.set(fn, { ...now, summary: this.sharing.settle(now.summary), component });
    for (const callee of now.used) this.users.note(callee, fn);
    for (const { record, field, held } of now.slots) {
      if (record !== undefined) this.askers.note(field, fn);
      if (held.length <= BOUNDS.slotUsers) for (const target of held) this.users.note(target, fn);
    }
    if (component === undefined) this.successors.interpreted(fn, now.summary);
    this.settle(fn);
  }

  /** Confirms a function's summary, until one of its possible callees changes. */
  private settle(fn: FunctionRef): void {
    this.suspects.delete(fn);
    for (const callee of this.calleesOf(fn)) this.users.note(callee, fn);
    for (const field of this.callees.get(fn)?.slots ?? []) this.askers.note(field, fn);
  }

  /** Whether the summary of a function is that of its callees as they are now. */
  private stillHolds(fn: FunctionRef, component: Interpretation['component']): boolean {
    const known = this.known.get(fn);
    if (known === undefined || !isSameList(known.component, component)) return false;
    const now = component === undefined ? this.successors.renewed(known) : known;
    if (!this.isCurrent(now, undefined)) return false;
    if (now !== known) this.keep(fn, now, component);
    return true;
  }

  /** Whether all inputs of an interpretation are the same now, in a pass with these summaries of members. */
  private isCurrent(known: Pass, members: RunningFunction['members']): boolean {
    const { program } = this;
    const summaryOf = (callee: FunctionRef): FunctionSummary | undefined => {
      if (members?.has(callee) === true) return members.get(callee);
      return program.hasSkeleton(callee) ? this.known.get(callee)?.summary : undefined;
    };
    return (
      // A callee whose file was replaced is a different function, even with an equal summary.
      known.used.every((callee) => program.functionById(callee.id) === callee) &&
      areMet(known, summaryOf, undefined) &&
      known.slots.every(({ record, field, file, held }) =>
        isSameList(
          held,
          record === undefined ? program.resolveCall(field, file) : program.resolveSlot(record, field, file),
        ),
      )
    );
  }
}
