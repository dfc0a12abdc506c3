import type { AssignMacro, Companion, ContainerMacro, ScopeMacro } from './types.js';
import { words } from './words.js';

const same = (arg: number, names: string): [string, number][] => words(names).map((name) => [name, arg]);

/** Calls whose value is one of their arguments: name → that argument. */
export const transparentCalls: ReadonlyMap<string, number> = new Map<string, number>([
  ...same(
    0,
    `
      likely unlikely READ_ONCE READ_ONCE_NOCHECK __READ_ONCE ACCESS_ONCE data_race
      ERR_PTR PTR_ERR ERR_CAST rcu_dereference rcu_dereference_raw rcu_dereference_check
      rcu_dereference_protected rcu_dereference_bh rcu_dereference_bh_check rcu_dereference_sched
      rcu_dereference_sched_check rcu_dereference_raw_check rcu_dereference_rtnl rcu_dereference_bh_rtnl
      rcu_dereference_all rcu_access_pointer rcu_pointer_handoff rtnl_dereference srcu_dereference
      srcu_dereference_check srcu_dereference_notrace unrcu_pointer lockless_dereference WARN_ON WARN_ON_ONCE
      WARN_ON_SMP WARN WARN_ONCE WARN_TAINT WARN_TAINT_ONCE VM_WARN_ON VM_WARN_ON_ONCE DEBUG_LOCKS_WARN_ON
      array_index_nospec per_cpu per_cpu_ptr this_cpu_ptr raw_cpu_ptr this_cpu_read __this_cpu_read
      raw_cpu_read no_free_ptr compat_ptr u64_to_user_ptr __builtin_expect
    `,
  ),
  ...same(1, 'drm_WARN_ON drm_WARN_ON_ONCE __cond_lock'),
]);

/** `name(pointer, member)` is the member of what the pointer points to. */
export const memberCalls: ReadonlySet<string> = new Set(['ACCESS_PRIVATE']);

/** Calls for the element of one processor: from the variable (`object`), or from a pointer to it. Arguments: that, which. */
export const elementCalls: ReadonlyMap<string, 'object' | 'pointer'> = new Map([
  ['per_cpu', 'object'],
  ['per_cpu_ptr', 'pointer'],
]);

/** Macros that assign: `target = value`, or `*target = value` where it is reached through a pointer. */
export const assignMacros: ReadonlyMap<string, AssignMacro> = new Map<string, AssignMacro>([
  ...words('rcu_assign_pointer RCU_INIT_POINTER WRITE_ONCE __WRITE_ONCE this_cpu_write __this_cpu_write').map(
    (name): [string, AssignMacro] => [name, { targetArg: 0, valueArg: 1 }],
  ),
  ...words('smp_store_release smp_store_mb').map((name): [string, AssignMacro] => [
    name,
    { targetArg: 0, valueArg: 1, throughPointer: name === 'smp_store_release' },
  ]),
]);

/**
 * Calls that lead from an object to the driver's own data beside it, which no field of the object tells. The kernel
 * allocates both at once or keeps the pointer where only it can see it.
 */
export const companions: ReadonlyMap<string, Companion> = new Map<string, Companion>(
  words(
    `
      netdev_priv devlink_priv counter_priv rdev_get_drvdata power_supply_get_drvdata gpiochip_get_data
      blk_mq_rq_to_pdu scsi_cmd_priv crypto_aead_ctx crypto_ahash_ctx crypto_shash_ctx crypto_skcipher_ctx
      crypto_tfm_ctx aead_request_ctx ahash_request_ctx skcipher_request_ctx shash_desc_ctx
    `,
  ).map((name) => [name, { arg: 0, field: `${name}()` }]),
);

/** Tests of pointers that may carry an error number. */
export const errorTests: ReadonlyMap<string, 'is-error' | 'is-error-or-null'> = new Map([
  ['IS_ERR', 'is-error'],
  ['IS_ERR_VALUE', 'is-error'],
  ['IS_ERR_PCPU', 'is-error'],
  ['IS_ERR_OR_NULL', 'is-error-or-null'],
]);

const entry: ContainerMacro = { pointerArg: 0, typeArg: 1, memberArg: 2 };
const neighbour: ContainerMacro = { pointerArg: 0, typeArg: -1, memberArg: 1, typeOfArg: 0, indirect: true };

