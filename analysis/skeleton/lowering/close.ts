import type { CType } from '../../base/ctype.js';
import type { FunctionAnnotation } from '../../outline/types.js';
import { successors } from './exits.js';
import { ExpressionTable } from '../expressions/expressions.js';
import { type OpenBlock, type OpenExit, STOP } from './flow.js';
import type { Lowering } from './lowering.js';
import type {
  AssignEvent,
  Block,
  BlockId,
  Event,
  EventId,
  Exit,
  ExprId,
  Skeleton,
  SkeletonVariable,
} from '../types.js';

export interface Heading {
  readonly name: string;
  readonly returns: CType;
  readonly annotations: readonly FunctionAnnotation[];
  readonly lockSites: number;
}

/** Closes a skeleton: removes dead blocks and unread assignments, and merges chains of blocks. */
export function closeSkeleton(l: Lowering, heading: Heading): Skeleton {
  let blocks = reachable(l.entry);
  // Each round may make a branch redundant, and then the values it tested.
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const dropped = dropUnread(l, blocks);
    for (const block of blocks) simplifyExit(block);
    blocks = reachable(l.entry);
    if (!dropped && round > 0) break;
  }
  mergeChains(blocks);
  return new Writer(l, reachable(l.entry)).write(heading);
}

const MOST_ROUNDS = 5;

/** The reachable blocks in reverse post-order: each before its successors, except in loops. */
function reachable(entry: OpenBlock): OpenBlock[] {
  const order: OpenBlock[] = [];
  const seen = new Set<OpenBlock>([entry]);
  const stack: { readonly block: OpenBlock; readonly to: readonly OpenBlock[]; next: number }[] = [];
  const enter = (block: OpenBlock): void => {
    block.exit ??= STOP;
    stack.push({ block, to: successors(block.exit), next: successors(block.exit).length - 1 });
  };
  enter(entry);
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (top.next < 0) {
      order.push(top.block);
      stack.pop();
      continue;
    }
    const to = top.to[top.next--]!;
    if (!seen.has(to)) {
      seen.add(to);
      enter(to);
    }
  }
  return order.reverse();
}

/** Where control arrives after skipping empty blocks; an empty loop is its own destination. */
function destination(block: OpenBlock): OpenBlock {
  let at = block;
  for (let steps = 0; at.events.length === 0 && at.exit?.k === 'goto'; steps++) {
    if (steps > 1000 || at.exit.to === at) {
      at.exit = STOP;
      return at;
    }
    at = at.exit.to;
  }
  return at;
}

function simplifyExit(block: OpenBlock): void {
  const { exit } = block;
  switch (exit?.k) {
    case 'goto':
      block.exit = { k: 'goto', to: destination(exit.to) };
      return;
    case 'branch': {
      const whenTrue = destination(exit.whenTrue);
      const whenFalse = destination(exit.whenFalse);
      if (whenTrue === whenFalse || sameReturn(whenTrue, whenFalse)) block.exit = { k: 'goto', to: whenTrue };
      else block.exit = { ...exit, whenTrue, whenFalse };
      return;
    }
    case 'switch': {
      const otherwise = destination(exit.otherwise);
      const cases = exit.cases.map((one) => ({ ...one, block: destination(one.block) }));
      if (cases.every((one) => one.block === otherwise)) block.exit = { k: 'goto', to: otherwise };
      else block.exit = { ...exit, cases, otherwise };
      return;
    }
    default:
  }
}

/** Whether two empty blocks return the same value from the same statement. */
function sameReturn(a: OpenBlock, b: OpenBlock): boolean {
  return (
    a.events.length === 0 &&
    b.events.length === 0 &&
    a.exit?.k === 'return' &&
    b.exit?.k === 'return' &&
    a.exit.value === b.exit.value &&
    a.exit.at === b.exit.at
  );
}

