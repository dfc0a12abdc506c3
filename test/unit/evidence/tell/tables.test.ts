import assert from 'node:assert/strict';
import { joinEvidence } from '../../../../analysis/evidence/join/join.js';
import { contentionText, interruptsText } from '../../../../analysis/evidence/tell/tables.js';
import { createModels } from '../../../../analysis/models/index.js';
import { parse } from '../samples.js';

const told = (text: string): string => contentionText(joinEvidence([parse(text)], createModels()));
const rows = (text: string): string[] =>
  parse(text).contention.map(({ name, contentions, waitTotal, waitMax, by }) =>
    [by ?? 'lock', name, contentions, Math.round(waitTotal), Math.round(waitMax)].join(' '),
  );

describe('tables of perf and of the system', () => {
  it('perf lock report is read with any selection of columns', () => {
    assert.deepEqual(
      rows(`                Name   acquired  contended   total wait

          pond_mutex         12          3      1.50 ms
    &reed->list_l...          2          0         0 ns
`),
      ['lock pond_mutex 3 1500 0', 'lock &reed->list_l... 0 0 0'],
    );
    assert.deepEqual(
      rows(`                Name   acquired  contended   avg wait (ns)   total wait (ns)   max wait (ns)   min wait (ns)

          pond_mutex         12          3         500000         1500000         900000            100
`),
      ['lock pond_mutex 3 1500 900'],
    );
  });

  it('perf lock contention is read by caller, task, lock, owner and control group', () => {
    const head = ' contended   total wait     max wait     avg wait  ';
    assert.deepEqual(
      rows(`${head}        pid   comm

         4      1.20 s     600.00 ms    300.00 ms       4321   my task
`),
      ['task my task/4321 4 1200000 600000'],
    );
    assert.deepEqual(
      rows(`${head}        pid   owner

         4      2.50 m      1.00 m      37.50 s         4321   pondd
         1     12.00 us    12.00 us    12.00 us           -1   Unknown
`),
      ['owner pondd/4321 4 150000000 60000000', 'owner Unknown/-1 1 12 12'],
    );
    assert.deepEqual(
      rows(`${head}         address   symbol

         4      1.20 ms    600.00 us    300.00 us   ffffffff8a1b2c3d   pond_mutex (mutex)
         2      1.10 ms    600.00 us    300.00 us   ffff8881a1b2c3d0    (rwsem)
`),
      ['lock pond_mutex 4 1200 600', 'lock the rwsem at ffff8881a1b2c3d0 2 1100 600'],
    );
    assert.deepEqual(
      rows(`${head}  cgroup

         4      1.20 ms    600.00 us    300.00 us   /system.slice/pond.service
`),
      ['cgroup /system.slice/pond.service 4 1200 600'],
    );
    assert.deepEqual(
      rows(`# output: contended, total wait, max wait, avg wait, type, caller
4, 1200000, 600000, 300000, mutex, pond_open+0x12
# owner stack trace:
2, 900000, 600000, 450000, mutex, pond_drain+0x5d
`),
      ['caller mutex pond_open+0x12 4 1200 600', 'owner pond_drain() 2 900 600'],
    );
  });

  it('a profile quoted in a mail is read, with its callers and owners', () => {
    const text = told(`Content-Transfer-Encoding: quoted-printable

> contended   total wait     max wait     avg wait         type   caller
>
>      34948     53.63 s       7.11 ms      1.53 ms     spinlock   pond_swa=
p_and_free+0x350
>          3    900 ns     400 ns    300 ns     mutex   __bpf_trace_contention_begin+0xb
>                          0xffffffffc03b5c47  bpf_prog_bf07ae9e2cbd02c5_contention_begin+0x117
>                          0xffffffffbb8b8e75  bpf_trace_run2+0x35
>                          0xffffffffbb7ebe75  __mutex_lock+0x1f5
>                          0xffffffffbb841015  pond_fill+0x25
>          8      2.33 ms       2.28 ms     291.18 us     rwlock:W   __traceiter_contention_begin+0x44
> === owner stack trace ===
>
>          2     16.22 us     12.05 us      8.11 us     mutex   reed_open+0x2c1
`);
    assert.match(text, /^ {2}a spinlock in pond_swap_and_free: 34948 waits, 53\.63 s in all/m);
    assert.match(text, /^ {2}a mutex in pond_fill: 3 waits, 900 ns in all, 400 ns the longest$/m);
    assert.match(text, /^ {2}an rwlock for writing \(the profile names no caller\): 8 waits/m);
    assert.match(text, /^ {2}reed_open\(\), as holder: 2 waits of others, 16\.22 µs/m);
  });

  it('the locks with the longest waits are listed with the tasks that held them', () => {
    const text = told(` contended   total wait     max wait     avg wait          pid   owner

         1     12.00 us    12.00 us    12.00 us         7   b
         4      1.20 s     600.00 ms    300.00 ms       4321   pondd
`);
    assert.match(
      text,
      /longest waits first:\n {2}pondd\/4321, as holder: 4 waits of others, 1\.20 s in all, 600\.00 ms the longest/,
    );
  });

  it('stacks counted by bpftrace are read if the probe is about locks', () => {
    const map = (probe: string): string => `@[
    ${probe}+69
    __mutex_lock.constprop.0+693
    pond_fill+60
]: 12
`;
    assert.deepEqual(rows(map('__traceiter_contention_begin')), ['lock __mutex_lock.constprop.0 12 0 0']);
    // A CPU profile full of lock functions.
    assert.deepEqual(rows(map('perf_swevent_hrtimer')), []);
  });

  it('/proc/interrupts: shared lines and storms', () => {
    const text = interruptsText(
      joinEvidence(
        [
          parse(`           CPU0       CPU1
  0:         29          0   IO-APIC   2-edge      timer
 16:    9000003    9000125   IO-APIC  16-fasteoi   ehci_hcd:usb1, pond_drv
 17:          3        125   IO-APIC  17-fasteoi   reed_a, reed_b
NMI:          0          0   Non-maskable interrupts
`),
        ],
        createModels(),
      ),
    );
    assert.match(
      text,
      /16 \(ehci_hcd:usb1, pond_drv\) took 100 % of all 18000285 interrupts since boot: an interrupt storm, or simply the busiest device; /,
    );
    assert.match(text, /17 is shared by reed_a, reed_b/);
  });

  it('two tables of /proc/interrupts: the interrupts between them', () => {
    const table = (smbus: number, disk: number): string => `           CPU0       CPU1
 16:          0   ${smbus}  IR-IO-APIC   16-fasteoi   heron_smbus
 17:     ${disk}          0  IR-IO-APIC   17-fasteoi   reed_disk
`;
    const between = (first: string, second: string): string =>
      interruptsText(joinEvidence([parse(first), parse(second)], createModels()));
    assert.match(
      between(table(80_000_000, 90_000_000), table(80_900_000, 90_000_070)),
      /16 \(heron_smbus\) took 100 % of all 900070 interrupts between the two tables: an interrupt storm/,
    );
    // The busiest line since boot is quiet now.
    assert.match(
      between(table(80_000_000, 10), table(80_000_900, 20)),
      /no line is shared; the busiest is 16 \(heron_smbus\), 900 of 910/,
    );
  });

  it('ps aux, top and htop: tasks in uninterruptible sleep', () => {
    const waiting = (text: string): string[] =>
      joinEvidence([parse(text)], createModels()).waits.map((wait) => `${wait.task} ${wait.for}`);
    assert.deepEqual(
      waiting(`USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
root           1  0.0  0.1 167000 11000 ?        Ss   09:00   0:01 /sbin/init
root          45  0.0  0.0      0     0 ?        D    09:00   0:00 [kworker/0:1+pond]
root          46  0.0  0.0      0     0 ?        D<   09:00   0:00 cp a b
`),
      ['kworker/0:1+pond/45 something', 'cp/46 something'],
    );
    assert.deepEqual(
      waiting(`    PID USER       PRI  NI  VIRT   RES   SHR S  CPU%▽MEM%   TIME+  Command
     45 root        20   0     0     0     0 D   0.0  0.0  0:00.01 kworker/0:1
     46 root        20   0     0     0     0 S   0.0  0.0  0:00.01 sshd
`),
      ['kworker/0:1/45 something'],
    );
    assert.deepEqual(
      waiting(`  PID STAT WCHAN                    CMD
   45 D    folio_wait_bit_common    cp
`),
      ['cp/45 a locked page in folio_wait_bit_common'],
    );
  });

  it('drgn: the stacks of waiting tasks, with source lines or offsets', () => {
    const read = parse(`PID: 45 COMMAND: pond (sync)
#0  context_switch (kernel/sched/core.c:5238:2)
#1  __schedule (kernel/sched/core.c:6549:8)
#2  schedule (./kernel/sched/core.c:6626:3)
#3  __mutex_lock (kernel/locking/mutex.c:747:3)
#4  pond_open (drivers/pond/core.c:12:2)
#5  0xffffffff81a000ad

PID: 46 COMMAND: reed
#0  __schedule+0x370/0xab0
#1  pond_close+0x12/0x30
`);
    assert.deepEqual(
      read.tasks.map(({ task, stack }) => `${task.name}/${task.pid} ${stack.at(-1)?.function}`),
      ['pond (sync)/45 pond_open', 'reed/46 pond_close'],
    );
    assert.deepEqual(
      [read.tasks[0]?.stack[4]?.file, read.tasks[0]?.stack[4]?.line, read.tasks[1]?.stack[1]?.offset],
      ['drivers/pond/core.c', 12, 18],
    );
    const [wait] = joinEvidence([read], createModels()).waits;
    assert.equal(wait?.for, 'a mutex in pond_open');
  });

  it('stacks of several tasks are read, each below a line that names its task', () => {
    const stack = '[<0>] __mutex_lock.constprop.0+0x2b2/0xc40\n[<0>] pond_open+0x12/0x30 [pond]\n';
    const tasks = (text: string): number[] => parse(text).tasks.map(({ task }) => task.pid);
    assert.deepEqual(tasks(`45\n${stack}\n46\n${stack}`), [45, 46]);
    assert.deepEqual(tasks(`=== 45 (pondd) ===\n${stack}\n=== 46 (pondd) ===\n${stack}`), [45, 46]);
    assert.deepEqual(tasks(`==> /proc/45/stack <==\n${stack}`), [45]);
    const grepped = (pid: number): string =>
      stack
        .trim()
        .split('\n')
        .map((line) => `/proc/${pid}/stack:${line}\n`)
        .join('');
    assert.deepEqual(tasks(grepped(45) + grepped(46)), [45, 46]);
    assert.equal(parse(grepped(45)).tasks[0]?.stack.length, 2);
  });
});
