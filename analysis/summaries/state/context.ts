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
  /** The interrupt state saved in each flags variable, by the variable's name. */
  readonly saved: ReadonlyMap<string, Switch>;
}

export const ENTRY_CONTEXT: Context = {
  irq: 'entry',
  bh: 0,
  preempt: 0,
  faults: 0,
  reclaim: 0,
  saved: new Map(),
};

/** Contexts with equal keys are interchangeable. */
export function contextKey(context: Context): string {
  if (context === ENTRY_CONTEXT) return '';
  const { irq, bh, preempt, faults, reclaim } = context;
  return `${irq}${bh}/${preempt}/${faults}/${reclaim}`;
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
  const by = api.change === 'disable' || api.change === 'save' ? 1 : -1;
  switch (api.context) {
    case 'irq':
      if (api.change === undefined) return context;
      // A constant as the state to restore is not used to enable interrupts.
      if (api.change === 'restore' && api.flagsArg !== undefined && args[api.flagsArg]?.k === 'constant')
        return switchIrq(context, 'disable', flags);
      return switchIrq(context, api.change, flags);
    case 'bh':
      return { ...context, bh: clamp(context.bh + by) };
    case 'preempt':
      return { ...context, preempt: clamp(context.preempt + by) };
    case 'pagefault':
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
      return { ...context, irq: 'off', saved: new Map([...context.saved, [flags, context.irq]]) };
    case 'disable':
      return { ...context, irq: 'off' };
    case 'enable':
      return { ...context, irq: 'on' };
    case 'restore': {
      const saved = new Map(context.saved);
      saved.delete(flags);
      return { ...context, irq: context.saved.get(flags) ?? 'entry', saved };
    }
  }
}

/** Bounds the counter, so that a loop that only disables converges. */
function clamp(count: number): number {
  return Math.max(-2, Math.min(4, count));
}

/** The context after a call: the callee's changes applied to the caller's context. */
export function afterCall(context: Context, callee: Context): Context {
  const { irq, bh, preempt, faults, reclaim } = callee;
  if (irq === 'entry' && bh === 0 && preempt === 0 && faults === 0 && reclaim === 0) return context;
  return {
    irq: irq === 'entry' ? context.irq : irq,
    bh: clamp(context.bh + bh),
    preempt: clamp(context.preempt + preempt),
    faults: clamp(context.faults + faults),
    reclaim: clamp(context.reclaim + reclaim),
    saved: context.saved,
  };
}
