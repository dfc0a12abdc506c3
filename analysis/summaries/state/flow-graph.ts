import { successors } from '../../skeleton/lowering/exits.js';
import { tiedVariables } from './tied-variables.js';
import { lockPointers, toldApart } from './told-apart.js';
import { UsedResults } from './used-results.js';
import type { Block, BlockId, Event, EventId, Expr, ExprId, Skeleton } from '../../skeleton/types.js';
import { blockOf } from '../../skeleton/lowering/events.js';

/** A variable of a path (a local, a parameter or an event's result) as one number. */
export type VarSlot = number;

export const localSlot = (index: number): VarSlot => index * 4;
export const parameterSlot = (index: number): VarSlot => index * 4 + 1;
export const resultSlot = (event: EventId): VarSlot => event * 4 + 2;

/** The path-independent facts of a skeleton: block order, loops, live variables. Computed once per skeleton. */
export class FlowGraph {
  private static readonly known = new WeakMap<Skeleton, FlowGraph>();

  static of(skeleton: Skeleton): FlowGraph {
    let graph = FlowGraph.known.get(skeleton);
    if (graph === undefined) {
      graph = new FlowGraph(skeleton);
      FlowGraph.known.set(skeleton, graph);
    }
    return graph;
  }

  /** Blocks in reverse post-order, and each block's rank in it. */
  readonly order: readonly BlockId[];
  readonly rank: Int32Array;
  /** Blocks where paths join: the entry, and every block whose number of predecessors is not one. */
  readonly isRoot: readonly boolean[];
  /** The outermost loop of each block; -1 outside loops. */
  readonly loop: Int32Array;
  /** Variables live at the start of each block. */
  readonly live: readonly ReadonlySet<VarSlot>[];
  /** Variables that keep paths separate: pointers to locks, choices between allocation flags, ties that order locks. */
  readonly lockSlots: readonly VarSlot[];
  readonly results: UsedResults;
  private assigned: ReadonlySet<string> | undefined;
  private passed: ReadonlySet<number> | undefined;
  private given: readonly (readonly [string, EventId])[] | undefined;
  private gating: ReadonlyMap<EventId, ExprId> | undefined;
  private readonly reaching = new Map<EventId, Uint8Array>();

  private constructor(private readonly skeleton: Skeleton) {
    const next = skeleton.blocks.map((block) => successors(block.exit));
    this.order = reversePostOrder(next);
    this.rank = new Int32Array(skeleton.blocks.length);
    this.order.forEach((id, at) => (this.rank[id] = at));
    this.isRoot = rootsOf(next);
    this.loop = loopsOf(next);
    this.live = liveness(skeleton, next, this.order);
    const tied = tiedVariables(skeleton).map(slotOfVariable);
    this.lockSlots = [
      ...lockPointers(skeleton).map(slotOfVariable),
      ...toldApart(skeleton).map(localSlot),
      ...tied,
    ];
    this.results = new UsedResults(skeleton, this.loop);
  }

  /** Names of the fields the function assigns. */
  get assignedFields(): ReadonlySet<string> {
    if (this.assigned === undefined) {
      const names = new Set<string>();
      for (const { events } of this.skeleton.blocks) {
        for (const event of events) {
          const target = event.k === 'assign' ? this.skeleton.exprs[event.target] : undefined;
          if (target?.k === 'field') names.add(target.name);
        }
      }
      this.assigned = names;
    }
    return this.assigned;
  }

  /** The conditions that decide about lock events and calls alone, by event: `if (condition) event;`. */
  get gates(): ReadonlyMap<EventId, ExprId> {
    return (this.gating ??= gatesOf(this.skeleton));
  }

  /** Parameters that the function passes on or stores. Other code may then write to the objects they point to. */
  get passedOn(): ReadonlySet<number> {
    if (this.passed === undefined) {
      const { blocks, exprs } = this.skeleton;
      const passed = new Set<number>();
      const note = (id: ExprId): void => {
        const expr = exprs[id];
        if (expr?.k === 'cast') note(expr.base);
        else if (expr?.k === 'parameter') passed.add(expr.index);
      };
      for (const { events } of blocks) {
        for (const event of events) {
          if (event.k === 'assign') note(event.value);
          else if ('args' in event) event.args.forEach(note);
        }
      }
      this.passed = passed;
    }
    return this.passed;
  }

  /** Whether an event between two in the text takes the address of a local, which may then have escaped. */
  isGiven(local: string, end: EventId, start: EventId = -1): boolean {
    return (this.given ??= addressesGiven(this.skeleton)).some(
      ([name, event]) => name === local && event > start && event < end,
    );
  }
  /** For each block, 1 if the event is reachable from it. */
  reaches(event: EventId): Uint8Array {
    let known = this.reaching.get(event);
    if (known === undefined) {
      known = this.backward(event);
      this.reaching.set(event, known);
    }
    return known;
  }

