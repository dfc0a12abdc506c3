import { fn, newTask, tail } from './parts.js';
import type { Style } from './style.js';

/** Reports that say nothing about locks, with backtraces through functions that lock. */
export function otherReport(style: Style): string[] {
  const { choice } = style;
  const task = newTask(choice);
  const names = ['dump_stack', fn(choice), 'mutex_lock_nested', 'rtnl_lock', fn(choice), ...tail(style)];
  return choice.of([
    () => [
      '==================================================================',
      `BUG: KASAN: slab-use-after-free in ${style.symbol(fn(choice))}`,
      `Read of size 8 at addr ffff8880${choice.hex(8)} by task ${task.name}/${task.pid}`,
      '',
      ...style.cpu(0, task),
      ...style.trace(names),
      '',
      `Allocated by task ${task.pid}:`,
      ' kasan_save_stack+0x33/0x60',
      ' kmalloc include/linux/slab.h:12 [inline]',
      '',
      'The buggy address belongs to the object at ffff8880aaaabbbb',
      ' which belongs to the cache kmalloc-512 of size 512',
      'Memory state around the buggy address:',
      ' ffff8880aaaabb00: fb fb fb fb fb fb fb fb fb fb fb fb fb fb fb fb',
      '>ffff8880aaaabb80: fb fb fb fb fb fb fb fb fb fb fb fb fb fb fb fb',
      '==================================================================',
    ],
    () => [
      `UBSAN: shift-out-of-bounds in drivers/pond/core.c:12:3`,
      'shift exponent 64 is too large for 32-bit type',
      ...style.cpu(1, task),
      ...style.trace(names),
      '================================================================================',
    ],
    () => [
      'general protection fault, probably for non-canonical address 0xdffffc0000000000: 0000 [#1] PREEMPT SMP KASAN',
      ...style.cpu(0, task),
      ...style.counter(fn(choice)),
      ...style.trace(names),
      'Modules linked in:',
      '---[ end trace 0000000000000000 ]---',
    ],
    () => [
      'FAULT_INJECTION: forcing a failure.',
      'name failslab, interval 1, probability 0, space 0, times 0',
      ...style.cpu(1, task),
      ...style.trace([
        'dump_stack',
        'should_fail',
        'should_failslab',
        'kmem_cache_alloc',
        fn(choice),
        ...tail(style),
      ]),
    ],
    () => [
      `BUG: unable to handle page fault for address: ffffc900${choice.hex(8)}`,
      '#PF: supervisor read access in kernel mode',
      ...style.cpu(0, task),
      ...style.counter(fn(choice)),
      ...style.trace(names),
    ],
    () => [
      `BUG: memory leak`,
      `unreferenced object 0xffff8880${choice.hex(8)} (size 128):`,
      `  comm "${task.name}", pid ${task.pid}, jiffies 4294937811 (age 8.010s)`,
      '  backtrace:',
      `    [<00000000${choice.hex(8)}>] ${style.symbol(fn(choice))}`,
    ],
    () => [
      `Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b`,
      ...style.cpu(0, task),
      ...style.trace(['dump_stack', 'panic', 'do_exit', ...tail(style)]),
      'Kernel Offset: disabled',
      'Rebooting in 86400 seconds..',
    ],
    () => [
      `usb 1-1: device descriptor read/64, error -71`,
      `EXT4-fs (sda1): mounted filesystem without journal. Opts: (null)`,
      `INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.234 msecs`,
      `netlink: 8 bytes leftover after parsing attributes in process \`fuzz'.`,
    ],
  ])();
}