const containers = (facts: ContainerMacro, names: string): [string, ContainerMacro][] =>
  words(names).map((name) => [name, facts]);

/** container_of and its kin. */
export const containerMacros: ReadonlyMap<string, ContainerMacro> = new Map<string, ContainerMacro>([
  ...containers(
    entry,
    `
      container_of container_of_const container_of_safe list_entry list_entry_rcu list_entry_lockless
      hlist_entry hlist_bl_entry hlist_nulls_entry llist_entry rb_entry plist_entry
    `,
  ),
  ...containers({ ...entry, orNull: true }, 'hlist_entry_safe rb_entry_safe'),
  ...containers(
    { ...entry, indirect: true },
    'list_first_entry list_last_entry list_first_entry_rcu plist_first_entry plist_last_entry',
  ),
  ...containers(
    { ...entry, indirect: true, orNull: true },
    'list_first_entry_or_null list_last_entry_or_null list_first_or_null_rcu hlist_first_entry_or_null',
  ),
  ...containers(
    { pointerArg: 1, typeArg: 2, memberArg: 3, indirect: true, orNull: true },
    'list_next_or_null_rcu',
  ),
  ...containers(
    neighbour,
    `
      list_next_entry list_prev_entry list_next_entry_circular list_prev_entry_circular
      
    `,
  ),
  ...containers(
    { pointerArg: 1, typeArg: -1, memberArg: 2, typeOfArg: 0 },
    'from_timer timer_container_of from_tasklet from_work from_rcu_head',
  ),
  ...containers(
    { pointerArg: 0, typeArg: -1, memberArg: -1, type: 'struct delayed_work', member: 'work' },
    'to_delayed_work',
  ),
  ...containers(
    { pointerArg: 0, typeArg: -1, memberArg: -1, type: 'struct rcu_work', member: 'work' },
    'to_rcu_work',
  ),
]);

/** Scope-based locks and objects. */
export const scopeMacros: ReadonlyMap<string, ScopeMacro> = new Map<string, ScopeMacro>([
  ['guard', { form: 'guard' }],
  ['scoped_guard', { form: 'scoped' }],
  ['scoped_cond_guard', { form: 'scoped-conditional' }],
  ['CLASS', { form: 'class' }],
  ['ACQUIRE', { form: 'class' }],
  ['__free', { form: 'cleanup' }],
]);

/** `__free(name)` at a variable: the call made with it at the end of its scope. */
export const scopeEnds: ReadonlyMap<string, string> = new Map([
  ['mutex', 'mutex_unlock'],
  ['up_read', 'up_read'],
  ['up_write', 'up_write'],
  ['kfree', 'kfree'],
  ['kvfree', 'kvfree'],
  ['kfree_sensitive', 'kfree_sensitive'],
  ['free_percpu', 'free_percpu'],
]);

/**
 * The machine, or the thread, is given up: kernel/panic.c waits for no lock on its way to the console
 * (bust_spinlocks() makes it try), so that what these do below a held lock is no order.
 */
export const crashes: ReadonlySet<string> = new Set(
  words('BUG panic nmi_panic fortify_panic usercopy_abort snp_abort sev_es_terminate'),
);

/** Control never comes back from these. */
export const noReturn: ReadonlySet<string> = new Set([
  ...crashes,
  ...words(`
    do_exit make_task_dead kthread_exit kthread_complete_and_exit complete_and_exit module_put_and_exit
    module_put_and_kthread_exit do_group_exit unreachable __builtin_unreachable __builtin_trap
    machine_real_restart stop_this_cpu cpu_startup_entry
    do_task_dead
    btrfs_assertfail
    exit _exit abort __assert_fail pthread_exit thrd_exit longjmp siglongjmp quick_exit _Exit
  `),
]);

/** Fill the object that they get the address of, with the value behind it. */
export const fills: ReadonlySet<string> = new Set(['memset']);

/** Assertions: behind `BUG_ON(condition)` the condition is false. */
export const conditionalBugs: ReadonlySet<string> = new Set(
  words(`
    BUG_ON VM_BUG_ON VM_BUG_ON_PAGE VM_BUG_ON_FOLIO VM_BUG_ON_VMA VM_BUG_ON_MM 
    GEM_BUG_ON MAS_BUG_ON MT_BUG_ON 
  `),
);

/** Calls that only tests of the lock validator make. */
export const validatorResets: ReadonlySet<string> = new Set(['lockdep_reset']);
