import type { FunctionRef } from '../../link/types.js';
import type { ExprId } from '../../skeleton/types.js';
import { switchesOff } from '../../models/records/kinds.js';
import type { LockApi, OtherApi } from '../../models/types.js';
import type { Term } from '../locks/terms.js';

/** Interrupt state: as at entry, definitely off, or definitely on. */
export type Switch = 'entry' | 'off' | 'on';

/** What may interrupt a path at one point. Held locks are in the held set, not here. */
export interface Context {
  readonly irq: Switch;
  /** How many times bottom halves were disabled since entry; negative if enabled more often. */
  readonly bh: number;
  readonly preempt: number;
  /** The same count for page faults. While they are disabled, an access to user memory that is not present fails. */
  readonly faults: number;
  /** The same count for scopes that forbid reclaim through file systems or devices. */
  readonly reclaim: number;
  /** The interrupt state saved in each flags variable, by the variable's name; see also {@link BY_CALLEE}. */
  readonly saved: ReadonlyMap<string, Switch>;
  /** Whether flags were restored that this function did not save: interrupts are as when its caller saved them. */
  readonly isRestored: boolean;
}

/** Represents the flags variable in which a callee saved the state before it returned with interrupts off. */
const BY_CALLEE = '';

export const ENTRY_CONTEXT: Context = {
  irq: 'entry',
  bh: 0,
  preempt: 0,
  faults: 0,
  reclaim: 0,
  saved: new Map(),
  isRestored: false,
};

/** Contexts with equal keys are interchangeable. */
export function contextKey(context: Context): string {
  if (context === ENTRY_CONTEXT) return '';
  const { irq, bh, preempt, faults, reclaim, isRestored } = context;
  return `${irq}${isRestored ? '+' : ''}${bh}/${preempt}/${faults}/${reclaim}`;
}

/**
 * The changes since entry that all of these contexts share: each count as far as all agree, everything else as at
 * entry.
 */
export function sharedContext(contexts: readonly Context[]): Context {
  const [first = ENTRY_CONTEXT] = contexts;
  if (contexts.every((context) => contextKey(context) === contextKey(first))) return first;
  const count = (of: (context: Context) => number): number => {
    const counts = contexts.map(of);
    return Math.max(0, Math.min(...counts)) + Math.min(0, Math.max(...counts));
  };
  const areIrqsAlike = contexts.every(
    ({ irq, isRestored }) => irq === first.irq && isRestored === first.isRestored,
  );
  return {
    ...(areIrqsAlike ? first : ENTRY_CONTEXT),
    bh: count(({ bh }) => bh),
    preempt: count(({ preempt }) => preempt),
    faults: count(({ faults }) => faults),
    reclaim: count(({ reclaim }) => reclaim),
  };
}

/**
 * Whether a function that ends in this context leaves interrupts off and the previous state for its caller to restore.
 */
export function leavesSaved({ irq, saved }: Context): boolean {
  return irq === 'off' && saved.size > 0;
}

/** Whether a function that ends in this context leaves interrupts, bottom halves or preemption off. */
export function leavesOff({ irq, bh, preempt }: Context): boolean {
  return irq === 'off' || bh > 0 || preempt > 0;
}

/** The name of a function's variable that holds a saved interrupt state. */
export function flagsName({ id }: Pick<FunctionRef, 'id'>, variable: ExprId | undefined): string {
  return `${id}:${variable ?? ''}`;
}

/** The variables of a function in which a context has saved an interrupt state. */
export function savedBy({ saved }: Context, { id }: Pick<FunctionRef, 'id'>): readonly string[] {
  return [...saved.keys()].filter((flags) => flags.startsWith(`${id}:`));
}

/** The context after acquiring or releasing a lock. `flags` is the name of the flags variable. */
export function switchedByLock(context: Context, api: LockApi, acquires: boolean, flags: string): Context {
  let next = context;
  if (api.irq !== undefined) next = switchIrq(next, acquires ? api.irq : undone(api.irq), flags);
  if (api.bh === true) next = { ...next, bh: clamp(next.bh + (acquires ? 1 : -1)) };
  return next;
}

/** The context after local_irq_save(), preempt_disable() and similar calls. */
export function switchedByApi(
  context: Context,
  api: OtherApi,
  flags: string,
  args: readonly Term[],
): Context {
  const by = switchesOff(api.change) ? 1 : -1;
  switch (api.context) {
    case 'irq':
      if (api.change === undefined) return context;
      // Code does not enable interrupts by restoring a constant.
      if (api.change === 'restore' && api.flagsArg !== undefined && args[api.flagsArg]?.k === 'constant')
        return switchIrq(context, 'disable', flags);
      return switchIrq(context, api.change, flags);
    case 'bh':
      return { ...context, bh: clamp(context.bh + by) };
    case 'preempt':
      return { ...context, preempt: clamp(context.preempt + by) };
    case 'pagefault':
    case 'preempt-pagefault':
      return { ...context, preempt: clamp(context.preempt + by), faults: clamp(context.faults + by) };
    case 'nofs':
    case 'noio':
      return { ...context, reclaim: clamp(context.reclaim + by) };
    default:
      return context;
  }
}

/** The change at the end of a guard's scope. A guard has one name for both ends. */
function undone(change: NonNullable<LockApi['irq']>): NonNullable<LockApi['irq']> {
  return change === 'save' ? 'restore' : change === 'disable' ? 'enable' : change;
}

function switchIrq(
  context: Context,
  change: 'save' | 'disable' | 'restore' | 'enable',
  flags: string,
): Context {
  switch (change) {
    case 'save':
      return {
        ...context,
        irq: 'off',
        saved: new Map([...context.saved, [flags, context.irq]]),
        isRestored: false,
      };
    case 'disable':
      return { ...context, irq: 'off', isRestored: false };
    case 'enable':
      return { ...context, irq: 'on', isRestored: false };
    case 'restore':
      return restored(context, context.saved.has(flags) ? flags : BY_CALLEE);
  }
}

function restored(context: Context, flags: string): Context {
  const irq = context.saved.get(flags);
  const saved = new Map(context.saved);
  saved.delete(flags);
  return { ...context, irq: irq ?? 'entry', saved, isRestored: irq === undefined };
}

/** Bounds the counter, so that a loop that only disables converges. */
function clamp(count: number): number {
  return Math.max(-2, Math.min(4, count));
}

/** The context after a call: the callee's changes applied to the caller's context. */
export function afterCall(context: Context, callee: Context): Context {
  const { irq, bh, preempt, faults, reclaim } = callee;
  const own = callee.isRestored ? restored(context, lastSaved(context)) : context;
  if (irq === 'entry' && bh === 0 && preempt === 0 && faults === 0 && reclaim === 0) return own;
  return {
    irq: irq === 'entry' ? own.irq : irq,
    bh: clamp(own.bh + bh),
    preempt: clamp(own.preempt + preempt),
    faults: clamp(own.faults + faults),
    reclaim: clamp(own.reclaim + reclaim),
    saved: leavesSaved(callee) ? new Map([...own.saved, [BY_CALLEE, own.irq]]) : own.saved,
    isRestored: irq === 'entry' && own.isRestored,
  };
}

/** The flags that a callee restores for its caller: those that another callee saved, or the caller's own. */
function lastSaved({ saved }: Context): string {
  return saved.has(BY_CALLEE) ? BY_CALLEE : ([...saved.keys()].at(-1) ?? BY_CALLEE);
}
