import { words } from './words.js';

/** What an allocation flag says of sleeping: it may, it must not, or it says nothing. */
export type AllocationFlag = 'waits' | 'never' | 'silent';

const rows: readonly (readonly [AllocationFlag, string])[] = [
  [
    'waits',
    `
      GFP_KERNEL GFP_KERNEL_ACCOUNT GFP_NOIO GFP_NOFS GFP_USER GFP_HIGHUSER GFP_HIGHUSER_MOVABLE
      GFP_TRANSHUGE __GFP_DIRECT_RECLAIM __GFP_RECLAIM GFP_DMA_KERNEL
    `,
  ],
  ['never', 'GFP_ATOMIC GFP_NOWAIT __GFP_HIGH __GFP_KSWAPD_RECLAIM __GFP_ATOMIC'],
  [
    'silent',
    `
      GFP_DMA GFP_DMA32 __GFP_DMA __GFP_DMA32 __GFP_ZERO __GFP_NOWARN __GFP_COMP __GFP_HIGHMEM __GFP_MOVABLE
      __GFP_ACCOUNT __GFP_NORETRY __GFP_RETRY_MAYFAIL __GFP_NOFAIL __GFP_MEMALLOC __GFP_NOMEMALLOC __GFP_WRITE
      __GFP_HARDWALL __GFP_THISNODE __GFP_RECLAIMABLE __GFP_IO __GFP_FS __GFP_SKIP_KASAN_POISON
    `,
  ],
];

/** Allocation flags by name. */
export const allocationFlags: ReadonlyMap<string, AllocationFlag> = new Map(
  rows.flatMap(([meaning, names]) => words(names).map((name) => [name, meaning] as const)),
);

/** The bit that lets an allocation sleep, where flags have become numbers. */
export const RECLAIM_BIT = '___GFP_DIRECT_RECLAIM';

/** Flags of ordinary allocations and what they become where nothing may sleep. */
export const atomicFlags: ReadonlyMap<string, string> = new Map([
  ['GFP_KERNEL', 'GFP_ATOMIC'],
  ['GFP_KERNEL_ACCOUNT', 'GFP_ATOMIC | __GFP_ACCOUNT'],
  ['GFP_NOIO', 'GFP_ATOMIC'],
  ['GFP_NOFS', 'GFP_ATOMIC'],
]);

/** Flags of allocations that wait, but not for file systems. */
export const withoutFs: ReadonlySet<string> = new Set(
  words('GFP_NOIO GFP_NOFS __GFP_DIRECT_RECLAIM __GFP_RECLAIM'),
);
