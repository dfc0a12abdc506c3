import { BOUNDS } from '../base/bounds.js';
import { runToEnd } from '../base/progress.js';
import { components } from '../callgraph/components.js';
import { staticCallees, type StaticCallees } from '../callgraph/static-callees.js';
import { comparePaths } from '../link/files.js';
import { compareRefs } from '../link/refs.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { Models } from '../models/types.js';
import type { FileOutline } from '../outline/types.js';
import { AccessorDemands } from './accessors.js';
import { ClassTable } from './locks.js';
import type { Surroundings } from './step.js';
import { Sharing } from './sharing.js';
import {
  areMet,
  dependency,
  isSameList,
  noExit,
  recursionGap,
  type Interpretation,
  type SlotUse,
} from './known.js';
import { summarise } from './summarise.js';
import { Users } from './users.js';
import type { Effects } from './types.js';

/** Functions looked through between two yields. */
const ASKED_AT_ONCE = 64;

/** The functions of a file that have a skeleton. */
interface FileFunctions {
  readonly outline: FileOutline | undefined;
  readonly functions: readonly FunctionRef[];
}

const NO_FUNCTIONS: readonly FunctionRef[] = [];

/** The outline itself, if it has functions: many headers have none. */
function withFunctions(outline: FileOutline): FileOutline | undefined {
  return outline.functions.length > 0 ? outline : undefined;
}

/** One function while it is interpreted. */
interface Frame {
  readonly fn: FunctionRef;
  readonly used: Map<FunctionRef, string>;
  readonly slots: SlotUse[];
  /** What the members of its component are held to do in this pass; `undefined` for one that is cut off. */
  readonly members: ReadonlyMap<FunctionRef, Effects | undefined> | undefined;
}

const NO_SLOTS: readonly SlotUse[] = [];
const NO_CALLEES: StaticCallees = { functions: [], slots: [] };

/**
 * Effects of all functions, kept. They are computed bottom-up over the components of the static call graph: a function
 * is interpreted when everything that it may ask for is known, so a result depends on no order. Functions that recur
 * begin without any exit and are interpreted in the order of their places until nothing changes. When functions change,
 * those that were computed from them, however indirectly, are looked at again, and computed again only where the
 * signature of a callee is another one (early cut-off). A function whose body changes is another {@link FunctionRef}.
 */
export class EffectsTable implements Surroundings {
  readonly classes: ClassTable;
  private readonly known = new Map<FunctionRef, Interpretation>();
  private readonly users = new Users<FunctionRef>((fn) => this.known.has(fn));
  /** Functions whose effects may no longer hold. */
  private readonly suspects = new Set<FunctionRef>();
  /** By member that is called: functions that looked at what slots of that name hold. */
  private readonly askers = new Users<string>((fn) => this.known.has(fn));
  private readonly callees = new Map<FunctionRef, StaticCallees>();
  private readonly frames: Frame[] = [];
  private readonly fresh = new Set<FunctionRef>();
  private readonly accessors: AccessorDemands;
  /** For the functions of one run: what went with an edit does not stay for its sake. */
  private sharing = new Sharing();
  /** Whether nothing was interpreted yet. */
  isNew = true;
  /** By file: its functions that have a skeleton. */
  private readonly byFile = new Map<string, FileFunctions>();
  /** Those that have functions, sorted. Files and functions do not come and go while a table is in use. */
  private paths: readonly string[] = [];

  constructor(
    readonly program: Program,
    readonly models: Models,
  ) {
    this.classes = new ClassTable(program, models);
    this.accessors = new AccessorDemands(program);
  }

  /**
   * Takes note of what changed in the program. Returns the functions whose effects may be new since they were
   * last {@link settled}: all the first time.
   */
  begin(): Iterable<FunctionRef> {
    const { program, suspects, fresh } = this;
    this.classes.begin();
    const changed = program.takeChanged();
    this.suspectUsers([...changed, ...this.askersOf(program.takeChangedSlots())]);
    for (const fn of suspects) this.callees.delete(fn);
    for (const { file } of changed) this.byFile.delete(file);
    for (const fn of changed) {
      this.callees.delete(fn);
      if (program.functionById(fn.id) === fn) {
        fresh.add(fn);
        continue;
      }
      this.known.delete(fn);
      this.users.forget(fn);
      suspects.delete(fn);
      fresh.delete(fn);
      this.accessors.forget(fn);
    }
    return this.isNew
      ? { [Symbol.iterator]: () => program.functions()[Symbol.iterator]() }
      : [...fresh, ...suspects];
  }

