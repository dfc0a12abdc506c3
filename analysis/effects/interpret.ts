import type { Span } from '../base/span.js';
import { absolute } from '../base/span.js';
import type { Block, BlockId, Exit } from '../summary/types.js';
import type { State } from './state.js';
import type { Stepper } from './step.js';
import * as t from './terms.js';
import type { Term } from './terms.js';

/** Classes of paths kept apart in one block; beyond it further ones are dropped and a gap says so. */
const MAX_STATES = 32;
/** Block executions in one function before the interpretation gives up on precision. */
const MAX_STEPS = 6000;

/** Where paths leave a function. */
export type ReturnListener = (state: State, value: Term | undefined, at: Span) => void;

/**
 * Runs a function's skeleton to a fixpoint from one entry state, then once more over the final states to
 * tell the listener what happens where.
 */
export function interpret(stepper: Stepper, entry: State, onReturn: ReturnListener | undefined): void {
  const run = new Run(stepper);
  run.solve(entry);
  run.report(onReturn);
}

/** A state waiting in a block; `dirty` until it has been executed in its present form. */
interface Waiting {
  readonly state: State;
  dirty: boolean;
}

class Run {
  private readonly waiting: Map<string, Waiting>[];
  private readonly loops: readonly boolean[];
  private overflow = false;

  constructor(private readonly stepper: Stepper) {
    const { blocks } = stepper.skeleton;
    this.waiting = blocks.map(() => new Map<string, Waiting>());
    this.loops = blocksInLoops(blocks);
  }

  solve(entry: State): void {
    const { listener } = this.stepper;
    this.stepper.listener = {};
    this.add(0, entry);
    const queue: BlockId[] = [0];
    let steps = 0;
    for (let head = 0; head < queue.length; head++) {
      const id = queue[head] ?? 0;
      for (const entryState of this.waiting[id]?.values() ?? []) {
        if (!entryState.dirty) continue;
        entryState.dirty = false;
        if (++steps > MAX_STEPS) {
          this.overflow = true;
          break;
        }
        this.execute(id, entryState.state, (to, state) => {
          if (this.add(to, state)) queue.push(to);
        });
      }
      if (this.overflow) break;
    }
    this.stepper.listener = listener;
    if (this.overflow) {
      listener.gap?.({
        kind: 'state-budget',
        at: absolute({ line: 0, column: 1, endLine: 0, endColumn: 1 }, this.stepper.fn.line),
        detail: this.stepper.fn.name,
      });
    }
  }

  /** One more pass over the settled states, with the listener switched on. */
  report(onReturn: ReturnListener | undefined): void {
    this.waiting.forEach((states, id) => {
      for (const { state } of states.values()) this.execute(id, state, undefined, onReturn);
    });
  }

  private add(block: BlockId, state: State): boolean {
    const states = this.waiting[block];
    if (states === undefined) return false;
    const signature = state.signature();
    const old = states.get(signature);
    if (old === undefined) {
      if (states.size >= MAX_STATES) {
        this.overflow = true;
        return false;
      }
      states.set(signature, { state, dirty: true });
      return true;
    }
    const changed = old.state.merge(state, (slot) => this.joined(block, slot));
    if (changed) old.dirty = true;
    return changed;
  }

  /** The value of a variable in which merged paths differ. */
  private joined(block: BlockId, slot: string): Term {
    const { skeleton, evaluator } = this.stepper;
    const at = Number(slot.slice(1));
    const type = slot.startsWith('l')
      ? skeleton.locals[at]?.type
      : slot.startsWith('p')
        ? skeleton.parameters[at]?.type
        : '';
    return t.opaque(evaluator.name(`b${block}.${slot}`), type ?? '');
  }

