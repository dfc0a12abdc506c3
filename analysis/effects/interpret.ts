import { BOUNDS } from '../base/bounds.js';
import { absolute, type Span } from '../base/span.js';
import { runToEnd } from '../base/progress.js';
import type { BlockId, EventId, Exit } from '../summary/types.js';
import { successors } from '../summary/exits.js';
import { FlowGraph, parameterSlot } from './flow-graph.js';
import { budgetGap, withinBudget } from './budget.js';
import { Loops } from './loops.js';
import { Recording, type Audience, type Waiting } from './recording.js';
import { State, type SlotNames } from './state.js';
import type { Stepper } from './step.js';
import * as t from './terms.js';
import type { Term } from './terms.js';

/** The same between two yields. */
const STEPS_AT_ONCE = 32;
/** Where paths leave a function. */
type ReturnListener = (state: State, value: Term | undefined, at: Span) => void;

/**
 * Runs a function's skeleton to a fixpoint from its entry, and tells what happens where in the final states: of
 * each the last run was recorded, and only where the record may not hold does it run once more. Returns its steps.
 */
export function* interpret(stepper: Stepper, audience: Audience): Generator<void, number> {
  const run = new Run(stepper, undefined, true);
  if (!(yield* withinBudget(run.whole(audience)))) audience.gap(budgetGap(stepper.fn));
  return run.steps;
}

/**
 * The same from any state towards one event: paths are given up as soon as they cannot reach it. The stepper's
 * listener is told of the final states.
 * @returns executions of blocks that it took
 */
export function interpretTo(target: EventId, stepper: Stepper, entry: State): number {
  if (entry.mentions(stepper.evaluator.name('e'))) stepper.evaluator.enter();
  const run = new Run(stepper, target, false);
  const { listener } = stepper;
  const isFollowed = runToEnd(withinBudget(run.solve(entry)));
  stepper.listener = listener;
  if (isFollowed) run.report();
  return run.steps;
}

/** Where a state goes on. */
type Onward = (to: BlockId, state: State) => void;

class Run {
  private readonly waiting: Map<string, Waiting>[];
  private readonly graph: FlowGraph;
  private readonly loops: Loops;
  private readonly useful: Uint8Array | undefined;
  /** Blocks that some path came to. */
  private readonly entered: Uint8Array;
  /** The block from which the target is run into. */
  private readonly root: BlockId | undefined;
  /** Blocks with something to execute, by their place in the order. */
  private readonly pending: Uint8Array;
  /** Ways into blocks that were not taken, one for each block. */
  private readonly refused = new Map<BlockId, { readonly state: State; readonly condition: Term }>();
  private overflow = false;
  steps = 0;

  constructor(
    private readonly stepper: Stepper,
    private readonly target: EventId | undefined,
    private readonly isRecorded: boolean,
  ) {
    const { skeleton } = stepper;
    this.waiting = skeleton.blocks.map(() => new Map<string, Waiting>());
    this.graph = FlowGraph.of(skeleton);
    this.loops = new Loops(this.graph);
    this.useful = target === undefined ? undefined : this.graph.reaches(target);
    this.root = target === undefined ? undefined : this.graph.rootOf(target);
    this.pending = new Uint8Array(skeleton.blocks.length);
    this.entered = new Uint8Array(skeleton.blocks.length);
  }

  *whole(audience: Audience): Generator<void, void> {
    yield* this.solve(State.entry());
    yield* this.tell(audience);
  }

  *solve(entry: State): Generator<void, void> {
    const { listener } = this.stepper;
    this.stepper.listener = {};
    this.add(0, entry);
    let rest = STEPS_AT_ONCE;
    // In reverse post-order a block runs when what comes before it has settled; loops come back.
    for (let at = this.next(); at >= 0 && !this.overflow; at = this.next()) {
      this.pending[at] = 0;
      const id = this.graph.order[at] ?? 0;
      for (const waiting of this.waiting[id]?.values() ?? []) {
        if (!waiting.dirty) continue;
        waiting.dirty = false;
        if (this.isRecorded) this.runRecorded(id, waiting);
        else this.run(id, waiting.state, this.onward);
        if (this.steps > BOUNDS.stepsPerFunction) this.overflow = true;
        if (this.steps < rest) continue;
        rest = this.steps + STEPS_AT_ONCE;
        yield;
      }
    }
    if (this.target === undefined) this.visitRest();
    this.stepper.listener = listener;
  }

  private readonly onward: Onward = (to, state) => this.add(to, state);

  private runRecorded(id: BlockId, waiting: Waiting): void {
    const { stepper } = this;
    const record = new Recording();
    waiting.record = record;
    waiting.classes = stepper.classesTold;
    stepper.listener = record;
    this.run(id, waiting.state, this.onward, (state, value, at) => record.exit(state, value, at));
    stepper.listener = {};
  }

