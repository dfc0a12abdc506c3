import type { LockApi, LockKind } from './types.js';

/** Kinds that PREEMPT_RT bases on a sleeping lock. Raw and bit spinlocks are unchanged. */
const SUBSTITUTED: ReadonlySet<LockKind> = new Set(['spinlock', 'rwlock', 'seqlock', 'local_lock']);

/** A row of the locking API under PREEMPT_RT (Documentation/locking/locktypes.rst). */
export function underPreemptRt(api: LockApi): LockApi {
  if (!SUBSTITUTED.has(api.kind) || api.noLockdep === true) return api;
  const { irq: _, ...rest } = api;
  const waits = (api.op === 'acquire' || api.op === 'try') && api.nonBlocking !== true;
  return { ...rest, preemptible: true, ...(waits ? { sleeps: true } : {}) };
}

/** The configuration option for PREEMPT_RT. */
export const PREEMPT_RT_OPTION = 'CONFIG_PREEMPT_RT';
/** With one processor, nobody waits for another one: code for such kernels is no proof of a deadlock. */
export const SMP_OPTION = 'CONFIG_SMP';
