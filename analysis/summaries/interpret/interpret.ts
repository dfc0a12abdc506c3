import { BOUNDS } from '../../base/bounds.js';
import { absolute, type Span } from '../../base/span.js';
import { runToEnd } from '../../base/progress.js';
import type { BlockId, EventId, Exit } from '../../skeleton/types.js';
import { successors } from '../../skeleton/lowering/exits.js';
import { FlowGraph, parameterSlot } from '../state/flow-graph.js';
import { budgetGap, withinBudget } from '../state/budget.js';
import { Loops } from './loops.js';
import { RefusedEdges } from './refused.js';
import { Recording, type Audience, type WaitingState } from '../state/recording.js';
import { State, type SlotNames } from '../state/state.js';
import type { Stepper } from './step.js';
import * as t from '../locks/terms.js';
import type { Term } from '../locks/terms.js';

/** Block executions between two yields. */
const STEPS_AT_ONCE = 32;
/** Called where a path leaves the function. */
type ReturnListener = (state: State, value: Term | undefined, at: Span) => void;

/**
 * Interprets a function's skeleton to a fixpoint from its entry and reports the events of the final states. Uses the
 * recording of each state's last run; a state whose recording may be stale runs once more. Returns the number of block
 * executions.
 */
export function* interpret(stepper: Stepper, audience: Audience): Generator<void, number> {
  const run = new Run(stepper, undefined, true);
  if (!(yield* withinBudget(run.whole(audience)))) audience.gap(budgetGap(stepper.fn));
  return run.steps;
}

/**
 * Interprets from any state towards one event and gives up paths that cannot reach it. Reports the final states to the
 * stepper's listener.
 * @param isOneRound no path goes again through the loop around the target
 * @returns the number of block executions
 */
export function interpretTo(target: EventId, stepper: Stepper, entry: State, isOneRound: boolean): number {
  if (entry.mentions(stepper.evaluator.name('e'))) stepper.evaluator.enter();
  const run = new Run(stepper, target, false, isOneRound);
  const { listener } = stepper;
  const isFollowed = runToEnd(withinBudget(run.solve(entry)));
  stepper.listener = listener;
  if (isFollowed) run.report();
  return run.steps;
}

/** Continues a state in another block. */
type Onward = (to: BlockId, state: State) => void;

class Run {
  private readonly waiting: Map<string, WaitingState>[];
  private readonly graph: FlowGraph;
  private readonly loops: Loops;
  private readonly useful: Uint8Array | undefined;
  /** Blocks that some path entered. */
  private readonly entered: Uint8Array;
  /** The block from which the target is executed. */
  private readonly root: BlockId | undefined;
  /** Blocks with states to execute, by rank. */
  private readonly pending: Uint8Array;
  private readonly refused = new RefusedEdges();
  private overflow = false;
  steps = 0;

  constructor(
    private readonly stepper: Stepper,
    private readonly target: EventId | undefined,
    private readonly isRecorded: boolean,
    private readonly isOneRound = false,
  ) {
    const { skeleton } = stepper;
    this.waiting = skeleton.blocks.map(() => new Map<string, WaitingState>());
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
    // In reverse post-order, a block runs after its predecessors have converged; loops run again.
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

  private runRecorded(id: BlockId, waiting: WaitingState): void {
    const { stepper } = this;
    const record = new Recording();
    waiting.record = record;
    waiting.classes = stepper.classesTold;
    stepper.listener = record;
    this.run(id, waiting.state, this.onward, (state, value, at) => record.exit(state, value, at));
    stepper.listener = {};
  }

  /**
   * Runs once through code with lock calls that no path reached, because of earlier facts or the budget. The locks
   * there are known; the held set is not.
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
    // Code after a jump that cannot be followed.
    for (const id of blocks.keys()) if (isLeft(id)) this.goAnywhere(id, this.guess(id, State.entry()));
  }

  /** Continues from a state, ignoring conditions, into blocks that no path reached. */
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

  /** Enters a block that no path reached, with a guessed state. */
  private guess(block: BlockId, from: State): State {
    const state = from.guess();
    state.keepOnly(this.graph.live[block] ?? new Set());
    this.entered[block] = 1;
    this.waiting[block]?.set('', { state, dirty: false });
    return state;
  }

  /** The rank of the next block to execute; -1 when all states have converged. */
  private next(): number {
    const at = this.pending.indexOf(1);
    return at >= 0 || !this.revive() ? at : this.pending.indexOf(1);
  }

  /**
   * Revives blocks that look unreachable. Code is rarely dead: if every edge into a block was refused because of an
   * earlier fact about an object, other code has changed the object since. The held set there is less certain.
   */
  private revive(): boolean {
    const next = this.refused.take((block) => this.entered[block] !== 0);
    for (const state of next?.states ?? []) this.add(next?.block ?? 0, state);
    return next !== undefined;
  }

  /** Remembers an edge into a block that is infeasible because of facts about objects. */
  private refuse(block: BlockId, state: State, condition: Term): void {
    const isKept =
      this.target === undefined &&
      this.entered[block] === 0 &&
      t.someTerm(condition, (part) => part.k === 'field');
    if (isKept) this.refused.keep(block, state, condition, state.signature(this.graph.lockSlots));
    else state.release();
  }

  /** Runs the converged states before the target once more, with the listener switched on. */
  report(): void {
    const { root } = this;
    this.waiting.forEach((states, id) => {
      if (root !== undefined && root !== id) return;
      for (const { state } of states.values()) this.run(id, state, undefined);
    });
  }

  /** Reports the events of the converged states. */
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

  /** Executes a block and all blocks that only this path reaches. States are stored and merged only at joins. */
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
        if (!this.isUseful(to) || (this.isOneRound && this.isAgain(block, to))) return;
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

  /** Merges paths that forked inside a block and hold the same locks again. */
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

  /** Whether the edge leads to another round of the loop around the target. */
  private isAgain(from: BlockId, to: BlockId): boolean {
    const { rank, loop } = this.graph;
    return (rank[to] ?? 0) <= (rank[from] ?? 0) && loop[to] === loop[this.root ?? -1];
  }

  /** Whether the target event, if there is one, is reachable from a block. */
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
        // Most branches on the way to the target have one side that does not lead there.
        const isOpen = this.isUseful(exit.whenTrue) && this.isUseful(exit.whenFalse);
        const other = isOpen ? state.clone() : state;
        if (exit.loop === true && this.stepper.skeleton.exprs[exit.condition]?.k === 'unknown') {
          // The number of iterations of one loop implies nothing about the next loop.
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

  /** Takes one side of a branch, if it is feasible. */
  private decide(to: BlockId, condition: Term, outcome: boolean, state: State, onward: Onward): void {
    if (!this.isUseful(to)) return;
    if (!outcome && this.stepper.evaluator.isNeverUnset(condition)) state.release();
    else if (state.facts.assume(condition, outcome)) onward(to, state);
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
