import type { OtherApi } from './types.js';
import { words } from './words.js';

const frees = (arg: number, names: string, facts: Partial<OtherApi> = {}): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'free', arg, ...facts }));

/** Calls that end an object, by the argument that points to it. */
export const objectFrees: readonly OtherApi[] = [
  ...frees(
    0,
    `
      kfree kvfree vfree vfree_atomic kfree_sensitive kvfree_sensitive kfree_const kzfree kfree_rcu
      kfree_rcu_mightsleep kvfree_rcu kvfree_rcu_mightsleep kfree_skb consume_skb kfree_skb_partial
      dev_kfree_skb dev_kfree_skb_any dev_kfree_skb_irq dev_consume_skb_any dev_consume_skb_irq
      free_netdev free_percpu free_page usb_free_urb
      mempool_destroy free
    `,
  ),
  ...frees(1, 'kmem_cache_free devm_kfree mempool_free sock_kfree_s'),
];
