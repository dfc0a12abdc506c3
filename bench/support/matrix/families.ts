/** How one family of locks is declared, acquired and released in a generated module. */
export interface Family {
  readonly name: string;
  /** The type of the member or variable; absent if the lock belongs to the kernel. */
  readonly type?: string;
  /** A definition of a global, with its initialiser. */
  readonly define?: (name: string) => string;
  /** The acquisition and the release of the lock with this address. */
  readonly take: (lock: string, flags: string) => string;
  readonly drop: (lock: string, flags: string) => string;
  /** The value that a successful acquisition returns; absent if it always succeeds. */
  readonly succeeds?: 'zero' | 'nonzero';
  /** Whether it saves the interrupt state in a variable. */
  readonly flags?: boolean;
  /** Whether its holder must not sleep. */
  readonly atomic?: boolean;
  /** The text in place of the lock's address: an object of the unit that the kernel locks. */
  readonly object?: string;
  /** Whether its owner cannot take it a second time. */
  readonly exclusive?: boolean;
  /** Whether it is taken for reading. */
  readonly reads?: boolean;
  /** The name of a guard class. */
  readonly guard?: string;
  readonly assert?: boolean;
  /** How interrupts are disabled while it is held. */
  readonly off?: 'irq' | 'bh';
}

const call =
  (name: string) =>
  (lock: string): string =>
    `${name}(${lock})`;
const saving =
  (name: string) =>
  (lock: string, flags: string): string =>
    `${name}(${lock}, ${flags})`;
const plain = (name: string) => (): string => `${name}()`;

const MUTEX = { type: 'struct mutex', define: (name: string) => `DEFINE_MUTEX(${name})` };
const SPIN = { type: 'spinlock_t', define: (name: string) => `DEFINE_SPINLOCK(${name})`, atomic: true };
const RAW = {
  type: 'raw_spinlock_t',
  define: (name: string) => `DEFINE_RAW_SPINLOCK(${name})`,
  atomic: true,
};
const RW = { type: 'rwlock_t', define: (name: string) => `DEFINE_RWLOCK(${name})`, atomic: true };
const RWSEM = { type: 'struct rw_semaphore', define: (name: string) => `DECLARE_RWSEM(${name})` };
const SEM = { type: 'struct semaphore', define: (name: string) => `DEFINE_SEMAPHORE(${name}, 1)` };
const OWNED = { exclusive: true, assert: true };

function of(
  kind: Pick<Family, 'type' | 'define' | 'atomic'>,
  take: string,
  drop: string,
  more: Partial<Family> = {},
): Family {
  const form = more.flags === true ? saving : call;
  return { name: take, ...kind, take: form(take), drop: form(drop), ...more };
}

function implicit(take: string, drop: string, more: Partial<Family> = {}): Family {
  return { name: take, take: plain(take), drop: plain(drop), ...more };
}

function onObject(object: string, take: string, drop: string, more: Partial<Family> = {}): Family {
  return { name: take, take: call(take), drop: call(drop), object, ...more };
}

const SAVES = { flags: true, off: 'irq' as const };