  /** Functions that looked at slots of these names; they are suspects themselves. */
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

  /** Whoever was computed from these, however indirectly, may be another one now. */
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
   * Asks for what the effects of these functions depend on, as far as it can be told without interpreting any:
   * while something is missing, interpreting would be in vain.
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

  /** All functions that have a skeleton, in the order of the program. */
  *interpreted(): Generator<FunctionRef> {
    const { program, byFile } = this;
    const outlines = program.facts.of(withFunctions);
    if (this.paths.length !== outlines.size) this.paths = [...outlines.keys()].sort(comparePaths);
    for (const file of this.paths) {
      const outline = outlines.get(file);
      let known = byFile.get(file);
      if (known === undefined || known.outline !== outline) {
        known = { outline, functions: this.inFile(file, outline) };
        byFile.set(file, known);
      }
      yield* known.functions;
    }
  }

  private inFile(file: string, outline: FileOutline | undefined): readonly FunctionRef[] {
    const { program } = this;
    const found: FunctionRef[] = [];
    for (const index of outline?.functions.keys() ?? []) {
      const fn = program.functionAt(file, index);
      if (fn !== undefined && program.hasSkeleton(fn)) found.push(fn);
    }
    return found.length === 0 ? NO_FUNCTIONS : found;
  }

  /** Everything that {@link begin} named was looked at. */
  settled(): void {
    this.isNew = false;
    this.fresh.clear();
    this.sharing = new Sharing();
  }

