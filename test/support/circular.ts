/** Functions that a report of a circular dependency names. */
export interface CircularNames {
  readonly outer: string;
  readonly inner: string;
  /** Hold the outer lock and call, and take the inner one there. */
  readonly holder: string;
  readonly taker: string;
  /** The same the other way round: the report is made there. */
  readonly otherHolder: string;
  readonly otherTaker: string;
}

/** A console as lockdep writes it when two mutexes are taken in both orders; words of our own run. */
export function circularLog(names: CircularNames): string {
  const { outer, inner, holder, taker, otherHolder, otherTaker } = names;
  return `[    0.000000] Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar
[    8.391330] 
[    8.391486] ======================================================
[    8.391578] WARNING: possible circular locking dependency detected
[    8.391750] 6.1.192 #1 Tainted: G           O      
[    8.391875] ------------------------------------------------------
[    8.391961] kworker/44 is trying to acquire lock:
[    8.392054] ffffffffa0002110 (${outer}){+.+.}-{3:3}, at: ${otherTaker}+0x20/0x42 [example_driver]
[    8.392495] 
[    8.392495] but task is already holding lock:
[    8.393410] ffffffffa0002070 (${inner}){+.+.}-{3:3}, at: ${otherHolder}+0x12/0x42 [example_driver]
[    8.393410] 
[    8.393410] which lock already depends on the new lock.
[    8.393410] 
[    8.393410] 
[    8.393410] the existing dependency chain (in reverse order) is:
[    8.393410] 
[    8.393410] -> #1 (${inner}){+.+.}-{3:3}:
[    8.393410]        __mutex_lock+0xa5/0xc40
[    8.393410]        mutex_lock_nested+0x16/0x20
[    8.393410]        ${taker}+0x12/0x26 [example_driver]
[    8.393410]        ${holder}+0x12/0x52 [example_driver]
[    8.393410]        entry_SYSCALL_64_after_hwframe+0x4b/0xb5
[    8.393410] 
[    8.393410] -> #0 (${outer}){+.+.}-{3:3}:
[    8.393410]        __lock_acquire+0x1721/0x27b0
[    8.393410]        lock_acquire+0xbf/0x270
[    8.393410]        __mutex_lock+0xa5/0xc40
[    8.393410]        mutex_lock_nested+0x16/0x20
[    8.393410]        ${otherTaker}+0x20/0x42 [example_driver]
[    8.393410]        ${otherHolder}+0x1e/0x42 [example_driver]
[    8.393410]        entry_SYSCALL_64_after_hwframe+0x4b/0xb5
[    8.393410] 
[    8.393410] other info that might help us debug this:
[    8.393410] 
[    8.393410]  Possible unsafe locking scenario:
[    8.393410] 
[    8.393410]        CPU0                    CPU1
[    8.393410]        ----                    ----
[    8.393410]   lock(${inner});
[    8.393410]                                lock(${outer});
[    8.393410]                                lock(${inner});
[    8.393410]   lock(${outer});
[    8.393410] 
[    8.393410]  *** DEADLOCK ***
[    8.393410] 
[    8.393410] 1 lock held by kworker/44:
[    8.393410]  #0: ffffffffa0002070 (${inner}){+.+.}-{3:3}, at: ${otherHolder}+0x12/0x42 [example_driver]
[    8.393410] 
[    8.393410] stack backtrace:
[    8.393410] CPU: 0 PID: 44 Comm: kworker/44 Tainted: G           O       6.1.192 #1
[    8.393410] Call Trace:
[    8.393410]  <TASK>
[    8.393410]  dump_stack_lvl+0x56/0x73
[    8.393410]  check_noncircular+0x12f/0x150
[    8.393410]  __lock_acquire+0x1721/0x27b0
[    8.393410]  lock_acquire+0xbf/0x270
[    8.393410]  __mutex_lock+0xa5/0xc40
[    8.393410]  ${otherTaker}+0x20/0x42 [example_driver]
[    8.393410]  ${otherHolder}+0x1e/0x42 [example_driver]
[    8.393410]  </TASK>
`;
}
