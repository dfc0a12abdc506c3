import { words } from './words.js';

/**
 * Calls that return an object nobody else can reach yet. Names of the kernel's allocators follow patterns;
 * those that don't are listed. `iget_locked()` and its kin return new inodes locked by I_NEW.
 */
const PATTERN =
  /^(__|devm_|dma_|sock_|dev_)?(k[vmz]?[mz]?alloc|vz?alloc|kmem_cache_z?alloc|alloc)(_\w+)?$|_(z?alloc|alloc_\w+)$/;

const LISTED: ReadonlySet<string> = new Set(
  words(`
    iget_locked iget5_locked new_inode new_inode_pseudo kmemdup kstrdup kmemdup_nul kcalloc kvcalloc
    devm_kcalloc devm_kmemdup skb_clone skb_copy skb_clone_sk pskb_copy build_skb
  `),
);

export function isAllocator(name: string): boolean {
  return LISTED.has(name) || PATTERN.test(name);
}