  effectsOf(fn: FunctionRef, concern?: 'locks'): Effects | undefined {
    const frame = this.frames.at(-1);
    if (frame === undefined) return this.compute(fn);
    const effects = this.inComponent(frame, fn) ? frame.members?.get(fn) : this.settledBelow(frame.fn, fn);
    if (concern === undefined || !frame.used.has(fn)) frame.used.set(fn, dependency(effects, concern));
    return effects;
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

  /** Tells apart what the calls of a function through slots lead to; empty where it makes none. */
  slotsOf(fn: FunctionRef): string {
    const slots = this.known.get(fn)?.slots ?? NO_SLOTS;
    return slots.map(({ held }) => held.map(({ id }) => id).join()).join(';');
  }

  /** The same in slices, where nobody is being computed. */
  *computed(fn: FunctionRef): Generator<void, Effects | undefined> {
    if (this.isOpen(fn)) yield* this.solve(fn);
    return this.known.get(fn)?.effects;
  }

  private compute(fn: FunctionRef): Effects | undefined {
    return runToEnd(this.computed(fn));
  }

  /** Has a body, and its effects are not known, or may no longer hold. */
  private isOpen(fn: FunctionRef): boolean {
    return (!this.known.has(fn) || this.suspects.has(fn)) && this.program.hasSkeleton(fn);
  }

  /** Settles a function and all below it that are open, callees first. */
  private *solve(root: FunctionRef): Generator<void, void> {
    const below = (fn: FunctionRef): readonly FunctionRef[] =>
      this.calleesOf(fn).filter((callee) => this.isOpen(callee));
    for (const members of components([root], below)) {
      // While this was waiting, somebody else may have asked for them.
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

  private inComponent({ members }: Frame, fn: FunctionRef): boolean {
    return members?.has(fn) === true;
  }

  /** What was settled before a function was begun: its callees, and theirs. Others may come before it or after it. */
  private settledBelow(caller: FunctionRef, fn: FunctionRef): Effects | undefined {
    if (this.suspects.has(fn)) return undefined;
    const callees = this.calleesOf(caller);
    const isBelow =
      callees.includes(fn) ||
      callees.some((callee) => this.callees.get(callee)?.functions.includes(fn) === true);
    return isBelow ? this.known.get(fn)?.effects : undefined;
  }

  /** Interprets functions that call one another until none of them comes out otherwise than in the pass before. */
  private *iterate(component: readonly FunctionRef[]): Generator<void, void> {
    const members = new Map<FunctionRef, Effects | undefined>();
    for (const fn of component) members.set(fn, noExit(fn));
    const last = new Map<FunctionRef, Omit<Interpretation, 'component'>>();
    let isSettled = false;
    for (let pass = 0; pass < BOUNDS.recursionPasses && !isSettled; pass++) {
      isSettled = true;
      for (const fn of component) {
        const before = last.get(fn);
        if (before !== undefined && areMet(before, (callee) => members.get(callee), members)) continue;
        const now = yield* this.interpret(fn, members);
        if (now.effects.signature !== members.get(fn)?.signature) isSettled = false;
        members.set(fn, now.effects);
        last.set(fn, now);
      }
    }
    // Where every path recurs, nothing comes back: more likely the end of the recursion is not in sight.
    if (!isSettled || component.some((fn) => last.get(fn)?.effects.exits.length === 0)) {
      for (const fn of component) members.set(fn, undefined);
      for (const fn of component) {
        const { effects, ...rest } = yield* this.interpret(fn, members);
        last.set(fn, { ...rest, effects: { ...effects, gaps: [...effects.gaps, recursionGap(component)] } });
      }
    }
    for (const [fn, known] of last) this.keep(fn, known, component);
  }

  private *interpret(
    fn: FunctionRef,
    members: Frame['members'],
  ): Generator<void, Omit<Interpretation, 'component'>> {
    const skeleton = this.program.skeleton(fn);
    const frame: Frame = { fn, used: new Map(), slots: [], members };
    if (skeleton === undefined) return { effects: noExit(fn), used: [], signatures: [], slots: NO_SLOTS };
    const work = summarise(this, fn, skeleton);
    for (;;) {
      // Whoever asks between two steps is no callee, and may ask for this one.
      this.frames.push(frame);
      const step = work.next();
      this.frames.pop();
      if (step.done === true) {
        const { used, slots } = frame;
        return {
          effects: step.value,
          used: [...used.keys()],
          signatures: [...used.values()],
          slots: slots.length === 0 ? NO_SLOTS : slots,
        };
      }
      yield;
    }
  }

  private keep(
    fn: FunctionRef,
    now: Omit<Interpretation, 'component'>,
    component: Interpretation['component'],
  ): void {
    this.known.set(fn, { ...now, effects: this.sharing.settle(now.effects), component });
    for (const callee of now.used) this.users.note(callee, fn);
    for (const { record, field, held } of now.slots) {
      if (record !== undefined) this.askers.note(field, fn);
      if (held.length <= BOUNDS.slotUsers) for (const target of held) this.users.note(target, fn);
    }
    this.settle(fn);
  }

  /** What is known of a function holds, as long as what it may call does not change. */
  private settle(fn: FunctionRef): void {
    this.suspects.delete(fn);
    for (const callee of this.calleesOf(fn)) this.users.note(callee, fn);
    for (const field of this.callees.get(fn)?.slots ?? []) this.askers.note(field, fn);
  }

  private stillHolds(fn: FunctionRef, component: Interpretation['component']): boolean {
    const known = this.known.get(fn);
    if (known === undefined || !isSameList(known.component, component)) return false;
    const { program } = this;
    const effectsOf = (callee: FunctionRef): Effects | undefined =>
      program.hasSkeleton(callee) ? this.known.get(callee)?.effects : undefined;
    return (
      // A callee whose file was replaced is another function, also where it does the same.
      known.used.every((callee) => program.functionById(callee.id) === callee) &&
      areMet(known, effectsOf, undefined) &&
      known.slots.every(({ record, field, file, held }) =>
        isSameList(
          held,
          record === undefined ? program.resolveCall(field, file) : program.resolveSlot(record, field, file),
        ),
      )
    );
  }
}
