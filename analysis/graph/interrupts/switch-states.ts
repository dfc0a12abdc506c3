import { STRENGTH, type IrqForm } from '../../models/variants.js';
import { isProcess, type OutsideEntry } from '../contexts/contexts.js';
import type { FunctionRef, Program } from '../../link/types.js';
import type { Context } from '../../summaries/state/context.js';
import type { Interrupt } from './reached.js';

/**
 * Whether interrupts or bottom halves are on: definitely, definitely not, or unknown. `unseen`: visible callers agree,
 * but there may be others. `passed`: unknown, and other code got the function to call it back. `atomic`: whatever
 * calls it must not sleep, and may hold a lock that disables them. `stored`: unknown, but it is an operation in a table
 * of the kernel, so no interrupt handler.
 */
export type InterruptState = 'on' | 'off' | '?' | 'unseen' | 'passed' | 'atomic' | 'stored';
/** The number of these states. */
export const ALL = 7;

export interface SwitchStates {
  readonly irq: ReadonlySet<InterruptState>;
  readonly bh: ReadonlySet<InterruptState>;
}

export const UNKNOWN: SwitchStates = { irq: new Set(['?']), bh: new Set(['?']) };
export const PROCESS: SwitchStates = { irq: new Set(['on']), bh: new Set(['on']) };
const ATOMIC: SwitchStates = { irq: new Set(['atomic']), bh: new Set(['?']) };
const SOFTIRQ: SwitchStates = { irq: new Set(['on']), bh: new Set(['off']) };
/** A poll may also be called by code that prints with interrupts off. */
const POLLED: SwitchStates = { irq: new Set(['on', '?']), bh: new Set(['off']) };
export const HARDIRQ: SwitchStates = { irq: new Set(['off']), bh: new Set(['off']) };

export function waysOf(entry: OutsideEntry): SwitchStates {
  if (entry.isOff === true) return HARDIRQ;
  if (entry.isOn === true) return PROCESS;
  switch (entry.context) {
    case 'hardirq':
    case 'nmi':
      return HARDIRQ;
    case 'timer':
    case 'tasklet':
      return SOFTIRQ;
    case 'softirq':
    case 'rcu':
      return POLLED;
    case 'atomic':
      return ATOMIC;
    default:
      return isProcess(entry.context) ? PROCESS : UNKNOWN;
  }
}

/** The state at a lockset of a function with this entry state. */
export function over(entry: SwitchStates): (lockset: { readonly context: Context }) => SwitchStates {
  return ({ context: { irq, bh } }) => ({
    irq: irq === 'entry' ? entry.irq : new Set<InterruptState>([irq]),
    bh: bh > 0 ? new Set<InterruptState>(['off']) : entry.bh,
  });
}

/** Whether nothing speaks against interrupts being on: no path has them off, and no code calls back or must not sleep. */
export function mayBeOn({ irq }: SwitchStates): boolean {
  return !(['off', 'passed', 'atomic'] as const).some((state) => irq.has(state));
}

/**
 * Whether a function is a softirq handler that nothing in sight calls otherwise. An inline function of a header stands for the call
 * through the pointer.
 */
export function isOfSoftirq(program: Program, entries: readonly OutsideEntry[], fn: FunctionRef): boolean {
  return (
    entries.length > 0 &&
    entries.every((entry) => isOnly(waysOf(entry).bh, 'off')) &&
    program.callers(fn).every(({ file }) => file.endsWith('.h'))
  );
}

export function join(ways: readonly SwitchStates[]): SwitchStates {
  return {
    irq: new Set(ways.flatMap(({ irq }) => [...irq])),
    bh: new Set(ways.flatMap(({ bh }) => [...bh])),
  };
}

export function isOnly(known: ReadonlySet<InterruptState>, value: InterruptState): boolean {
  return known.size === 1 && known.has(value);
}

/** States in which something may be enabled. */
const POSSIBLE: readonly InterruptState[] = ['on', '?', 'passed', 'atomic', 'stored'];

export function mayCome({ irq, bh }: SwitchStates, interrupt: Interrupt): boolean {
  const may = (known: ReadonlySet<InterruptState>): boolean => POSSIBLE.some((state) => known.has(state));
  return may(irq) && (interrupt === 'hardirq' || may(bh));
}

/** Whether interrupts and bottom halves are in the state of the function's entry. */
export function isAtEntry({ context }: { readonly context: Context }): boolean {
  return context.irq === 'entry' || context.bh === 0;
}

export function isStronger(form: IrqForm, than: IrqForm): boolean {
  return STRENGTH.indexOf(form) > STRENGTH.indexOf(than);
}
