// node out/bench/proof/samples.js --kernel SOURCE --build DIR --out DIR [--jobs N]
// Captures the output of deadlocked machines for test/unit/evidence/samples: hung tasks, sysrq, ps, top and stacks
// of the module `vending`; perf on its contention; gdb and crash on a guest stopped by the module `gate`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boot } from './guest.js';
import { bootImage, buildModule, copyModule, given } from './kernel.js';

const { kernel, out } = given('samples');

const TASKS = `
insmod /vending.ko
sell() { for i in 1 2 3 4 5; do echo 1 > /sys/kernel/vending/sell; done; }
sell & sell & sell &
usleep 200000
echo d > /proc/sysrq-trigger
wait
cat /proc/lock_stat > /results/lock_stat
/bin/perf lock record -a -g -o /tmp/lock.data -- sh -c 'for i in 1 2 3; do echo 1 > /sys/kernel/vending/sell & done; wait' > /results/perf-record.txt 2>&1
/bin/perf lock report -i /tmp/lock.data > /results/perf-lock-report.txt 2>&1
/bin/perf lock contention -i /tmp/lock.data > /results/perf-lock-contention.txt 2>&1
/bin/perf lock contention -v -i /tmp/lock.data > /results/perf-lock-contention-stacks.txt 2>&1
/bin/perf script -i /tmp/lock.data 2>&1 | grep -A 12 vending > /results/perf-script.txt
echo 1 > /sys/kernel/tracing/events/lock/enable
echo 1 > /sys/kernel/vending/sell
echo 0 > /sys/kernel/tracing/events/lock/enable
cat /sys/kernel/tracing/trace | tail -n 200000 > /tmp/trace.txt
head -n 20 /tmp/trace.txt > /results/ftrace.txt
grep -B 6 -A 6 -E 'shelf_lock|till_lock' /tmp/trace.txt >> /results/ftrace.txt
sell &
for i in 1 2 3 4 5; do echo 1 > /sys/kernel/vending/collect; done &
echo 5 > /proc/sys/kernel/hung_task_timeout_secs
sleep 15
/bin/ps -eo pid,state,wchan:32,comm > /results/ps.txt
TERM=linux TERMINFO=/terminfo /bin/top -b -n 1 > /results/top.txt
for task in $(/bin/ps -eo pid,state | awk '$2 == "D" { print $1 }'); do
  cat /proc/$task/stack > /results/stack-$task.txt
done
echo w > /proc/sysrq-trigger
sleep 1
dmesg > /results/dmesg-w.txt
dmesg -c > /dev/null
echo t > /proc/sysrq-trigger
sleep 2
dmesg > /results/dmesg-t.txt
`;

const PROCESSORS = `
echo 5 > /proc/sys/kernel/watchdog_thresh
insmod /gate.ko
sleep 1
echo "gate text $(cat /sys/module/gate/sections/.text) data $(cat /sys/module/gate/sections/.data)"
sleep 600
`;

function prepare(name: string, source: string): string {
  const folder = join(out, name);
  mkdirSync(folder, { recursive: true });
  copyModule(source, folder);
  buildModule(kernel, folder);
  return join(folder, `${name}.ko`);
}

/** Stores the output of a program in a file, whatever its exit code. */
function keep(file: string, command: string, args: readonly string[]): void {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 300_000 });
  writeFileSync(join(out, file), stdout);
  writeFileSync(join(out, `${file}.err`), stderr);
}

/** One command to qemu's monitor; done when it answers with its prompt again. */
function monitor(socket: string, command: string): Promise<void> {
  return new Promise((done, fail) => {
    let said = '';
    const connection = connect(socket, () => connection.write(`${command}\n`));
    connection.on('error', fail);
    connection.on('data', (data) => {
      said += data.toString();
      if (said.split('(qemu)').length > 2) {
        connection.end();
        done();
      }
    });
  });
}

const image = bootImage(kernel);
await boot({
  image,
  folder: out,
  files: [prepare('vending', 'module'), '/lib/terminfo'],
  programs: ['ps', 'top', 'perf'],
  script: TASKS,
});

const gate = prepare('gate', 'gate');
const folder = join(out, 'processors');
const [debug, control, dump] = ['gdb', 'monitor', 'guest.dump'].map((name) => join(folder, name));
mkdirSync(folder, { recursive: true });
await boot({
  image,
  folder,
  files: [gate],
  programs: [],
  script: PROCESSORS,
  cpus: 3,
  qemu: [
    '-device',
    'vmcoreinfo',
    '-chardev',
    `socket,path=${debug},server=on,wait=off,id=debug`,
    '-gdb',
    'chardev:debug',
    '-monitor',
    `unix:${control},server=on,wait=off`,
  ],
  watch: async (console) => {
    const text = /gate text (\S+)/.exec(console)?.[1];
    if (text === undefined || !console.includes('soft lockup')) return 'go on';
    await sleep(5000);
    await monitor(control ?? '', `dump-guest-memory ${dump}`);
    const attach = ['-ex', `add-symbol-file ${gate} ${text}`, '-ex', `target remote ${debug}`];
    const vmlinux = join(kernel.build, 'vmlinux');
    keep('gdb-bt.txt', 'gdb', ['-batch', ...attach, '-ex', 'bt', vmlinux]);
    keep('gdb-threads.txt', 'gdb', ['-batch', ...attach, '-ex', 'thread apply all bt', vmlinux]);
    return 'end';
  },
});
const commands = join(out, 'crash.commands');
writeFileSync(commands, `mod -s gate ${gate}\nbt -a\nps\nforeach UN bt\nquit\n`);
if (existsSync(dump ?? '')) {
  keep('crash.txt', 'crash', ['-s', '-i', commands, join(kernel.build, 'vmlinux'), dump ?? '']);
}
