import { BOUNDS } from '../../base/bounds.js';
import { folderOf } from '../../base/paths.js';
import type { CallSummary, FunctionSummary } from '../../summaries/state/types.js';
import { isMemberMacro } from '../../link/calls/member-macros.js';
import type { FunctionRef, Program } from '../../link/types.js';

/**
 * Demands functions that are called with a lock held and may take another without a lock call of their own: those that
 * call through a pointer, whose targets are known only once the function is interpreted, and those that call a function
 * that takes a lock and releases it. Limited to the holder's folder and a few calls down.
 */
export class PointerDemands {
  constructor(private readonly program: Program) {}

  /** Considers the callees of an interpreted function. */
  add({ fn, calls }: FunctionSummary): void {
    for (const call of calls)
      if (isUnderLock(call)) for (const target of call.targets) this.below(target, fn);
  }

  /** Considers a function without skeleton that is new in its file. */
  addCallee(fn: FunctionRef, summaryOf: (fn: FunctionRef) => FunctionSummary | undefined): void {
    for (const caller of this.holdersAbove(fn, summaryOf, BOUNDS.callsToPointer)) this.below(fn, caller);
  }

  private below(fn: FunctionRef, holder: FunctionRef): void {
    const { program } = this;
    const isOpen = isOutlinedBeside(program, holder);
    if (isOpen(fn)) demandPointers(program, fn, BOUNDS.callsToPointer - 1, isOpen);
  }

  /** Interpreted functions that call `fn` with a lock held, directly or through functions without skeleton. */
  private *holdersAbove(
    fn: FunctionRef,
    summaryOf: (fn: FunctionRef) => FunctionSummary | undefined,
    calls: number,
  ): Generator<FunctionRef> {
    for (const caller of this.program.callers(fn)) {
      const summary = summaryOf(caller);
      if (summary?.calls.some((call) => call.targets.includes(fn) && isUnderLock(call))) yield caller;
      else if (summary === undefined && calls > 1) yield* this.holdersAbove(caller, summaryOf, calls - 1);
    }
  }
}

function isUnderLock({ locksets }: CallSummary): boolean {
  return locksets.some(({ held }) => held.some(({ kind }) => kind !== 'rcu' && kind !== 'seqcount'));
}

/** Whether a function is in the folder of another and known by its outline only. */
export function isOutlinedBeside(program: Program, { file }: FunctionRef): (fn: FunctionRef) => boolean {
  const folder = folderOf(file);
  return (fn) => folderOf(fn.file) === folder && !program.hasSkeleton(fn);
}

/**
 * Demands a function, and those it leads to within so many calls, if they call through pointers. `isNear` selects the
 * callees to consider.
 */
export function demandPointers(
  program: Program,
  fn: FunctionRef,
  calls: number,
  isNear: (callee: FunctionRef) => boolean,
): void {
  if (hidesLocks(program, fn)) program.demand(fn, 'path');
  if (calls === 0) return;
  for (const callee of program.callees(fn))
    if (callee !== fn && isNear(callee)) demandPointers(program, callee, calls - 1, isNear);
}

/** Whether functions may hide locks, keyed by their lists of callees, which the program keeps while names mean the same. */
const hiding = new WeakMap<readonly FunctionRef[], boolean>();

function hidesLocks(program: Program, fn: FunctionRef): boolean {
  const callees = program.callees(fn);
  let known = hiding.get(callees);
  if (known === undefined) hiding.set(callees, (known = mayHideLocks(program, fn)));
  return known;
}

/**
 * Whether a function calls a function that takes a lock and releases it, or calls through a pointer: a member, an element
 * of an array, its own parameter, a variable, or what it passes on to a put, a macro or whoever calls it at once.
 */
function mayHideLocks(program: Program, { item, file }: FunctionRef): boolean {
  if (item === undefined) return false;
  const { models } = program;
  return (
    item.indirectCalls.length > 0 ||
    item.parameters.some(({ name }) => item.calls.includes(name)) ||
    item.calls.some(
      (name) =>
        models.referencePut(name) !== undefined ||
        models.tablePut(name) !== undefined ||
        models.callbackCalls(name).length > 0 ||
        models.lockApi(name)?.op === 'transient' ||
        isMemberMacro(program, name, file) ||
        isPointer(program, name, file),
    )
  );
}

/** Whether the name of a call is that of a global variable, a pointer to a function. */
function isPointer(program: Program, name: string, file: string): boolean {
  return program.resolveCall(name, file).length === 0 && program.resolveVariable(name, file) !== undefined;
}