export const FAMILIES: readonly Family[] = [
  of(MUTEX, 'mutex_lock', 'mutex_unlock', { ...OWNED, guard: 'mutex' }),
  of(MUTEX, 'mutex_lock_interruptible', 'mutex_unlock', { ...OWNED, succeeds: 'zero' }),
  of(MUTEX, 'mutex_lock_killable', 'mutex_unlock', { ...OWNED, succeeds: 'zero' }),
  of(MUTEX, 'mutex_trylock', 'mutex_unlock', { succeeds: 'nonzero', assert: true }),
  of(SPIN, 'spin_lock', 'spin_unlock', { ...OWNED, guard: 'spinlock' }),
  of(SPIN, 'spin_lock_bh', 'spin_unlock_bh', { ...OWNED, guard: 'spinlock_bh', off: 'bh' }),
  of(SPIN, 'spin_lock_irq', 'spin_unlock_irq', { ...OWNED, guard: 'spinlock_irq', off: 'irq' }),
  of(SPIN, 'spin_lock_irqsave', 'spin_unlock_irqrestore', { ...OWNED, ...SAVES, guard: 'spinlock_irqsave' }),
  of(SPIN, 'spin_trylock', 'spin_unlock', { succeeds: 'nonzero', assert: true }),
  of(SPIN, 'spin_trylock_irqsave', 'spin_unlock_irqrestore', { ...SAVES, succeeds: 'nonzero', assert: true }),
  of(RAW, 'raw_spin_lock', 'raw_spin_unlock', { ...OWNED, guard: 'raw_spinlock' }),
  of(RAW, 'raw_spin_lock_irq', 'raw_spin_unlock_irq', { ...OWNED, guard: 'raw_spinlock_irq', off: 'irq' }),
  of(RAW, 'raw_spin_lock_irqsave', 'raw_spin_unlock_irqrestore', { ...OWNED, ...SAVES }),
  of(RW, 'write_lock', 'write_unlock', { ...OWNED, guard: 'write_lock' }),
  of(RW, 'write_lock_bh', 'write_unlock_bh', { ...OWNED, off: 'bh' }),
  of(RW, 'write_lock_irqsave', 'write_unlock_irqrestore', { ...OWNED, ...SAVES }),
  of(RW, 'read_lock', 'read_unlock', { reads: true, guard: 'read_lock' }),
  of(RW, 'read_lock_bh', 'read_unlock_bh', { reads: true, off: 'bh' }),
  of(RW, 'read_lock_irqsave', 'read_unlock_irqrestore', { ...SAVES, reads: true }),
  of(RWSEM, 'down_write', 'up_write', { ...OWNED, guard: 'rwsem_write' }),
  of(RWSEM, 'down_read', 'up_read', { reads: true, guard: 'rwsem_read' }),
  of(RWSEM, 'down_write_killable', 'up_write', { ...OWNED, succeeds: 'zero' }),
  of(RWSEM, 'down_read_trylock', 'up_read', { reads: true, succeeds: 'nonzero' }),
  of(SEM, 'down', 'up', { exclusive: true }),
  of(SEM, 'down_interruptible', 'up', { exclusive: true, succeeds: 'zero' }),
  of({ type: 'struct rt_mutex' }, 'rt_mutex_lock', 'rt_mutex_unlock', { exclusive: true }),
  {
    ...of({ type: 'struct ww_mutex' }, 'ww_mutex_lock', 'ww_mutex_unlock'),
    take: (lock) => `ww_mutex_lock(${lock}, NULL)`,
  },
  of({ type: 'seqlock_t', atomic: true }, 'write_seqlock', 'write_sequnlock', { exclusive: true }),
  of({ type: 'seqlock_t', atomic: true }, 'write_seqlock_irqsave', 'write_sequnlock_irqrestore', {
    ...SAVES,
    exclusive: true,
  }),
  {
    ...of({ type: 'unsigned long', atomic: true }, 'bit_spin_lock', 'bit_spin_unlock', { exclusive: true }),
    take: (lock) => `bit_spin_lock(0, ${lock})`,
    drop: (lock) => `bit_spin_unlock(0, ${lock})`,
  },
  onObject('dev', 'device_lock', 'device_unlock', { exclusive: true }),
  onObject('sk', 'lock_sock', 'release_sock', { exclusive: true }),
  onObject('inode', 'inode_lock', 'inode_unlock', { exclusive: true }),
  onObject('netdev', 'netif_tx_lock_bh', 'netif_tx_unlock_bh', { exclusive: true, atomic: true }),
  onObject('mm', 'mmap_read_lock', 'mmap_read_unlock', { reads: true }),
  implicit('rtnl_lock', 'rtnl_unlock', { exclusive: true }),
  implicit('rcu_read_lock', 'rcu_read_unlock', { atomic: true, guard: 'rcu' }),
  {
    ...of({ type: 'struct srcu_struct' }, 'srcu_read_lock', 'srcu_read_unlock'),
    take: (lock) => `idx = srcu_read_lock(${lock})`,
    drop: (lock) => `srcu_read_unlock(${lock}, idx)`,
  },
  implicit('preempt_disable', 'preempt_enable', { atomic: true }),
  implicit('local_bh_disable', 'local_bh_enable', { atomic: true, off: 'bh' }),
  implicit('local_irq_disable', 'local_irq_enable', { atomic: true, off: 'irq' }),
  {
    ...implicit('local_irq_save', 'local_irq_restore', { ...SAVES, atomic: true }),
    take: (_lock, flags) => `local_irq_save(${flags})`,
    drop: (_lock, flags) => `local_irq_restore(${flags})`,
  },
];
