import type { LockApi } from '../types.js';
import { seqcount, seqlock } from './families.js';

/** Sequence locks (their write side locks) and sequence counts (nothing locks). */
export const seqlockApis: readonly LockApi[] = [
  seqcount.acquire('raw_write_seqcount_begin'),
  seqcount.release('raw_write_seqcount_end'),
  seqcount.init('seqcount_init'),
  seqcount.init('seqcount_mutex_init'),
  seqcount.init('seqcount_raw_spinlock_init'),
  seqcount.init('seqcount_rwlock_init'),
  seqcount.init('seqcount_spinlock_init'),
  seqcount.acquire('write_seqcount_begin'),
  seqcount.acquire('write_seqcount_begin_nested', { subclassArg: 1 }),
  seqcount.release('write_seqcount_end'),
  seqlock.transient('read_seqbegin', { mode: 'read' }),
  seqlock.acquire('read_seqlock_excl'),
  seqlock.acquire('read_seqlock_excl_bh', { bh: true }),
  seqlock.acquire('read_seqlock_excl_irq', { irq: 'disable' }),
  seqlock.acquire('read_seqlock_excl_irqsave', { irq: 'save', flagsArg: 1 }),
  seqlock.release('read_sequnlock_excl'),
  seqlock.release('read_sequnlock_excl_bh', { bh: true }),
  seqlock.release('read_sequnlock_excl_irq', { irq: 'enable' }),
  seqlock.release('read_sequnlock_excl_irqrestore', { irq: 'restore', flagsArg: 1 }),
  seqlock.init('seqlock_init'),
  seqlock.acquire('write_seqlock'),
  seqlock.acquire('write_seqlock_bh', { bh: true }),
  seqlock.acquire('write_seqlock_irq', { irq: 'disable' }),
  seqlock.acquire('write_seqlock_irqsave', { irq: 'save', flagsArg: 1 }),
  seqlock.release('write_sequnlock'),
  seqlock.release('write_sequnlock_bh', { bh: true }),
  seqlock.release('write_sequnlock_irq', { irq: 'enable' }),
  seqlock.release('write_sequnlock_irqrestore', { irq: 'restore', flagsArg: 1 }),
];
