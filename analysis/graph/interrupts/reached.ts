import type { FunctionRef, Program } from '../../link/types.js';
import { isAtomic } from '../contexts/contexts.js';
import { handlersOf } from '../contexts/handlers.js';

/** What interrupts: hardware interrupt handlers, or softirqs. */
export type Interrupt = 'hardirq' | 'softirq';

type Sets = Readonly<Record<Interrupt, Set<FunctionRef>>>;

/** Functions that run in interrupts, as far as the calls of handlers show. */
export class ReachedByHandlers {
  private readonly called: Sets = { hardirq: new Set(), softirq: new Set() };
  private readonly pointedAt: Sets = { hardirq: new Set(), softirq: new Set() };

  constructor(private readonly program: Program) {}

  /** A handler calls these functions. */
  add(interrupt: Interrupt, functions: Iterable<FunctionRef>): void {
    for (const fn of functions) this.called[interrupt].add(fn);
  }

  /** A handler calls one of these functions, through a pointer. */
  addSome(interrupt: Interrupt, functions: Iterable<FunctionRef>): void {
    for (const fn of functions) this.pointedAt[interrupt].add(fn);
  }

  /**
   * Whether a function that no code calls by name runs in a handler: one calls it through a pointer, or its type shows
   * that it is a handler registered elsewhere.
   */
  has(fn: FunctionRef, interrupt: Interrupt): boolean {
    if (isIn(this.called, fn, interrupt)) return true;
    const outline = this.program.outline(fn.file);
    const shapes = outline && handlersOf(outline, this.program.models).shaped.get(fn.index);
    return shapes?.some(({ runsIn }) => isAtomic(runsIn)) === true;
  }

  /** Whether it is one of the functions that a handler may call through a pointer. */
  mayHave(fn: FunctionRef, interrupt: Interrupt): boolean {
    return isIn(this.pointedAt, fn, interrupt);
  }
}

/** A softirq interrupts no hardware interrupt handler either. */
function isIn(sets: Sets, fn: FunctionRef, interrupt: Interrupt): boolean {
  return sets.hardirq.has(fn) || (interrupt === 'softirq' && sets.softirq.has(fn));
}
