import type { OtherApi } from './types.js';
import { words } from './words.js';

const quiets = (what: NonNullable<OtherApi['quiets']>, names: string): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'query', quiets: what, followed: true }));

/** Calls that switch handlers off without waiting for those that run. */
export const quieting: readonly OtherApi[] = [
  ...quiets(
    'irq',
    `
      disable_irq_nosync disable_irq_nosync_lockdep disable_irq_nosync_lockdep_irqsave disable_irq_lockdep
      disable_percpu_irq
    `,
  ),
  ...quiets(
    'table',
    `
      netif_stop_queue netif_tx_stop_queue netif_tx_stop_all_queues netif_stop_subqueue netif_device_detach
      ieee80211_stop_queues ieee80211_stop_queue
    `,
  ),
];

/** Members that the core calls only while a device is up, by the fields around that: none of these runs beside them. */
export const whileUp: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['net_device_ops.ndo_start_xmit', new Set(words('ndo_init ndo_uninit ndo_open ndo_stop'))],
  ['net_device_ops.ndo_tx_timeout', new Set(words('ndo_init ndo_uninit ndo_open ndo_stop'))],
  ['ieee80211_ops.tx', new Set(words('start stop'))],
]);

/** Calls that make a device known to its core: members of its tables are called from then on. */
export const publishing: ReadonlySet<string> = new Set(
  words(`
    register_netdev register_netdevice register_candev devm_register_netdev ieee80211_register_hw wiphy_register
    register_hdlc_device
  `),
);

/** A macro at file scope that every module has once. */
export const MODULE_MARK = 'MODULE_LICENSE';
