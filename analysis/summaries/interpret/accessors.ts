import { folderOf } from '../../base/paths.js';
import { BOUNDS } from '../../base/bounds.js';
import { baseOf } from '../../base/ctype.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Models } from '../../models/types.js';
import type { FunctionItem } from '../../outline/types.js';
import { eventsOf } from '../../skeleton/lowering/events.js';
import type { EventId, ExprId, Skeleton } from '../../skeleton/types.js';
import { calledBy, conditionOf, isInArmOf } from '../../callgraph/conditions.js';
import { FlowGraph } from '../state/flow-graph.js';
import { resultsIn } from '../state/used-results.js';

/** The first target of a name, plus its alternatives in other `#if` arms of the same file. */
export function armsOf(targets: readonly FunctionRef[]): readonly FunctionRef[] {
  const [first] = targets;
  if (first === undefined || targets.length === 1 || conditionOf(first) === '') return targets.slice(0, 1);
  const seen = new Set<string>();
  return targets.filter((target) => {
    const condition = conditionOf(target);
    if (target.file !== first.file || condition === '' || seen.has(condition)) return false;
    seen.add(condition);
    return true;
  });
}

/**
 * Whether the only target is a stub in an `#if` arm, while the arm with the real function is not visible. A function
 * with external linkage is not a stub, whatever its condition: the prototype declares it. Neither is a function in the
 * caller's own arm, or one that takes or releases a lock.
 */
export function isOnlyStandIn(
  program: Program,
  caller: FunctionRef,
  [only, ...others]: readonly FunctionRef[],
): boolean {
  if (only === undefined || others.length > 0) return false;
  if (only.item?.isStatic === false || conditionOf(only) === '' || isInArmOf(only, caller)) return false;
  if (only.item?.calls.some((name) => program.models.lockApi(name) !== undefined) === true) return false;
  const declared = program.resolvePrototype(only.name, caller.file);
  // A source may declare its own function beforehand, as static.
  return declared !== undefined && !(only.file === caller.file && declared.isStatic);
}

/**
 * Whether the value of a call identifies an object: the callee is a macro, or a small function that returns a pointer, of the
 * caller's folder unless it is inline. The value determines which lock the caller means.
 */
export function isAccessor(fn: FunctionRef, caller: FunctionRef, models: Models): boolean {
  const { macro, item } = fn;
  if (macro !== undefined) return true;
  if (item?.returns.endsWith('*') !== true) return false;
  if (item.isInline) return true;
  const isNear = item.isStatic || folderOf(fn.file) === folderOf(caller.file);
  return item.end - item.bodyStart <= BOUNDS.accessorBody && (isNear || choosesLock(fn, models));
}

/** Whether a function returns a pointer to a lock: its caller takes the lock that it chooses. */
export function choosesLock({ item }: FunctionRef, models: Models): boolean {
  return item?.returns.endsWith('*') === true && models.lockType(baseOf(item.returns)) !== undefined;
}

/**
 * Demands the accessors that functions call by name, and the functions whose answers they use, before any of these
 * functions is interpreted. The skeletons alone identify them. A function interpreted without one of them would have to
 * be interpreted again.
 */
export class AccessorDemands {
  private readonly looked = new Set<FunctionRef>();
  /** Ids of functions whose answers decide which way a function goes that takes locks. */
  private readonly answering = new Set<number>();
  /** Functions whose own questions were asked. */
  private readonly asking = new Set<FunctionRef>();

  constructor(private readonly program: Program) {}

  /** Visits a function and the macros with skeletons that it calls. Does nothing for a function already visited. */
  ask(fn: FunctionRef): void {
    const called: FunctionRef[] = [fn];
    for (let next = called.pop(); next !== undefined; next = called.pop()) this.look(next, called);
  }

  /** Takes over the demands made for the same functions in another program, all of which were met. */
  adopt({ looked, answering, asking }: AccessorDemands): void {
    for (const fn of looked) this.looked.add(fn);
    for (const id of answering) this.answering.add(id);
    for (const fn of asking) this.asking.add(fn);
  }

  /** Forgets a function that no longer exists. */
  forget(fn: FunctionRef): void {
    this.looked.delete(fn);
    this.asking.delete(fn);
  }

