import { BOUNDS } from '../../base/bounds.js';
import { append } from '../../base/lists.js';
import type { FunctionRef } from '../../link/types.js';
import type { Collected } from '../events/collect.js';
import { isProcess, isSoftirq, isStrictlyAtomic, type Contexts } from './contexts.js';
import type { OutsideEntry } from './entries.js';
import type { RunContext } from '../events/types.js';

const KINDS = ['hardirq', 'process', 'softirq'] as const;

/**
 * The kinds of context in which visible code enters functions, through calls. Callees of an interrupt handler count
 * regardless of branches: this is for grouping, not for proofs.
 */
export function runContexts(
  collected: Collected,
  contexts: Contexts | undefined,
): ReadonlyMap<FunctionRef, ReadonlySet<RunContext>> {
  const result = new Map<FunctionRef, Set<RunContext>>();
  const roots = rootsOf(contexts);
  for (const kind of KINDS) {
    const visited = roots[kind];
    let rim = [...visited];
    for (let calls = 0; calls < BOUNDS.callsForContext && rim.length > 0; calls += 1) {
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

type Roots = Readonly<Record<RunContext, Set<FunctionRef>>>;

/** Functions that are entered in each kind of context. */
function rootsOf(contexts: Contexts | undefined): Roots {
  const roots: Roots = { hardirq: new Set(), process: new Set(), softirq: new Set() };
  for (const [fn, entries] of contexts?.all() ?? []) for (const kind of kindsOf(entries)) roots[kind].add(fn);
  return roots;
}

function* kindsOf(entries: readonly OutsideEntry[]): Generator<RunContext> {
  for (const { context } of entries) {
    if (context === 'hardirq' || context === 'nmi') yield 'hardirq';
    else if (isSoftirq(context)) yield 'softirq';
    else if (isProcess(context)) yield 'process';
  }
}

/** {@link runContexts} for a few functions, by searching upwards from each. */
export class RunContextsOf {
  private readonly known = new Map<FunctionRef, ReadonlySet<RunContext> | undefined>();
  /** By interpreted function: its callers, including those through pointers. */
  private readonly interpreted = new Map<FunctionRef, FunctionRef[]>();

  constructor(
    private readonly collected: Collected,
    private readonly contexts: Contexts,
  ) {
    for (const fn of collected.summaries.keys()) {
      for (const callee of collected.callees(fn)) {
        append(this.interpreted, callee, fn);
      }
    }
  }

  /** `undefined` if no visible code leads to it. */
  of(fn: FunctionRef): ReadonlySet<RunContext> | undefined {
    if (!this.known.has(fn)) this.known.set(fn, this.find(fn));
    return this.known.get(fn);
  }

  private find(fn: FunctionRef): ReadonlySet<RunContext> | undefined {
    const kinds = new Set<RunContext>();
    const visited = new Set([fn]);
    let rim = [fn];
    for (let calls = 0; ; calls++) {
      for (const one of rim) for (const kind of kindsOf(this.contexts.of(one))) kinds.add(kind);
      if (calls === BOUNDS.callsForContext || rim.length === 0 || kinds.size === KINDS.length) break;
      rim = rim
        .flatMap((one) => [...this.callers(one)])
        .filter((one) => !visited.has(one) && visited.add(one));
    }
    return kinds.size > 0 ? kinds : undefined;
  }

  private *callers(fn: FunctionRef): Generator<FunctionRef> {
    yield* this.interpreted.get(fn) ?? [];
    // Functions with only an outline make calls by name only.
    for (const caller of this.collected.program.callers(fn))
      if (!this.collected.summaries.has(caller)) yield caller;
  }
}

/** Whether a function is only entered from interrupts, directly or through its callers. */
export function runsInInterrupt(
  contexts: Contexts,
  callersOf: (fn: FunctionRef) => readonly FunctionRef[],
  fn: FunctionRef,
  levels = BOUNDS.callersForContext,
): boolean {
  const entries = contexts.of(fn);
  const callers = callersOf(fn).filter((caller) => caller !== fn);
  if (levels === 0 || (entries.length === 0 && callers.length === 0)) return false;
  return (
    entries.every(({ context }) => isSoftirq(context) || isStrictlyAtomic(context)) &&
    callers.every((caller) => runsInInterrupt(contexts, callersOf, caller, levels - 1))
  );
}

/** Whether an interrupt of this kind may occur in a function that is entered so. */
export function isInterruptible(entry: OutsideEntry, interrupt: 'hardirq' | 'softirq'): boolean {
  if (entry.isOff === true) return false;
  return (
    entry.isOn === true || isProcess(entry.context) || (interrupt === 'hardirq' && isSoftirq(entry.context))
  );
}
