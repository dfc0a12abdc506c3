import type { LockApi } from '../types.js';
import { spinlock } from './families.js';

const idaLock = spinlock.of({ path: '->xa.xa_lock', argType: 'struct ida' });
const idrLock = spinlock.of({ path: '->idr_rt.xa_lock', argType: 'struct idr' });
const xasLock = spinlock.of({ path: '->xa->xa_lock', argType: 'struct xa_state' });
const lockrefLock = spinlock.of({ path: '->lock', argType: 'struct lockref' });
const xaLock = spinlock.of({ path: '->xa_lock', argType: 'struct xarray' });

/** Locks of generic containers: xarray, idr, lockref. */
export const containersApis: readonly LockApi[] = [
  xasLock.acquire('xas_lock'),
  xasLock.acquire('xas_lock_bh', { bh: true }),
  xasLock.acquire('xas_lock_irq', { irq: 'disable' }),
  xasLock.acquire('xas_lock_irqsave', { irq: 'save', flagsArg: 1 }),
  xasLock.tryLock('xas_trylock', 'nonzero'),
  xasLock.release('xas_unlock'),
  xasLock.release('xas_unlock_bh', { bh: true }),
  xasLock.release('xas_unlock_irq', { irq: 'enable' }),
  xasLock.release('xas_unlock_irqrestore', { irq: 'restore', flagsArg: 1 }),
  idaLock.transient('ida_alloc', { irq: 'save', gfpArg: 1 }),
  idaLock.transient('ida_alloc_range', { irq: 'save', gfpArg: 3 }),
  idaLock.transient('ida_free', { irq: 'save' }),
  idaLock.transient('ida_simple_get', { irq: 'save', gfpArg: 3 }),
  idaLock.transient('ida_simple_remove', { irq: 'save' }),
  idrLock.acquire('idr_lock'),
  idrLock.acquire('idr_lock_bh', { bh: true }),
  idrLock.acquire('idr_lock_irq', { irq: 'disable' }),
  idrLock.acquire('idr_lock_irqsave', { irq: 'save', flagsArg: 1 }),
  idrLock.release('idr_unlock'),
  idrLock.release('idr_unlock_bh', { bh: true }),
  idrLock.release('idr_unlock_irq', { irq: 'enable' }),
  idrLock.release('idr_unlock_irqrestore', { irq: 'restore', flagsArg: 1 }),
  lockrefLock.transient('lockref_get'),
  lockrefLock.transient('lockref_get_not_dead'),
  lockrefLock.mayFail('lockref_put_or_lock', 'zero', { lastReference: true }),
  xaLock.transient('xa_alloc', { gfpArg: 4 }),
  xaLock.transient('xa_alloc_cyclic', { gfpArg: 5 }),
  xaLock.transient('xa_alloc_irq', { irq: 'disable', gfpArg: 4 }),
  xaLock.transient('xa_cmpxchg', { gfpArg: 4 }),
  xaLock.transient('xa_erase'),
  xaLock.transient('xa_erase_bh', { bh: true }),
  xaLock.transient('xa_erase_irq', { irq: 'disable' }),
  xaLock.transient('xa_insert', { gfpArg: 3 }),
  xaLock.transient('xa_insert_irq', { irq: 'disable', gfpArg: 3 }),
  xaLock.transient('xa_store', { gfpArg: 3 }),
  xaLock.transient('xa_store_bh', { bh: true, gfpArg: 3 }),
  xaLock.transient('xa_store_irq', { irq: 'disable', gfpArg: 3 }),
  xaLock.transient('xa_store_range', { gfpArg: 4 }),
  xaLock.acquire('xa_lock'),
  xaLock.acquire('xa_lock_bh', { bh: true }),
  xaLock.acquire('xa_lock_irq', { irq: 'disable' }),
  xaLock.acquire('xa_lock_irqsave', { irq: 'save', flagsArg: 1 }),
  xaLock.acquire('xa_lock_nested', { subclassArg: 1 }),
  xaLock.tryLock('xa_trylock', 'nonzero'),
  xaLock.release('xa_unlock'),
  xaLock.release('xa_unlock_bh', { bh: true }),
  xaLock.release('xa_unlock_irq', { irq: 'enable' }),
  xaLock.release('xa_unlock_irqrestore', { irq: 'restore', flagsArg: 1 }),
];
