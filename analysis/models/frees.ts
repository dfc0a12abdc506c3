import type { OtherApi } from './types.js';
import { words } from './words.js';

const frees = (arg: number, names: string, facts: Partial<OtherApi> = {}): readonly OtherApi[] =>
  words(names).map((name) => ({ name, k: 'free', arg, ...facts }));

/**
 * Calls that end an object, by the argument that points to it. Low confidence: the memory stays for now, since only
 * a reference is dropped or readers are waited for.
 */
export const objectFrees: readonly OtherApi[] = [
  ...frees(
    0,
    `
      kfree kvfree vfree vfree_atomic kfree_sensitive kvfree_sensitive kfree_const kzfree free_percpu
      free_page mempool_destroy free
    `,
  ),
  ...frees(
    0,
    `
      kfree_rcu kfree_rcu_mightsleep kvfree_rcu kvfree_rcu_mightsleep kfree_skb consume_skb
      kfree_skb_partial dev_kfree_skb dev_kfree_skb_any dev_kfree_skb_irq dev_consume_skb_any
      dev_consume_skb_irq free_netdev usb_free_urb
    `,
    { confidence: 'low' },
  ),
  ...frees(1, 'kmem_cache_free devm_kfree mempool_free sock_kfree_s'),
];

/** Calls that drop a reference, and call a function of their caller's with the count when it was the last. */
export const referencePuts: ReadonlyMap<string, { readonly countArg: number; readonly releaseArg: number }> =
  new Map(
    words('kref_put kref_sub').map((name) => [
      name,
      { countArg: 0, releaseArg: name === 'kref_sub' ? 2 : 1 },
    ]),
  );
