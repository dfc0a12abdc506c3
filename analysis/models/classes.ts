/**
 * Class ids of locks that no argument names, used by several tables. A static lock carries its file, as in
 * the id that analysis of the file itself gives it.
 */
export const RTNL = 'net/core/rtnetlink.c:rtnl_mutex';
export const CLK_PREPARE = 'drivers/clk/clk.c:prepare_lock';
export const CLK_ENABLE = 'drivers/clk/clk.c:enable_lock';
export const CPU_HOTPLUG = 'kernel/cpu.c:cpu_hotplug_lock';
export const MEM_HOTPLUG = 'mm/memory_hotplug.c:mem_hotplug_lock';
export const CONSOLE = 'kernel/printk/printk.c:console_sem';
export const MMAP_LOCK = 'mm_struct.mmap_lock';
export const FS_RECLAIM = 'fs_reclaim';
/** The lock of a page table: one of the page that holds it. */
export const PAGE_TABLE = 'page.ptl';

/** Classes called otherwise than what declares them: the record that holds an array of locks, a variable. */
export const DECLARED_IN: ReadonlyMap<string, string> = new Map([
  ['sb_pagefaults', 'sb_writers'],
  ['sb_internal', 'sb_writers'],
  [FS_RECLAIM, 'mm/page_alloc.c:__fs_reclaim_map'],
]);
/** The lock of a task that is being woken. */
export const SLEEPER = 'task_struct.pi_lock';

/** Members that lead the one way and the other between objects of a kind. */
export const INVERSE_MEMBERS: readonly (readonly [RegExp, RegExp])[] = [
  [/(?:^|_)next$/, /(?:^|_)prev(?:ious)?$/],
  [/(?:^|_)parent$/, /(?:^|_)(?:first_)?child(?:ren)?$/],
  [/(?:^|_)up(?:per)?$/, /(?:^|_)(?:down|lower)$/],
];