  private execute(
    id: BlockId,
    from: State,
    onward: ((to: BlockId, state: State) => void) | undefined,
    onReturn?: ReturnListener,
  ): void {
    const block = this.stepper.skeleton.blocks[id];
    if (block === undefined) return;
    const again = this.loops[id] === true;
    let states: readonly State[] = [from.clone()];
    for (const event of block.events) {
      if (states.length === 1 && states[0] !== undefined) states = this.stepper.step(event, states[0], again);
      else states = states.flatMap((state) => [...this.stepper.step(event, state, again)]);
    }
    if (onward === undefined && onReturn === undefined) return;
    for (const state of states) this.leave(block.exit, state, onward, onReturn);
  }

  private leave(
    exit: Exit,
    state: State,
    onward: ((to: BlockId, state: State) => void) | undefined,
    onReturn: ReturnListener | undefined,
  ): void {
    const { evaluator, fn } = this.stepper;
    switch (exit.k) {
      case 'goto':
        onward?.(exit.to, state);
        return;
      case 'branch': {
        if (onward === undefined) return;
        const condition = evaluator.value(exit.condition, state);
        const other = state.clone();
        if (state.facts.assume(condition, true)) onward(exit.whenTrue, state);
        if (other.facts.assume(condition, false)) onward(exit.whenFalse, other);
        return;
      }
      case 'switch':
        if (onward !== undefined) this.choose(exit, state, onward);
        return;
      case 'return':
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

  private choose(
    exit: Exit & { k: 'switch' },
    state: State,
    onward: (to: BlockId, state: State) => void,
  ): void {
    const { evaluator } = this.stepper;
    const on = evaluator.value(exit.on, state);
    const rest = state.clone();
    let restPossible = true;
    for (const { from, to, block } of exit.cases) {
      const taken = state.clone();
      const low = evaluator.value(from, taken);
      if (from !== to) {
        onward(block, taken);
        continue;
      }
      const equal = t.operation('==', [on, low]);
      if (taken.facts.assume(equal, true)) onward(block, taken);
      restPossible &&= rest.facts.assume(equal, false);
    }
    if (restPossible) onward(exit.otherwise, rest);
  }
}

/** Which blocks can reach themselves. */
function blocksInLoops(blocks: readonly Block[]): readonly boolean[] {
  // Tarjan's strongly connected components, iterative: kernel functions have thousands of blocks.
  const index = new Int32Array(blocks.length).fill(-1);
  const low = new Int32Array(blocks.length);
  const onStack = new Uint8Array(blocks.length);
  const result = blocks.map((block, id) => successors(block.exit).includes(id));
  const stack: number[] = [];
  let counter = 0;
  const work: { readonly id: number; readonly next: readonly number[]; at: number }[] = [];
  const open = (id: number): void => {
    index[id] = low[id] = counter++;
    stack.push(id);
    onStack[id] = 1;
    const block = blocks[id];
    work.push({ id, next: block === undefined ? [] : successors(block.exit), at: 0 });
  };
  if (blocks.length > 0) open(0);
  for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
    const to = frame.next[frame.at++];
    if (to === undefined) {
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) low[parent.id] = Math.min(low[parent.id] ?? 0, low[frame.id] ?? 0);
      if (low[frame.id] === index[frame.id]) closeComponent(frame.id, stack, onStack, result);
    } else if ((index[to] ?? 0) < 0) open(to);
    else if (onStack[to] === 1) low[frame.id] = Math.min(low[frame.id] ?? 0, index[to] ?? 0);
  }
  return result;
}

function closeComponent(root: number, stack: number[], onStack: Uint8Array, result: boolean[]): void {
  const several = stack.at(-1) !== root;
  for (;;) {
    const id = stack.pop();
    if (id === undefined) return;
    onStack[id] = 0;
    if (several) result[id] = true;
    if (id === root) return;
  }
}

function successors(exit: Exit): readonly number[] {
  switch (exit.k) {
    case 'goto':
      return [exit.to];
    case 'branch':
      return [exit.whenTrue, exit.whenFalse];
    case 'switch':
      return [...exit.cases.map((c) => c.block), exit.otherwise];
    default:
      return [];
  }
}
