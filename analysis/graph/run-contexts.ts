import type { FunctionRef, Program } from '../link/types.js';
import type { Collected } from './collect.js';
import { isProcess, isSoftirq, isStrictlyAtomic, type Contexts } from './contexts.js';
import type { RunContext } from './types.js';

/** Calls followed down from where a context is known. */
const MAX_DOWN = 6;

/**
 * In which kinds of context functions run, as far as somebody in sight enters them there, through calls. An
 * interrupt handler's callees count whatever branches lie on the way: this is for sorting, not for judging.
 */
export function runContexts(
  collected: Collected,
  contexts: Contexts | undefined,
): ReadonlyMap<FunctionRef, ReadonlySet<RunContext>> {
  const result = new Map<FunctionRef, Set<RunContext>>();
  const roots: Record<RunContext, Set<FunctionRef>> = {
    hardirq: new Set(),
    process: new Set(),
    softirq: new Set(),
  };
  for (const [fn, entries] of contexts?.all() ?? []) {
    for (const { context } of entries) {
      if (context === 'hardirq' || context === 'nmi') roots.hardirq.add(fn);
      else if (isSoftirq(context)) roots.softirq.add(fn);
      else if (isProcess(context)) roots.process.add(fn);
    }
  }
  for (const kind of ['hardirq', 'process', 'softirq'] as const) {
    const visited = roots[kind];
    let rim = [...visited];
    for (let calls = 0; calls < MAX_DOWN && rim.length > 0; calls += 1) {
      const next: FunctionRef[] = [];
      for (const fn of rim) {
        for (const callee of collected.callees(fn)) {
          if (visited.has(callee)) continue;
          visited.add(callee);
          next.push(callee);
        }
      }
      rim = next;
    }
    for (const fn of visited) {
      const known = result.get(fn);
      if (known) known.add(kind);
      else result.set(fn, new Set([kind]));
    }
  }
  return result;
}

/** Callers of callers looked at. */
const MAX_UP = 4;

/** Whether a function is only ever entered by interrupts, itself or through those that call it by name. */
export function runsInInterrupt(
  contexts: Contexts,
  program: Program,
  fn: FunctionRef,
  levels = MAX_UP,
): boolean {
  const entries = contexts.of(fn);
  const callers = program.callers(fn).filter((caller) => caller !== fn);
  if (levels === 0 || (entries.length === 0 && callers.length === 0)) return false;
  return (
    entries.every(({ context }) => isSoftirq(context) || isStrictlyAtomic(context)) &&
    callers.every((caller) => runsInInterrupt(contexts, program, caller, levels - 1))
  );
}