/** Drops assignments to variables whose value no event or exit depends on. Returns whether any was dropped. */
function dropUnread(l: Lowering, blocks: readonly OpenBlock[]): boolean {
  const read = new Set<ExprId>();
  const seen = new Set<ExprId>();
  const use = (id: ExprId): void => {
    if (id < 0 || seen.has(id)) return;
    seen.add(id);
    const expr = l.table.get(id);
    if (expr.k === 'local' || expr.k === 'parameter') read.add(id);
    for (const part of parts(l.table, id)) use(part);
  };
  const assigns: AssignEvent[] = [];
  for (const block of blocks) {
    for (const event of block.events) {
      if (event.k !== 'assign') useEvent(event, use);
      else if (isVariable(l, event.target)) assigns.push(event);
      else {
        use(event.target);
        use(event.value);
        use(event.head ?? -1);
      }
    }
    const { exit } = block;
    if (exit?.k === 'branch') use(exit.condition);
    else if (exit?.k === 'return') use(exit.value);
    else if (exit?.k === 'switch') {
      use(exit.on);
      for (const one of exit.cases) {
        use(one.from);
        use(one.to);
      }
    }
  }
  for (let grown = true; grown;) {
    const before = read.size;
    for (const { target, value, head } of assigns) {
      if (!read.has(target)) continue;
      use(value);
      use(head ?? -1);
    }
    grown = read.size > before;
  }
  let dropped = false;
  for (const block of blocks) {
    const kept = block.events.filter(
      (event) =>
        event.k !== 'assign' ||
        (event.target !== event.value && (!isVariable(l, event.target) || read.has(event.target))),
    );
    if (kept.length === block.events.length) continue;
    dropped = true;
    block.events.splice(0, block.events.length, ...kept);
  }
  return dropped;
}

function isVariable(l: Lowering, id: ExprId): boolean {
  const { k } = l.table.get(id);
  return k === 'local' || k === 'parameter';
}

function useEvent(event: Exclude<Event, { k: 'assign' }>, use: (id: ExprId) => void): void {
  for (const arg of event.args) use(arg);
  if ('lock' in event) use(event.lock);
  if (event.k === 'call' && typeof event.callee === 'number') use(event.callee);
}

/** The direct operands of an expression. */
function parts(table: ExpressionTable, id: ExprId): readonly ExprId[] {
  const expr = table.get(id);
  switch (expr.k) {
    case 'field':
    case 'deref':
    case 'address':
    case 'container':
    case 'cast':
    case 'unary':
      return [expr.base];
    case 'index':
      return [expr.base, expr.index];
    case 'binary':
      return [expr.left, expr.right];
    default:
      return [];
  }
}

/** Merges each block into its only predecessor. */
function mergeChains(blocks: readonly OpenBlock[]): void {
  const arrivals = new Map<OpenBlock, number>();
  for (const block of blocks) {
    for (const to of successors(block.exit ?? STOP)) arrivals.set(to, (arrivals.get(to) ?? 0) + 1);
  }
  const gone = new Set<OpenBlock>();
  for (const block of blocks) {
    if (gone.has(block)) continue;
    while (block.exit?.k === 'goto') {
      const next = block.exit.to;
      if (next === block || next === blocks[0] || arrivals.get(next) !== 1) break;
      block.events.push(...next.events);
      block.exit = next.exit;
      gone.add(next);
    }
  }
}

/** Renumbers what remains, in order. */
class Writer {
  private readonly table = new ExpressionTable();
  private readonly exprs = new Map<ExprId, ExprId>();
  private readonly events = new Map<EventId, EventId>();
  private readonly blocks = new Map<OpenBlock, BlockId>();
  private readonly locals = new Map<number, number>();
  private readonly variables: SkeletonVariable[] = [];

  constructor(
    private readonly l: Lowering,
    private readonly order: readonly OpenBlock[],
  ) {
    let event = 0;
    for (const [index, block] of order.entries()) {
      this.blocks.set(block, index);
      for (const one of block.events) this.events.set(one.id, event++);
    }
  }

