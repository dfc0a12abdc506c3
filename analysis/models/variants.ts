import type { IrqForm, LockApi, OtherApi } from './types.js';

export type { IrqForm } from './types.js';

/** The forms by what they exclude, weakest first. */
export const STRENGTH: readonly IrqForm[] = ['plain', 'bh', 'irq', 'save'];

const SUFFIX: Readonly<Record<IrqForm, readonly [acquire: string, release: string]>> = {
  plain: ['', ''],
  save: ['_irqsave', '_irqrestore'],
  irq: ['_irq', '_irq'],
  bh: ['_bh', '_bh'],
};

const SWITCH = /_(?:irqsave|irqrestore|irq|bh)(?=_nested$|_try$|$)/;
const TAIL = /(?:_nested|_try)?$/;

/** What a row of the locking API disables. */
export function irqForm(api: LockApi): IrqForm {
  if (api.irq === 'save' || api.irq === 'restore') return 'save';
  if (api.irq !== undefined) return 'irq';
  return api.bh === true ? 'bh' : 'plain';
}

/**
 * The call with the same effect on the lock and another effect on interrupts: `spin_lock` and `save` give
 * `spin_lock_irqsave`. The kernel names variants by suffix; `undefined` if the tables have no such call.
 */
export function irqVariant(
  locks: ReadonlyMap<string, LockApi>,
  name: string,
  form: IrqForm,
): LockApi | undefined {
  const api = locks.get(name);
  if (api === undefined) return undefined;
  if (irqForm(api) === form) return api;
  const suffix = SUFFIX[form][api.op === 'release' ? 1 : 0];
  const made = locks.get(name.replace(SWITCH, '').replace(TAIL, (tail) => suffix + tail));
  const isTwin = made !== undefined && made.kind === api.kind && made.op === api.op && irqForm(made) === form;
  return isTwin && made.mode === api.mode ? made : undefined;
}

/** The variant of `local_irq_disable` and similar calls that saves or restores the interrupt state. */
export function savingSwitch(others: ReadonlyMap<string, OtherApi>, name: string): OtherApi | undefined {
  const api = others.get(name);
  if (api?.context !== 'irq') return undefined;
  const made = others.get(name.replace(/disable$/, 'save').replace(/enable$/, 'restore'));
  const isTwin = made?.context === 'irq' && (made.change === 'save' || made.change === 'restore');
  return isTwin ? made : undefined;
}

/** Whether the call enables interrupts or bottom halves, whatever their state was. */
export function switchesOn(lock: LockApi | undefined, other: OtherApi | undefined): boolean {
  if (lock !== undefined) return lock.irq === 'enable' || (lock.op === 'release' && lock.bh === true);
  return other?.change === 'enable' && (other.context === 'irq' || other.context === 'bh');
}

/** The kernel's name for the first nesting level. */
const NESTED_ONCE = 'SINGLE_DEPTH_NESTING';

/** The variant that acquires a lock inside another one of its class; found by suffix. */
export function nestedVariant(
  locks: ReadonlyMap<string, LockApi>,
  name: string,
): { readonly name: string; readonly subclass: string } | undefined {
  const [api, made] = [locks.get(name), locks.get(`${name}_nested`)];
  const isTwin = api !== undefined && made?.kind === api.kind && made.op === api.op && made.mode === api.mode;
  return isTwin && made.subclassArg === 1 ? { name: made.name, subclass: NESTED_ONCE } : undefined;
}

/** The types of the sleeping locks that replace spinning ones, by the kind of the latter. */
const SLEEPING_TYPES: Readonly<Record<string, string>> = {
  spinlock: 'struct mutex',
  rwlock: 'struct rw_semaphore',
};

const SLEEPING_WORDS: Readonly<Record<string, string>> = {
  DEFINE_SPINLOCK: 'DEFINE_MUTEX',
  spinlock_t: 'struct mutex',
  DEFINE_RWLOCK: 'DECLARE_RWSEM',
  rwlock_t: 'struct rw_semaphore',
};