  /** Whether a return is reachable from an event. */
  returnsAfter(event: EventId): boolean {
    const { blocks } = this.skeleton;
    const seen = new Set<BlockId>([blockOf(this.skeleton, event)]);
    for (const id of seen) {
      const exit = blocks[id]?.exit;
      if (exit?.k === 'return') return true;
      for (const to of exit === undefined ? [] : successors(exit)) seen.add(to);
    }
    return false;
  }

  /** The last join block before an event. */
  rootOf(event: EventId): BlockId | undefined {
    const { blocks } = this.skeleton;
    let at = blockOf(this.skeleton, event);
    while (at >= 0 && this.isRoot[at] === false) {
      at = blocks.findIndex(({ exit }) => successors(exit).includes(at));
    }
    return at < 0 ? undefined : at;
  }

  private backward(event: EventId): Uint8Array {
    const { blocks } = this.skeleton;
    const reached = new Uint8Array(blocks.length);
    const own = blockOf(this.skeleton, event);
    if (own >= 0) reached[own] = 1;
    for (let changed = true; changed;) {
      changed = false;
      for (let at = this.order.length - 1; at >= 0; at--) {
        const id = this.order[at] ?? 0;
        const block = blocks[id];
        if (reached[id] === 1 || block === undefined) continue;
        if (successors(block.exit).some((to) => reached[to] === 1)) {
          reached[id] = 1;
          changed = true;
        }
      }
    }
    return reached;
  }
}

function gatesOf({ blocks }: Skeleton): ReadonlyMap<EventId, ExprId> {
  const gates = new Map<EventId, ExprId>();
  for (const { exit } of blocks) {
    if (exit.k !== 'branch') continue;
    const arms = successors(exit);
    for (const arm of arms) {
      const block = blocks[arm];
      if (block?.exit.k !== 'goto' || !arms.includes(block.exit.to)) continue;
      for (const event of block.events)
        if (('lock' in event || event.k === 'call') && !gates.has(event.id))
          gates.set(event.id, exit.condition);
    }
  }
  return gates;
}

function slotOfVariable({ k, index }: Extract<Expr, { readonly k: 'local' | 'parameter' }>): VarSlot {
  return k === 'local' ? localSlot(index) : parameterSlot(index);
}

function rootsOf(next: readonly (readonly BlockId[])[]): readonly boolean[] {
  const ways = new Uint32Array(next.length);
  for (const to of next.flat()) ways[to] = (ways[to] ?? 0) + 1;
  return next.map((_to, id) => id === 0 || ways[id] !== 1);
}

/** Iterative throughout: kernel functions have thousands of blocks. */
function reversePostOrder(next: readonly (readonly BlockId[])[]): readonly BlockId[] {
  const seen = new Uint8Array(next.length);
  const out: BlockId[] = [];
  const work: { readonly id: BlockId; at: number }[] = [];
  if (next.length > 0) {
    seen[0] = 1;
    work.push({ id: 0, at: 0 });
  }
  for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
    const to = next[frame.id]?.[frame.at++];
    if (to === undefined) {
      out.push(frame.id);
      work.pop();
    } else if (seen[to] === 0) {
      seen[to] = 1;
      work.push({ id: to, at: 0 });
    }
  }
  return out.reverse();
}

