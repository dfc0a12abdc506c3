import { BOUNDS } from '../base/bounds.js';
import type { FunctionRef, Program } from '../link/types.js';
import type { Skeleton } from '../summary/types.js';
import { calledBy, conditionOf, isInArmOf } from '../callgraph/conditions.js';
import { resultsIn } from './used-results.js';

/** The first of the functions that a name may mean, with its stand-ins in other `#if` arms of the same file. */
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
 * A stand-in for a function that is declared in another `#if` arm, and not to be seen. A function that other files link to
 * is what a prototype declares, whatever it stands under, and so is one of the caller's own arm.
 */
export function isOnlyStandIn(
  program: Program,
  caller: FunctionRef,
  [only, ...others]: readonly FunctionRef[],
): boolean {
  if (only === undefined || others.length > 0 || only.file === caller.file) return false;
  if (only.item?.isStatic === false || conditionOf(only) === '' || isInArmOf(only, caller)) return false;
  return program.resolvePrototype(only.name, caller.file) !== undefined;
}

/**
 * A macro, or a function that does little but give a pointer: which object it leads to matters for whose lock is
 * meant.
 */
export function isAccessor({ macro, item }: FunctionRef): boolean {
  if (macro !== undefined) return true;
  if (item?.returns.endsWith('*') !== true) return false;
  return item.isInline || (item.isStatic && item.end - item.bodyStart <= BOUNDS.accessorBody);
}

/**
 * Asks for the accessors that functions call by name before any of them is interpreted: which these are can be
 * told from the skeletons alone, and a function interpreted without one would have to be interpreted again.
 */
export class AccessorDemands {
  private readonly looked = new Set<FunctionRef>();

  constructor(private readonly program: Program) {}

  /** Looks at a function, unless it was looked at before, and at the macros with skeletons that it calls. */
  ask(fn: FunctionRef): void {
    const called: FunctionRef[] = [fn];
    for (let next = called.pop(); next !== undefined; next = called.pop()) this.look(next, called);
  }

  /** The function is gone. */
  forget(fn: FunctionRef): void {
    this.looked.delete(fn);
  }

  private look(fn: FunctionRef, called: FunctionRef[]): void {
    const { program } = this;
    if (this.looked.has(fn) || !program.hasSkeleton(fn)) return;
    this.looked.add(fn);
    const skeleton = program.skeleton(fn);
    if (skeleton === undefined) return;
    for (const [name, isTested] of callsIn(skeleton)) {
      const targets = calledBy(fn, name, program);
      for (const target of targets) {
        if (target.macro !== undefined && !this.looked.has(target)) called.push(target);
      }
      const missing = isTested ? missingAccessor(program, fn, targets) : undefined;
      if (missing !== undefined) program.demand(missing, 'wrapper');
    }
  }
}

/** The names that a function calls, and whether the value of a call of each is used. */
function callsIn(skeleton: Skeleton): ReadonlyMap<string, boolean> {
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

/** The accessor without skeleton for which a call would have to be interpreted again. */
function missingAccessor(
  program: Program,
  caller: FunctionRef,
  targets: readonly FunctionRef[],
): FunctionRef | undefined {
  if (targets.length > BOUNDS.slotTargets) return undefined;
  const considered = armsOf(targets);
  if (isOnlyStandIn(program, caller, considered)) return undefined;
  return considered.find((target) => isAccessor(target) && !program.hasSkeleton(target));
}