/** Calls by operation, for readers and others. A mutex knows no readers. */
const SLEEPING_CALLS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  spinlock: { acquire: 'mutex_lock', release: 'mutex_unlock', 'lock-init': 'mutex_init' },
  rwlock: { acquire: 'down_write', release: 'up_write', 'lock-init': 'init_rwsem' },
};
const READING_CALLS: Readonly<Record<string, string>> = { acquire: 'down_read', release: 'up_read' };

/** The type of the sleeping lock that replaces a spinning one of this kind. */
export function sleepingType(kind: LockApi['kind']): string | undefined {
  return SLEEPING_TYPES[kind];
}

/**
 * What replaces a word when a spinlock becomes a mutex, or a reader-writer lock a semaphore: a call of the locking API,
 * the class of a guard (`guard:spinlock`), a macro that declares the lock, its type. `undefined` for what has no
 * counterpart, such as a nested or a failed acquisition.
 */
export function asSleeping(locks: ReadonlyMap<string, LockApi>, word: string): string | undefined {
  const api = locks.get(word);
  if (api === undefined) return SLEEPING_WORDS[word];
  if (api.op === 'assert-held' && api.anyKind === true) return word;
  if (api.op === 'assert-held') return assertion(locks, api);
  const calls = SLEEPING_CALLS[api.kind];
  if (calls === undefined || api.subclassArg !== undefined || api.nestArg !== undefined) return undefined;
  const isRead = api.kind === 'rwlock' && api.mode === 'read';
  if (word.startsWith('guard:') && api.op === 'acquire') {
    if (api.kind === 'spinlock') return /^guard:spinlock(?:_|$)/.test(word) ? 'mutex' : undefined;
    return isRead ? 'rwsem_read' : 'rwsem_write';
  }
  if (!/^(?:spin|read|write|rwlock)_/.test(word)) return undefined;
  return (isRead ? READING_CALLS : calls)[api.op as string];
}

const SPINNING_WORDS: Readonly<Record<string, string>> = {
  DEFINE_MUTEX: 'DEFINE_SPINLOCK',
  'struct mutex': 'spinlock_t',
  mutex_lock: 'spin_lock_bh',
  mutex_unlock: 'spin_unlock_bh',
  mutex_init: 'spin_lock_init',
  'guard:mutex': 'spinlock_bh',
};

/**
 * The same for a mutex that becomes a spinlock, whose sections no softirq interrupts. A mutex that a signal interrupts has
 * no counterpart, nor has one that is tested.
 */
export function asSpinning(locks: ReadonlyMap<string, LockApi>, word: string): string | undefined {
  const api = locks.get(word);
  return api?.op === 'assert-held' && api.anyKind === true ? word : SPINNING_WORDS[word];
}

/** The type of the spinning lock that replaces a sleeping one of this kind. */
export function spinningType(kind: LockApi['kind']): string | undefined {
  return kind === 'mutex' ? SPINNING_WORDS['struct mutex'] : undefined;
}

/** Kinds of kernel locks whose state lockdep can assert. */
const ASSERTED: ReadonlySet<LockApi['kind']> = new Set([
  'mutex',
  'spinlock',
  'raw_spinlock',
  'rwlock',
  'rwsem',
]);

/**
 * The run-time assertion that the lock acquired by `api` is held, with the same first argument. If the call does not name
 * the lock, neither does the assertion; if it names the object that has the lock, so does the assertion. POSIX locks have
 * none.
 */
export function assertion(locks: ReadonlyMap<string, LockApi>, api: LockApi | undefined): string | undefined {
  const isKernel = api !== undefined && ASSERTED.has(api.kind) && !api.name.startsWith('pthread_');
  if (!isKernel) return undefined;
  if (api.arg !== undefined && api.path === undefined) return 'lockdep_assert_held';
  const isTwin = (other: LockApi): boolean =>
    other.op === 'assert-held' &&
    other.arg === api.arg &&
    other.path === api.path &&
    other.argType === api.argType &&
    other.implicit === api.implicit;
  const isNamed = api.implicit !== undefined || api.argType !== undefined;
  return isNamed ? [...locks.values()].find(isTwin)?.name : undefined;
}
