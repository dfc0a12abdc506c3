import type { ExecutionContext, HandlerShape } from './types.js';
import { words } from './words.js';

const shape = (
  runsIn: HandlerShape['runsIn'],
  title: string,
  returns: string,
  parameters: readonly string[],
  registrars: string,
): HandlerShape => ({ runsIn, title, returns, parameters, registrars: words(registrars) });

/**
 * Functions known by what they take and return: the types are made for this one purpose. Where
 * `registrars` are named, a function that names the handler must call one of them.
 */
export const handlerShapes: readonly HandlerShape[] = [
  shape('hardirq', 'high resolution timer', 'enum hrtimer_restart', ['struct hrtimer*'], ''),
  shape(
    'hardirq',
    'interrupt handler',
    'irqreturn_t',
    ['int', 'void*'],
    `
      request_irq devm_request_irq pci_request_irq request_any_context_irq devm_request_any_context_irq
      request_percpu_irq
    `,
  ),
  shape(
    'hardirq',
    'irq work',
    'void',
    ['struct irq_work*'],
    'init_irq_work irq_work_queue irq_work_queue_on IRQ_WORK_INIT IRQ_WORK_INIT_HARD',
  ),
  shape('timer', 'timer', 'void', ['struct timer_list*'], 'timer_setup timer_setup_on_stack'),
  shape('tasklet', 'tasklet', 'void', ['struct tasklet_struct*'], 'tasklet_setup'),
  shape('tasklet', 'tasklet', 'void', ['unsigned long'], 'tasklet_init'),
  shape(
    'softirq',
    'NAPI poll',
    'int',
    ['struct napi_struct*', 'int'],
    `
      netif_napi_add netif_napi_add_weight netif_napi_add_tx netif_napi_add_tx_weight netif_tx_napi_add
      netif_threaded_napi_add
    `,
  ),
  shape(
    'rcu',
    'RCU callback',
    'void',
    ['struct rcu_head*'],
    'call_rcu call_rcu_hurry call_rcu_bh call_rcu_sched',
  ),
  shape(
    'work',
    'work item',
    'void',
    ['struct work_struct*'],
    `
      INIT_WORK INIT_WORK_ONSTACK INIT_DELAYED_WORK INIT_DELAYED_WORK_ONSTACK INIT_DEFERRABLE_WORK
      INIT_RCU_WORK
    `,
  ),
  shape(
    'kthread',
    'kernel thread',
    'int',
    ['void*'],
    'kthread_run kthread_create kthread_create_on_node kthread_create_on_cpu kthread_run_on_cpu',
  ),
  shape('process', 'attribute', 'ssize_t', ['struct device*', 'struct device_attribute*'], ''),
  shape('process', 'attribute', 'ssize_t', ['struct device_driver*'], ''),
  shape('process', 'attribute', 'ssize_t', ['struct kobject*', 'struct kobj_attribute*'], ''),
];

/** Modes in which a high resolution timer expires in softirq. */
export const softTimerModes: ReadonlySet<string> = new Set(
  words(
    'HRTIMER_MODE_REL_SOFT HRTIMER_MODE_ABS_SOFT HRTIMER_MODE_REL_PINNED_SOFT HRTIMER_MODE_ABS_PINNED_SOFT HRTIMER_MODE_SOFT',
  ),
);

/** The others. */
export const hardTimerModes: ReadonlySet<string> = new Set(
  words(`
    HRTIMER_MODE_REL HRTIMER_MODE_ABS HRTIMER_MODE_REL_PINNED HRTIMER_MODE_ABS_PINNED HRTIMER_MODE_REL_HARD
    HRTIMER_MODE_ABS_HARD HRTIMER_MODE_REL_PINNED_HARD HRTIMER_MODE_ABS_PINNED_HARD
  `),
);

/** Calls that say where a high resolution timer expires. */
export const timerSetups: ReadonlySet<string> = new Set(
  words(`
    hrtimer_init hrtimer_init_on_stack hrtimer_setup hrtimer_setup_on_stack hrtimer_start
    hrtimer_start_range_ns
  `),
);

/** Sections of functions that run in process context when a module comes or goes. */
export const processSections: ReadonlySet<string> = new Set(
  words('__init __exit __net_init __net_exit __devinit __cpuinit __meminit __ref'),
);

/** The section of functions that run when a module goes, which nobody uses any more then. */
export const MODULE_EXIT = '__exit';

/** Macros that make system calls. */
export const SYSCALL = /^(COMPAT_)?SYSCALL_DEFINE\d:/;

/** Fields whose function the object around them stands for, by `record.field`. */
export const handlerFields: ReadonlyMap<string, ExecutionContext> = new Map<string, ExecutionContext>([
  ['struct hrtimer.function', 'hardirq'],
  ['struct timer_list.function', 'timer'],
  ['struct urb.complete', 'softirq'],
  ['struct work_struct.func', 'work'],
  ['struct tasklet_struct.func', 'tasklet'],
  ['struct tasklet_struct.callback', 'tasklet'],
  // Whether it is called in atomic context, the chain tells that it joins.
  ['struct notifier_block.notifier_call', 'process'],
]);

/** Fields of an object that point to tables of functions whose end its removal waits for. */
export const tableFields: ReadonlySet<string> = new Set([
  'struct device.groups',
  'struct mmu_notifier.ops',
  'struct mmu_interval_notifier.ops',
]);