  /**
   * Goes once through code with lock calls that no path came to, for what was known before or for want of budget:
   * which locks are meant there can be told, what is held cannot.
   */
  private visitRest(): void {
    const { blocks } = this.stepper.skeleton;
    const isLeft = (id: BlockId): boolean =>
      this.entered[id] === 0 && blocks[id]?.events.some((event) => 'lock' in event) === true;
    if (!blocks.some((_, id) => isLeft(id))) return;
    for (const id of this.graph.order) {
      const [first] = this.waiting[id]?.values() ?? [];
      if (first !== undefined) this.goAnywhere(id, first.state);
    }
    // What is behind a jump that cannot be followed.
    for (const id of blocks.keys()) if (isLeft(id)) this.goAnywhere(id, this.guess(id, State.entry()));
  }

  /** Runs on from a state, whatever the conditions, to blocks that no path came to. */
  private goAnywhere(id: BlockId, from: State): void {
    const stack = [{ block: id, state: from.clone() }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const [state] = this.execute(next.block, [next.state]);
      const exit = this.stepper.skeleton.blocks[next.block]?.exit;
      if (state === undefined || exit === undefined) continue;
      for (const to of successors(exit)) {
        if (this.entered[to] === 0) stack.push({ block: to, state: this.guess(to, state).clone() });
        else if (this.graph.isRoot[to] === false) stack.push({ block: to, state: state.clone() });
      }
    }
  }

  /** A block that no path came to is entered all the same. */
  private guess(block: BlockId, from: State): State {
    const state = from.guess();
    state.keepOnly(this.graph.live[block] ?? new Set());
    this.entered[block] = 1;
    this.waiting[block]?.set('', { state, dirty: false });
    return state;
  }

  /** The place of the next block with something to execute, -1 when all is settled. */
  private next(): number {
    const at = this.pending.indexOf(1);
    return at >= 0 || !this.revive() ? at : this.pending.indexOf(1);
  }

  /**
   * Nobody writes code that never runs: where every way into a block was refused for what was known of an object
   * before, others have changed the object since. What is held there is less than certain.
   */
  private revive(): boolean {
    for (const [block, { state, condition }] of this.refused) {
      this.refused.delete(block);
      if (this.entered[block] !== 0) continue;
      const parts = new Set<string>();
      t.someTerm(condition, (part) => {
        parts.add(part.key);
        return false;
      });
      state.facts.forget((key) => parts.has(key));
      for (const key of parts) state.dropStored(key);
      state.held = state.held.map((lock) => ({ ...lock, certain: false }));
      this.add(block, state);
      return true;
    }
    return false;
  }

  /** Remembers a way into a block that what is known of objects forbids. */
  private refuse(block: BlockId, state: State, condition: Term): void {
    const isKept =
      this.target === undefined &&
      !this.refused.has(block) &&
      this.entered[block] === 0 &&
      t.someTerm(condition, (part) => part.k === 'field');
    if (isKept) this.refused.set(block, { state, condition });
    else state.release();
  }

  /** One more pass over the settled states before the target, with the listener switched on. */
  report(): void {
    const { root } = this;
    this.waiting.forEach((states, id) => {
      if (root !== undefined && root !== id) return;
      for (const { state } of states.values()) this.run(id, state, undefined);
    });
  }

  /** What happens in the settled states. */
  *tell(audience: Audience): Generator<void, void> {
    const { stepper } = this;
    if (this.overflow) audience.gap(budgetGap(stepper.fn));
    for (const [id, states] of this.waiting.entries()) {
      for (const waiting of states.values()) {
        const isOld = this.overflow || waiting.dirty || waiting.classes !== stepper.classesTold;
        const record = isOld ? undefined : waiting.record;
        if (record === undefined) this.runAgain(id, waiting.state).tell(audience);
        else record.tell(audience);
      }
      yield;
    }
  }

  private runAgain(id: BlockId, state: State): Recording {
    const record = new Recording();
    this.stepper.listener = record;
    this.run(id, state, undefined, (end, value, at) => record.exit(end, value, at));
    return record;
  }

  private add(block: BlockId, state: State): void {
    const states = this.waiting[block];
    if (states === undefined || !this.isUseful(block)) return;
    this.entered[block] = 1;
    state.keepOnly(this.graph.live[block] ?? new Set());
    const signature = state.signature(this.graph.lockSlots);
    const old = states.get(signature);
    if (old === undefined) {
      if (states.size >= BOUNDS.statesPerBlock) {
        this.overflow = true;
        return;
      }
      states.set(signature, { state, dirty: true });
    } else {
      const isChanged = old.state.merge(state, this.namesAt(block));
      state.release();
      if (!isChanged) return;
      old.dirty = true;
    }
    this.pending[this.graph.rank[block] ?? 0] = 1;
  }

  private namesAt(block: BlockId): SlotNames {
    const { skeleton, evaluator } = this.stepper;
    return {
      joined: (slot) => evaluator.joined(block, slot),
      initial: (slot) => {
        const parameter = slot === parameterSlot(slot >> 2) ? skeleton.parameters[slot >> 2] : undefined;
        return parameter && t.parameter(slot >> 2, parameter.type);
      },
    };
  }

