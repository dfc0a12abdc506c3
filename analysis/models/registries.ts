import { CPU_HOTPLUG, RTNL } from './classes.js';
import type { CallbackCall, OtherApi } from './types.js';
import { words } from './words.js';

type Facts = Partial<OtherApi>;

const wait = (facts: Facts, names: string): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'wait', awaits: 'queue', sleeps: true, ...facts }));

/** A chain that argument 0 names: its functions run with it held for reading, joining and leaving it wait for them. */
const CHAIN: Facts = { arg: 0, byHandle: true };

/** A chain of the kernel's own; `nb` is the argument that joins or leaves. */
const joins = (queueName: string, names: string, facts: Facts = {}, nb = 0): readonly OtherApi[] =>
  wait({ queueName, itemArg: nb, tableArg: nb, runsIn: 'process', followed: true, ...facts }, names);

/** Its functions run with bottom halves or interrupts off, or in an RCU reader. */
const atomic = (queueName: string, names: string, nb = 0): readonly OtherApi[] =>
  words(names).map((name) => ({
    name,
    k: 'register',
    queueName,
    itemArg: nb,
    tableArg: nb,
    runsIn: 'atomic',
  }));

/** Registries that call what is registered under a lock of their own, which (un)registering takes as well. */
export const registries: readonly OtherApi[] = [
  ...wait(
    { ...CHAIN, ontoArg: 0, itemArg: 1 },
    `
      blocking_notifier_chain_register blocking_notifier_chain_register_unique_prio
      srcu_notifier_chain_register
    `,
  ),
  ...wait({ ...CHAIN }, 'blocking_notifier_chain_unregister srcu_notifier_chain_unregister'),
  // Readers under RCU are waited for.
  ...wait({ ...CHAIN }, 'atomic_notifier_chain_unregister'),
  ...wait(
    { ...CHAIN, callsBack: true },
    `
      blocking_notifier_call_chain blocking_notifier_call_chain_robust srcu_notifier_call_chain
    `,
  ),
  ...wait(
    { ...CHAIN, callsBack: true, sleeps: false },
    `
      raw_notifier_call_chain raw_notifier_call_chain_robust atomic_notifier_call_chain
    `,
  ),
  ...words('atomic_notifier_chain_register atomic_notifier_chain_register_unique_prio').map(
    (name): OtherApi => ({ name, k: 'register', ontoArg: 0, itemArg: 1, tableArg: 1, runsIn: 'atomic' }),
  ),
  ...words('raw_notifier_chain_register').map((name): OtherApi => ({
    name,
    k: 'register',
    ontoArg: 0,
    itemArg: 1,
  })),
  ...joins('netdev_chain', 'register_netdevice_notifier unregister_netdevice_notifier', {
    holds: [RTNL],
    callsBack: true,
  }),
  ...joins(
    'netdev_chain',
    'register_netdevice_notifier_net unregister_netdevice_notifier_net',
    { holds: [RTNL], callsBack: true },
    1,
  ),
  ...joins('inetaddr_chain', 'register_inetaddr_notifier unregister_inetaddr_notifier', { holds: [RTNL] }),
  ...joins('inetaddr_validator_chain', 'register_inetaddr_validator_notifier', { holds: [RTNL] }),
  ...joins('reboot_notifier_list', 'register_reboot_notifier unregister_reboot_notifier'),
  ...joins('cpufreq_chain', 'cpufreq_register_notifier cpufreq_unregister_notifier'),
  ...joins('pm_chain_head', 'register_pm_notifier unregister_pm_notifier'),
  ...joins('oom_notify_list', 'register_oom_notifier unregister_oom_notifier'),
  ...joins('module_notify_list', 'register_module_notifier unregister_module_notifier'),
  ...joins('memory_chain', 'register_memory_notifier unregister_memory_notifier'),
  ...joins('fb_notifier_list', 'fb_register_client fb_unregister_client'),
  ...joins('usb_notifier_list', 'usb_register_notify usb_unregister_notify'),
  ...joins('backlight_notifier', 'backlight_register_notifier backlight_unregister_notifier'),
  ...joins('crypto_chain', 'crypto_register_notifier crypto_unregister_notifier'),
  ...joins('power_supply_notifier', 'power_supply_reg_notifier power_supply_unreg_notifier'),
  ...joins('acpi_chain_head', 'register_acpi_notifier unregister_acpi_notifier'),
  // What they are told of has a chain of its own.
  ...wait(
    { ...CHAIN, ontoArg: 0, itemArg: 1, tableArg: 1, runsIn: 'process' },
    'bus_register_notifier clk_notifier_register regulator_register_notifier',
  ),
  ...wait({ ...CHAIN }, 'bus_unregister_notifier clk_notifier_unregister regulator_unregister_notifier'),
  ...atomic('die_chain', 'register_die_notifier'),
  ...atomic('keyboard_notifier_list', 'register_keyboard_notifier'),
  ...atomic('vt_notifier_list', 'register_vt_notifier'),
  ...atomic('netevent_notif_chain', 'register_netevent_notifier'),
  ...atomic('inet6addr_chain', 'register_inet6addr_notifier'),
  // Processors come and go with the lock held that registering takes for reading.
  ...wait(
    {
      awaits: 'other',
      handlerArg: 2,
      runsIn: 'process',
      threadArg: 3,
      threadRunsIn: 'process',
      holds: [CPU_HOTPLUG],
      callsBack: true,
    },
    'cpuhp_setup_state cpuhp_setup_state_nocalls cpuhp_setup_state_multi cpuhp_setup_state_cpuslocked',
  ),
  // Every object that the registry has, or every function of the table, is called before the call returns.
  ...wait(
    { awaits: 'other', tableArg: 0, runsIn: 'process', callsBack: true },
    `
      class_interface_register class_interface_unregister input_register_handler
      input_unregister_handler platform_driver_register platform_driver_unregister
    `,
  ),
  ...wait(
    { awaits: 'other', tableArg: 1, runsIn: 'process', callsBack: true },
    'component_add component_del component_master_add_with_match component_master_del',
  ),
  ...wait({ awaits: 'other', arg: 0, itemArg: 0, byHandle: true }, 'mmu_notifier_register'),
  ...wait(
    { awaits: 'other', arg: 0, byHandle: true },
    'mmu_notifier_unregister mmu_interval_notifier_remove',
  ),
];

const calls = (functionArg: number, given: readonly number[], names: string): [string, CallbackCall][] =>
  words(names).map((name) => [name, { functionArg, given }]);

/** What calls a function that it is given for each of several objects, or once under a lock of its own. */
export const callbackCalls: ReadonlyMap<string, CallbackCall> = new Map<string, CallbackCall>([
  ...calls(3, [-1, 2], 'bus_for_each_dev bus_for_each_drv driver_for_each_device class_for_each_device'),
  ...calls(2, [-1, 1], 'device_for_each_child device_for_each_child_reverse'),
  ...calls(1, [-1, -1, 2], 'idr_for_each'),
  ...calls(1, [-1, 2], 'pci_walk_bus'),
  ...calls(1, [-1, 0], 'usb_for_each_dev'),
  ...calls(0, [-1, 1], 'iterate_supers'),
  ...calls(1, [-1, 2], 'iterate_supers_type'),
  ...calls(2, [3, -1, -1], 'iterate_fd'),
]);
