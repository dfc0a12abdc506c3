import { BOUNDS } from '../base/bounds.js';
import { append } from '../base/lists.js';
import { memberCallOf, recordOfCall } from '../link/calls/member-macros.js';
import { typeOf } from '../link/ctypes/expression-types.js';
import type { FunctionRef, Program } from '../link/types.js';
import { eventsOf } from '../skeleton/lowering/events.js';
import { arrayOf } from '../skeleton/expressions/root.js';
import type { CallEvent, Event, Expr, ExprId, Skeleton } from '../skeleton/types.js';
import { calledBy } from './conditions.js';

/** The functions that a function may use, and the members it calls through. */
export interface StaticCallees {
  readonly functions: readonly FunctionRef[];
  readonly slots: readonly string[];
}

/**
 * Every function whose summary the interpretation of `fn` may use, computed from the skeleton alone: calls by name,
 * calls through slots with few targets, release callbacks of references. Anything else that interpretation asks for is
 * a gap. This set determines the components of the call graph, so it depends on no lock state and no order.
 */
export function staticCallees(fn: FunctionRef, skeleton: Skeleton, program: Program): StaticCallees {
  const gatherer = new Gatherer(fn, skeleton, program);
  return { functions: [...gatherer.gather()], slots: [...gatherer.slots] };
}

class Gatherer {
  private readonly found = new Set<FunctionRef>();
  readonly slots = new Set<string>();
  /** Function values stored in locals, by the local's index. Computed at the first call through a local. */
  private stored: ReadonlyMap<number, readonly ExprId[]> | undefined;
  private readonly followed = new Set<number>();

  constructor(
    private readonly fn: FunctionRef,
    private readonly skeleton: Skeleton,
    private readonly program: Program,
  ) {}

  gather(): ReadonlySet<FunctionRef> {
    for (const event of eventsOf(this.skeleton)) this.ofEvent(event);
    return this.found;
  }

  private ofEvent(event: Event): void {
    const { models } = this.program;
    if (event.k === 'call') {
      if (typeof event.callee !== 'string') return this.pointed(event.callee);
      const targets = calledBy(this.fn, event.callee, this.program);
      this.add(targets);
      if (targets.length === 0) this.variable(event.callee);
      if (targets[0]?.macro !== undefined) this.throughMacro(event);
      const put = models.referencePut(event.callee);
      if (put !== undefined) this.pointed(event.args[put.releaseArg] ?? -1);
      const { releases = [] } = models.tablePut(event.callee) ?? {};
      for (const { record, member } of releases) this.inSlot(record, member);
      return;
    }
    if (!('lock' in event)) return;
    const callback = models.lockApi(event.api)?.callbackArg;
    if (callback !== undefined) this.pointed(event.args[callback] ?? -1);
  }

  /** Adds what a macro calls through a member of its arguments. */
  private throughMacro(event: CallEvent): void {
    const { program, fn, skeleton } = this;
    const call = memberCallOf(program, fn, skeleton, event);
    const name = call?.path.at(-1);
    if (call !== undefined && name !== undefined)
      this.inSlot(recordOfCall(program, fn, skeleton, call), name);
  }

  private add(targets: readonly FunctionRef[]): void {
    for (const target of targets) this.found.add(target);
  }

  /** Adds the functions that a called value leads to. */
  private pointed(id: ExprId): void {
    const expr = this.bare(id);
    if (expr === undefined) return;
    if (expr.k === 'global') {
      this.add(this.program.resolveCall(expr.name, this.fn.file));
      this.variable(expr.name);
    } else if (expr.k === 'field') this.held(expr);
    else if (expr.k === 'index') this.element(expr.base);
    else if (expr.k === 'local' && !this.followed.has(expr.index)) {
      this.followed.add(expr.index);
      for (const value of this.storedIn(expr.index)) this.pointed(value);
    }
  }

  /** Adds the functions in a variable that is a pointer to one. */
  private variable(name: string): void {
    if (this.program.resolveVariable(name, this.fn.file) !== undefined) this.slot('', name);
  }

  /** Adds the functions in an array. */
  private element(id: ExprId): void {
    const array = arrayOf(this.skeleton, id);
    if (array?.k === 'field') this.held(array);
    else if (array?.k === 'global') this.slot('', array.name);
  }

  private held({ base, name }: Extract<Expr, { readonly k: 'field' }>): void {
    const { program, fn } = this;
    for (const value of this.putInto(name)) this.add(program.resolveCall(value, fn.file));
    this.inSlot(program.expand(typeOf(this.skeleton, base, fn, program), fn.file), name);
  }

  private inSlot(record: string, name: string): void {
    if (record !== '') this.slot(record, name);
  }

  /** With `''` as `record`, the slot is a variable. */
  private slot(record: string, name: string): void {
    this.slots.add(name);
    const targets = this.program.resolveSlot(record, name, this.fn.file);
    // One above the bound: a function that is among its own targets does not count as a target.
    if (targets.length <= BOUNDS.slotTargets + 1) this.add(targets);
  }

  /** The functions that this function itself stores in a member of this name. */
  private *putInto(field: string): Generator<string> {
    for (const event of eventsOf(this.skeleton)) {
      if (event.k !== 'assign') continue;
      const target = this.skeleton.exprs[event.target];
      const value = target?.k === 'field' && target.name === field ? this.bare(event.value) : undefined;
      if (value?.k === 'global') yield value.name;
    }
  }

  private bare(id: ExprId): Expr | undefined {
    let expr = this.skeleton.exprs[id];
    while (expr?.k === 'cast' || expr?.k === 'deref' || expr?.k === 'address')
      expr = this.skeleton.exprs[expr.base];
    return expr;
  }

  private storedIn(local: number): readonly ExprId[] {
    if (this.stored === undefined) {
      const stored = new Map<number, ExprId[]>();
      for (const event of eventsOf(this.skeleton)) {
        const target = event.k === 'assign' ? this.skeleton.exprs[event.target] : undefined;
        if (event.k !== 'assign' || target?.k !== 'local') continue;
        append(stored, target.index, event.value);
      }
      this.stored = stored;
    }
    return this.stored.get(local) ?? [];
  }
}
