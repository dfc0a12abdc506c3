import { makerOf } from '../../outline/made-names.js';
import type { FunctionRef } from '../../link/types.js';
import type { PrototypeItem } from '../../outline/types.js';
import { calledBy } from '../../callgraph/conditions.js';
import { arrayOf as arrayNamed } from '../../skeleton/expressions/root.js';
import { eventAt, storesSeen } from '../../skeleton/lowering/events.js';
import type { EventId, ExprId, Skeleton } from '../../skeleton/types.js';
import type { Surroundings } from '../surroundings.js';
import { arrayOf, bareName, opaque, type Term } from '../locks/terms.js';

/** The possible callees of a call. */
export interface Callees {
  readonly targets: readonly FunctionRef[];
  /** The type of the call's value; empty if unknown. */
  readonly returns: string;
}

/** Callees of a call by name; the same on all paths of a function. */
export interface NamedCallees extends Callees {
  readonly prototype: PrototypeItem | undefined;
}

/** An expression, and the event that reads it. */
interface Read {
  readonly expr: ExprId;
  readonly event: EventId;
}

const NOBODY: Callees = { targets: [], returns: '' };

/** Finds the callees of one function's calls. Memoizes names, and what is stored in variables. */
export class CalleeFinder {
  private readonly named = new Map<string, NamedCallees>();
  /** By the call that reads the variable. */
  private readonly stored = new Map<EventId, readonly FunctionRef[]>();

  constructor(
    private readonly around: Pick<Surroundings, 'program' | 'slotTargets' | 'namedTargets'>,
    private readonly caller: FunctionRef,
    private readonly skeleton: Skeleton,
  ) {}

  byName(name: string): NamedCallees {
    let known = this.named.get(name);
    if (known === undefined) {
      const named = calledBy(this.caller, name, this.around.program);
      const targets = named.length > 0 ? named : this.inVariable(name);
      const prototype = this.around.program.resolvePrototype(name, this.caller.file);
      const returns = targets[0]?.item?.returns ?? prototype?.returns ?? '';
      known = { targets, prototype, returns };
      this.named.set(name, known);
    }
    return known;
  }

  /**
   * The callees of a call through a pointer to `pointed` with so many arguments. `read` is the pointer in the source and the
   * call: a local variable whose value differs between the paths that lead there may be any function that one of them has
   * set it to.
   */
  byPointer(pointed: Term | undefined, count: number, read?: Read): Callees {
    if (pointed === undefined) return NOBODY;
    const valued = this.targetsOf(pointed);
    const found = valued.length > 0 || read === undefined ? valued : this.storedAt(read);
    const targets = found.filter((target) => takes(target, count));
    return targets.length === 0 ? NOBODY : { targets, returns: targets[0]?.item?.returns ?? '' };
  }

  private storedAt(read: Read): readonly FunctionRef[] {
    let known = this.stored.get(read.event);
    if (known === undefined) {
      const found = new Set<FunctionRef>();
      this.collect(read, found, new Set());
      this.stored.set(read.event, (known = [...found]));
    }
    return known;
  }

  /** Adds the functions that an expression may stand for where an event reads it. */
  private collect({ expr: id, event }: Read, into: Set<FunctionRef>, seen: Set<ExprId>): void {
    const { around, caller, skeleton } = this;
    const expr = skeleton.exprs[id];
    if (expr === undefined || seen.has(id)) return;
    seen.add(id);
    const array = expr.k === 'index' ? arrayNamed(skeleton, id) : undefined;
    if (expr.k === 'deref' || expr.k === 'address' || expr.k === 'cast')
      this.collect({ expr: expr.base, event }, into, seen);
    else if (expr.k === 'global') for (const fn of around.namedTargets(expr.name, caller.file)) into.add(fn);
    else if (array?.k === 'global')
      for (const fn of around.slotTargets('', array.name, caller.file)) into.add(fn);
    else if (expr.k === 'local')
      for (const store of storesSeen(skeleton, id, event)) {
        const set = eventAt(skeleton, store);
        if (set?.k === 'assign') this.collect({ expr: set.value, event: store }, into, seen);
      }
  }

  /** The functions in a variable that is a pointer to one. */
  private inVariable(name: string): readonly FunctionRef[] {
    const { around, caller } = this;
    const variable = around.program.resolveVariable(name, caller.file);
    return variable === undefined ? [] : around.slotTargets('', name, caller.file);
  }

  private targetsOf(pointed: Term): readonly FunctionRef[] {
    const { around, caller } = this;
    const { program } = around;
    if (pointed.k === 'global') {
      const named = around.namedTargets(bareName(pointed), caller.file);
      return named.length > 0 ? named : this.inVariable(bareName(pointed));
    }
    // An array of functions is one slot, whichever element is called.
    const slot = arrayOf(pointed);
    if (slot.k === 'global') return around.slotTargets('', bareName(slot), caller.file);
    if (slot.k !== 'field') return NOBODY.targets;
    const record = program.expand(slot.base.type, caller.file);
    if (record === '') return NOBODY.targets;
    const targets = around.slotTargets(record, slot.name, caller.file);
    // A function that calls through a slot of its own name dispatches to the others in the slot, not to itself.
    return targets.length > 1 && targets.includes(caller)
      ? targets.filter((target) => target !== caller)
      : targets;
  }
}

/** Not for a function with more parameters: then a member of another record has the same name. */
function takes({ item }: FunctionRef, count: number): boolean {
  return item === undefined || makerOf(item.name) !== undefined || item.parameters.length <= count;
}

/**
 * The arguments of a call, one for each parameter. If there are too few, one of them is a macro that expands to
 * several: the arguments behind it are counted from the end.
 * @param mayBeSeveral whether an argument may be such a macro: it looks like a call
 */
export function spread(
  targets: readonly FunctionRef[],
  args: readonly Term[],
  mayBeSeveral: (at: number) => boolean,
): readonly Term[] {
  const count = targets[0]?.item?.parameters.length ?? 0;
  if (args.length >= count) return args;
  const several = args.flatMap((_, at) => (mayBeSeveral(at) ? [at] : []));
  const [at] = several;
  const macro = at === undefined ? undefined : args[at];
  if (at === undefined || macro === undefined || several.length > 1) return args;
  const parts = Array.from({ length: count - args.length + 1 }, (_, part) =>
    opaque(`${macro.key}.${part}`, ''),
  );
  return [...args.slice(0, at), ...parts, ...args.slice(at + 1)];
}