/** Loops as strongly connected components (Tarjan). Iterative, like everything here. */
function loopsOf(next: readonly (readonly BlockId[])[]): Int32Array {
  const index = new Int32Array(next.length).fill(-1);
  const low = new Int32Array(next.length);
  const onStack = new Uint8Array(next.length);
  const result = Int32Array.from(next, (to, id) => (to.includes(id) ? id : -1));
  const stack: number[] = [];
  let counter = 0;
  const work: { readonly id: number; at: number }[] = [];
  const open = (id: number): void => {
    index[id] = low[id] = counter++;
    stack.push(id);
    onStack[id] = 1;
    work.push({ id, at: 0 });
  };
  if (next.length > 0) open(0);
  for (let frame = work.at(-1); frame !== undefined; frame = work.at(-1)) {
    const to = next[frame.id]?.[frame.at++];
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

function closeComponent(root: number, stack: number[], onStack: Uint8Array, result: Int32Array): void {
  const several = stack.at(-1) !== root;
  for (;;) {
    const id = stack.pop();
    if (id === undefined) return;
    onStack[id] = 0;
    if (several) result[id] = root;
    if (id === root) return;
  }
}

function liveness(
  skeleton: Skeleton,
  next: readonly (readonly BlockId[])[],
  order: readonly BlockId[],
): readonly ReadonlySet<VarSlot>[] {
  const uses = new SlotUses(skeleton);
  const local = skeleton.blocks.map((block) => uses.ofBlock(block));
  const live = skeleton.blocks.map((_, id) => new Set(local[id]?.used));
  for (let changed = true; changed;) {
    changed = false;
    for (let at = order.length - 1; at >= 0; at--) {
      const id = order[at] ?? 0;
      const mine = live[id];
      if (mine === undefined) continue;
      const before = mine.size;
      for (const to of next[id] ?? []) {
        for (const slot of live[to] ?? []) if (local[id]?.killed.has(slot) !== true) mine.add(slot);
      }
      if (mine.size !== before) changed = true;
    }
  }
  return live;
}

/** Locals whose address an event uses, with that event. */
function addressesGiven(skeleton: Skeleton): readonly (readonly [string, EventId])[] {
  const out: [string, EventId][] = [];
  const walk = (id: ExprId, event: EventId, isAddress: boolean): void => {
    const expr = skeleton.exprs[id];
    switch (expr?.k) {
      case 'local':
        if (isAddress) out.push([skeleton.locals[expr.index]?.name ?? '', event]);
        return;
      case 'address':
        walk(expr.base, event, true);
        return;
      case 'field':
      case 'index':
        walk(expr.base, event, isAddress);
        return;
      case 'cast':
      case 'container':
      case 'deref':
      case 'unary':
        walk(expr.base, event, false);
        return;
      case 'binary':
        walk(expr.left, event, false);
        walk(expr.right, event, false);
        return;
      default:
    }
  };
  for (const { events } of skeleton.blocks)
    for (const event of events) for (const id of readBy(event)) walk(id, event.id, false);
  return out;
}

/** The variables that each block reads and assigns. */
class SlotUses {
  private readonly ofExpression: (ReadonlySet<VarSlot> | undefined)[] = [];

  constructor(private readonly skeleton: Skeleton) {}

  ofBlock(block: Block): { readonly used: ReadonlySet<VarSlot>; readonly killed: ReadonlySet<VarSlot> } {
    const used = new Set<VarSlot>();
    const killed = new Set<VarSlot>();
    const read = (id: ExprId): void => {
      for (const slot of this.slots(id)) if (!killed.has(slot)) used.add(slot);
    };
    for (const event of block.events) {
      for (const id of readBy(event)) read(id);
      if (event.k === 'assign') {
        const target = this.skeleton.exprs[event.target];
        if (target?.k === 'local') killed.add(localSlot(target.index));
        else if (target?.k === 'parameter') killed.add(parameterSlot(target.index));
        else read(event.target);
      } else killed.add(resultSlot(event.id));
    }
    const { exit } = block;
    if (exit.k === 'branch') read(exit.condition);
    if (exit.k === 'return' && exit.value >= 0) read(exit.value);
    if (exit.k === 'switch') {
      read(exit.on);
      for (const { from, to } of exit.cases) {
        read(from);
        read(to);
      }
    }
    return { used, killed };
  }

  private slots(id: ExprId): ReadonlySet<VarSlot> {
    const known = this.ofExpression[id];
    if (known !== undefined) return known;
    const out = new Set<VarSlot>();
    this.ofExpression[id] = out;
    const expr = this.skeleton.exprs[id];
    const parts: ExprId[] = [];
    switch (expr?.k) {
      case 'local':
        out.add(localSlot(expr.index));
        break;
      case 'parameter':
        out.add(parameterSlot(expr.index));
        break;
      case 'result':
        out.add(resultSlot(expr.event));
        break;
      case 'field':
      case 'deref':
      case 'address':
      case 'container':
      case 'cast':
      case 'unary':
        parts.push(expr.base);
        break;
      case 'index':
        parts.push(expr.base, expr.index);
        break;
      case 'binary':
        parts.push(expr.left, expr.right);
        break;
      default:
        break;
    }
    for (const part of parts) for (const slot of this.slots(part)) out.add(slot);
    return out;
  }
}

function readBy(event: Event): readonly ExprId[] {
  switch (event.k) {
    case 'assign':
      return [event.value];
    case 'call':
      return typeof event.callee === 'number' ? [event.callee, ...event.args] : event.args;
    case 'wait':
    case 'complete':
    case 'sleep':
    case 'context':
    case 'query':
    case 'register':
    case 'free':
      return event.args;
    default:
      return [event.lock, ...event.args];
  }
}