  private look(fn: FunctionRef, called: FunctionRef[]): void {
    const { program } = this;
    if (this.looked.has(fn) || !program.hasSkeleton(fn)) return;
    this.looked.add(fn);
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) return;
    const accessors = new Set<string>();
    const calls = callsIn(skeleton);
    for (const [name, isTested] of calls) {
      const targets = calledBy(fn, name, program);
      if (isTested && targets.some((target) => isAccessor(target, fn, program.models))) accessors.add(name);
      for (const target of targets) {
        if (target.macro !== undefined && !this.looked.has(target)) called.push(target);
      }
      const missing = isTested ? missingAccessor(program, fn, targets) : undefined;
      if (missing !== undefined) program.demand(missing, 'wrapper');
    }
    for (const name of new Set([...gatesIn(skeleton), ...indicesIn(skeleton, accessors)])) {
      const [target, ...others] = calledBy(fn, name, program);
      if (
        target !== undefined &&
        others.length === 0 &&
        isQuestion(target, fn) &&
        !program.hasSkeleton(target)
      )
        program.demand(target, 'wrapper');
    }
    if ((fn.item?.lockSites ?? 0) > 0 || this.answering.has(fn.id)) this.askAnswers(fn, calls);
  }

  /**
   * Demands the static functions whose answers a function uses, and those whose answers these use: one that always fails,
   * or never does, leaves fewer ways. The text alone decides which are read, so the result is the same after any edits.
   */
  private askAnswers(fn: FunctionRef, calls: CallsByName): void {
    const { program } = this;
    if (this.asking.has(fn)) return;
    this.asking.add(fn);
    for (const [name, isTested] of calls) {
      const [target, ...others] = isTested ? calledBy(fn, name, program) : [];
      if (target === undefined || others.length > 0 || !(isAnswer(target) || isAnswerBeside(target, fn)))
        continue;
      this.answering.add(target.id);
      const below = program.skeleton(target);
      if (below === undefined) program.demand(target, 'wrapper');
      else this.askAnswers(target, callsIn(below));
    }
  }
}

/** By called name: whether the value of any such call is used. */
type CallsByName = ReadonlyMap<string, boolean>;

/** The names a function calls. */
export function callsIn(skeleton: Skeleton): CallsByName {
  const tested = resultsIn(skeleton);
  const names = new Map<string, boolean>();
  for (const { events } of skeleton.blocks) {
    for (const event of events) {
      if (event.k !== 'call' || typeof event.callee !== 'string') continue;
      names.set(event.callee, tested.has(event.id) || names.get(event.callee) === true);
    }
  }
  return names;
}

/** The names of the functions whose answer is the index of an array element, or an argument of an accessor. */
function indicesIn({ exprs, blocks }: Skeleton, accessors: ReadonlySet<string>): ReadonlySet<string> {
  const asked = new Set<EventId>();
  const ask = (id: ExprId): void => {
    const expr = exprs[id];
    if (expr?.k === 'result') asked.add(expr.event);
  };
  for (const expr of exprs) if (expr.k === 'index') ask(expr.index);
  for (const { events } of blocks)
    for (const event of events)
      if (event.k === 'call' && typeof event.callee === 'string' && accessors.has(event.callee))
        event.args.forEach(ask);
  return calledFor({ blocks }, asked);
}

/** The names of the functions whose answer alone decides whether a lock is taken or released. */
function gatesIn(skeleton: Skeleton): ReadonlySet<string> {
  const { exprs } = skeleton;
  const asked = new Set<EventId>();
  const { gates } = FlowGraph.of(skeleton);
  for (const event of eventsOf(skeleton)) {
    const gate = 'lock' in event ? gates.get(event.id) : undefined;
    let condition = gate === undefined ? undefined : exprs[gate];
    while (condition?.k === 'unary' && condition.op === '!') condition = exprs[condition.base];
    if (condition?.k === 'result') asked.add(condition.event);
  }
  return calledFor(skeleton, asked);
}

/** The names of the functions that these events call. */
function calledFor({ blocks }: Pick<Skeleton, 'blocks'>, asked: ReadonlySet<EventId>): ReadonlySet<string> {
  const names = new Set<string>();
  if (asked.size === 0) return names;
  for (const { events } of blocks)
    for (const event of events)
      if (event.k === 'call' && typeof event.callee === 'string' && asked.has(event.id))
        names.add(event.callee);
  return names;
}

/** Whether a static function returns a number. */
function isAnswer({ item }: FunctionRef): boolean {
  return item?.isStatic === true && returnsNumber(item);
}

/** The same for a short global function of the caller's folder. */
function isAnswerBeside({ item, file }: FunctionRef, caller: FunctionRef): boolean {
  if (item === undefined || file === caller.file || folderOf(file) !== folderOf(caller.file)) return false;
  return returnsNumber(item) && item.end - item.bodyStart <= BOUNDS.accessorBody;
}

function returnsNumber({ returns }: FunctionItem): boolean {
  return returns !== 'void' && !returns.endsWith('*');
}

/** Whether a function does little but compute an answer. */
function isQuestion(fn: FunctionRef, caller: FunctionRef): boolean {
  const { item } = fn;
  if (item === undefined || !(isAnswer(fn) || isAnswerBeside(fn, caller))) return false;
  return item.calls.length === 0 && item.end - item.bodyStart <= BOUNDS.accessorBody;
}

/** The accessor whose skeleton is missing and whose arrival would force the call to be interpreted again. */
function missingAccessor(
  program: Program,
  caller: FunctionRef,
  targets: readonly FunctionRef[],
): FunctionRef | undefined {
  if (targets.length > BOUNDS.slotTargets) return undefined;
  const considered = armsOf(targets);
  if (isOnlyStandIn(program, caller, considered)) return undefined;
  return considered.find(
    (target) => isAccessor(target, caller, program.models) && !program.hasSkeleton(target),
  );
}
