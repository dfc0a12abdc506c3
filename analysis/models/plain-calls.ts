import type { LockKind, LockMode } from './types.js';

/** The plainest calls that take and release a lock of a kind, for what only says that it does. */
const calls: Partial<Record<LockKind, Readonly<Record<LockMode, readonly [take: string, give: string]>>>> = {
  mutex: both('mutex_lock', 'mutex_unlock'),
  rt_mutex: both('rt_mutex_lock', 'rt_mutex_unlock'),
  spinlock: both('spin_lock', 'spin_unlock'),
  raw_spinlock: both('raw_spin_lock', 'raw_spin_unlock'),
  semaphore: both('down', 'up'),
  rwlock: { write: ['write_lock', 'write_unlock'], read: ['read_lock', 'read_unlock'] },
  rwsem: { write: ['down_write', 'up_write'], read: ['down_read', 'up_read'] },
};

function both(take: string, give: string): Readonly<Record<LockMode, readonly [string, string]>> {
  return { write: [take, give], read: [take, give] };
}

/** The name of such a call; `undefined` where a kind has none. */
export function plainCall(kind: LockKind, mode: LockMode, op: 'acquire' | 'release'): string | undefined {
  return calls[kind]?.[mode][op === 'acquire' ? 0 : 1];
}