  /**
   * Executes a block, and on from there all that no other path leads to: only where paths join are states kept
   * and merged.
   */
  private run(id: BlockId, from: State, onward: Onward | undefined, onReturn?: ReturnListener): void {
    const stack: { readonly block: BlockId; readonly states: readonly State[] }[] = [
      { block: id, states: [from.clone()] },
    ];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { block } = next;
      const exit = this.stepper.skeleton.blocks[block]?.exit;
      if (exit === undefined || (this.overflow && onward !== undefined)) return;
      this.entered[block] = 1;
      this.steps += next.states.length;
      const followers = new Map<BlockId, State[]>();
      const go: Onward = (to, state) => {
        if (!this.isUseful(to)) return;
        if (!this.graph.isRoot[to]) followers.set(to, [...(followers.get(to) ?? []), state]);
        else onward?.(to, state);
      };
      for (const state of this.execute(block, next.states)) this.leave(block, exit, state, go, onReturn);
      for (const [to, states] of followers) stack.push({ block: to, states: this.merged(to, states) });
    }
  }

  private execute(id: BlockId, from: readonly State[]): readonly State[] {
    const again = this.loops.isIn(id);
    this.stepper.isRoundsOpen = this.loops.isOpen(id);
    let states = from;
    for (const event of this.stepper.skeleton.blocks[id]?.events ?? []) {
      const [only] = states;
      if (states.length === 1 && only !== undefined) states = this.stepper.step(event, only, again);
      else
        states = this.merged(
          id,
          states.flatMap((state) => [...this.stepper.step(event, state, again)]),
        );
    }
    return states;
  }

  /** Paths that forked inside a block and hold the same locks again go on as one. */
  private merged(block: BlockId, states: readonly State[]): readonly State[] {
    if (states.length === 1) return states;
    const bySignature = new Map<string, State>();
    for (const state of states) {
      const signature = state.signature(this.graph.lockSlots);
      const old = bySignature.get(signature);
      if (old !== undefined) {
        old.merge(state, this.namesAt(block));
        state.release();
      } else if (bySignature.size < BOUNDS.statesPerBlock) bySignature.set(signature, state);
      else this.overflow = true;
    }
    return [...bySignature.values()];
  }

  /** Whether the event that is looked for, if it is one, can be reached from a block. */
  private isUseful(block: BlockId): boolean {
    return this.useful?.[block] !== 0;
  }

  private leave(block: BlockId, exit: Exit, state: State, onward: Onward, onReturn?: ReturnListener): void {
    const { evaluator, fn } = this.stepper;
    switch (exit.k) {
      case 'goto':
        onward(exit.to, state);
        return;
      case 'branch': {
        // Most branches on the way to an event have a side that does not lead there.
        const isOpen = this.isUseful(exit.whenTrue) && this.isUseful(exit.whenFalse);
        const other = isOpen ? state.clone() : state;
        if (exit.loop === true && this.stepper.skeleton.exprs[exit.condition]?.k === 'unknown') {
          // How often a loop runs says nothing of the next one.
          this.loops.note(block, exit);
          onward(exit.whenTrue, state);
          onward(exit.whenFalse, other);
          return;
        }
        const condition = evaluator.value(exit.condition, state);
        this.loops.note(block, exit, state.facts.of(condition));
        this.decide(exit.whenTrue, condition, true, state, onward);
        this.decide(exit.whenFalse, condition, false, other, onward);
        return;
      }
      case 'switch':
        this.loops.note(block, exit);
        this.choose(exit, state, onward);
        return;
      case 'return':
        if (state.guessed) return;
        onReturn?.(
          state,
          exit.value < 0 ? undefined : evaluator.value(exit.value, state),
          absolute(exit.at, fn.line),
        );
        return;
      case 'stop':
        return;
    }
  }

  /** Goes one way at a branch. */
  private decide(to: BlockId, condition: Term, outcome: boolean, state: State, onward: Onward): void {
    if (!this.isUseful(to)) return;
    if (state.facts.assume(condition, outcome)) onward(to, state);
    else this.refuse(to, state, condition);
  }

  private choose(exit: Exit & { k: 'switch' }, state: State, onward: Onward): void {
    const { evaluator } = this.stepper;
    const on = evaluator.value(exit.on, state);
    const rest = state.clone();
    let restPossible = true;
    for (const { from, to, block } of exit.cases) {
      const low = evaluator.value(from, state);
      if (from !== to) {
        onward(block, state.clone());
        continue;
      }
      const equal = t.operation('==', [on, low]);
      if (this.isUseful(block)) {
        const taken = state.clone();
        if (taken.facts.assume(equal, true)) onward(block, taken);
        else taken.release();
      }
      restPossible &&= rest.facts.assume(equal, false);
    }
    if (restPossible) onward(exit.otherwise, rest);
    else rest.release();
    state.release();
  }
}