  write(heading: Heading): Skeleton {
    const blocks = this.order.map((block) => this.block(block));
    return {
      name: heading.name,
      returns: heading.returns,
      parameters: this.l.parameters,
      locals: this.variables,
      exprs: this.table.list,
      blocks,
      annotations: heading.annotations,
      gaps: this.l.gaps,
      lockSites: heading.lockSites,
    };
  }

  private block(block: OpenBlock): Block {
    return { events: block.events.map((event) => this.event(event)), exit: this.exit(block.exit ?? STOP) };
  }

  private at(block: OpenBlock): BlockId {
    return this.blocks.get(block)!;
  }

  private event(event: Event): Event {
    const id = this.events.get(event.id)!;
    if (event.k === 'assign') {
      const head = event.head === undefined ? {} : { head: this.expr(event.head) };
      return { ...event, id, target: this.expr(event.target), value: this.expr(event.value), ...head };
    }
    const args = event.args.map((arg) => this.expr(arg));
    if ('lock' in event) return { ...event, id, lock: this.expr(event.lock), args };
    if (event.k === 'call' && typeof event.callee === 'number')
      return { ...event, id, callee: this.expr(event.callee), args };
    return { ...event, id, args };
  }

  private exit(exit: OpenExit): Exit {
    switch (exit.k) {
      case 'goto':
        return { k: 'goto', to: this.at(exit.to) };
      case 'branch': {
        const { condition, whenTrue, whenFalse, loop, at } = exit;
        return {
          k: 'branch',
          condition: this.expr(condition),
          whenTrue: this.at(whenTrue),
          whenFalse: this.at(whenFalse),
          ...(loop ? { loop } : {}),
          at,
        };
      }
      case 'switch':
        return {
          k: 'switch',
          on: this.expr(exit.on),
          cases: exit.cases.map((one) => ({
            from: this.expr(one.from),
            to: this.expr(one.to),
            block: this.at(one.block),
          })),
          otherwise: this.at(exit.otherwise),
          at: exit.at,
        };
      case 'return':
        return { k: 'return', value: exit.value < 0 ? -1 : this.expr(exit.value), at: exit.at };
      default:
        return { k: 'stop' };
    }
  }

  private expr(id: ExprId): ExprId {
    let known = this.exprs.get(id);
    if (known === undefined) this.exprs.set(id, (known = this.copy(id)));
    return known;
  }

  private copy(id: ExprId): ExprId {
    const { table } = this;
    const expr = this.l.table.get(id);
    switch (expr.k) {
      case 'parameter':
        return table.parameter(expr.index);
      case 'local':
        return table.local(this.local(expr.index));
      case 'global':
        return table.global(expr.name);
      case 'constant':
        return table.constant(expr.value);
      case 'string':
        return table.string();
      case 'unknown':
        return table.unknown();
      case 'config':
        return table.config(expr.name);
      case 'result': {
        const event = this.events.get(expr.event);
        return event === undefined ? table.unknown() : table.result(event);
      }
      case 'field':
        return table.field(this.expr(expr.base), expr.name);
      case 'deref':
        return table.deref(this.expr(expr.base));
      case 'address':
        return table.address(this.expr(expr.base));
      case 'index':
        return table.index(this.expr(expr.base), this.expr(expr.index));
      case 'container':
        return table.container(this.expr(expr.base), expr.type, expr.member);
      case 'cast':
        return table.cast(this.expr(expr.base), expr.type);
      case 'unary':
        return table.unary(expr.op, this.expr(expr.base));
      case 'binary':
        return table.binary(expr.op, this.expr(expr.left), this.expr(expr.right));
    }
  }

  private local(index: number): number {
    let known = this.locals.get(index);
    if (known === undefined) {
      known = this.variables.length;
      this.locals.set(index, known);
      this.variables.push(this.l.locals[index]!);
    }
    return known;
  }
}
