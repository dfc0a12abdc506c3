import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SymbolTable } from '../../../../analysis/evidence/read/symbols.js';
import type { SourceEvidence } from '../../../../analysis/evidence/read/types.js';
import { ROOT } from '../../../support/root.js';
import { lockorder } from '../../cli/run.js';
import { parse } from '../samples.js';

const FOLDER = join(ROOT, 'test/unit/evidence/samples/captured');
const captured = (file: string): SourceEvidence => parse(readFileSync(join(FOLDER, file), 'utf8'));
const tasks = ({ tasks: seen }: SourceEvidence): string[] =>
  seen.map(({ task, state, channel }) => [task.name, task.pid, state, channel ?? ''].join(' ').trim());

describe('captured samples', () => {
  it('gdb on the stub of qemu: one stack per CPU, with lines', () => {
    const evidence = captured('gdb-threads.txt');
    assert.deepEqual(
      evidence.tasks.map(({ task }) => task.name),
      ['CPU#2', 'CPU#1', 'CPU#0'],
    );
    const frame = evidence.tasks[1]?.stack.find((each) => each.function === 'gate_go_north');
    assert.deepEqual([frame?.file, frame?.line], ['gate/gate.c', 27]);
    assert.equal(captured('gdb-bt.txt').tasks.length, 1);
  });

  it('two stacks and the source show which task waits for which', async () => {
    const { out } = await lockorder(
      ['evidence', join(FOLDER, 'gdb-threads.txt'), '--no-cache'],
      join(ROOT, 'bench/proof/gate'),
    );
    assert.match(out, /CPU#1 waits for \S*north_lock in gate_go_north .*; held by CPU#0/);
    assert.match(out, /CPU#0 waits for \S*south_lock in gate_go_south .*; held by CPU#1/);
    assert.match(out, /deadlock: CPU#0/);
  });

  it('a lock acquired outside the source has the place from the log', async () => {
    const { out } = await lockorder(
      ['evidence', join(FOLDER, 'circular.log'), '--no-cache'],
      join(ROOT, 'bench/proof/module'),
    );
    assert.match(out, /held {6}sb_writers#4 in ksys_write$/m);
    assert.match(out, /held {6}\S*till_lock \(&machine.till_lock\) in vending_collect \(.*service\.c:12\)$/m);
    assert.match(out, /explained by \S*service\.c:13: lock-order-cycle/);
  });

  it('report and sysrq-w together show which task waits for which', async () => {
    const { out } = await lockorder(
      ['evidence', join(FOLDER, 'circular.log'), join(FOLDER, 'sysrq-w.log'), '--no-cache'],
      join(ROOT, 'bench/proof/module'),
    );
    // What the report lists was held before: the two tasks hang at other addresses of the same functions.
    assert.match(
      out,
      /^Deadlock: init\/54 waits for \S*till_lock in vending_put_coin .*, which init\/55 holds; init\/55 waits for \S*shelf_lock/,
    );
  });

  it('drgn on a dump: the circle with its lines, and the finding about it, without any report', async () => {
    const { out } = await lockorder(
      ['evidence', join(FOLDER, 'drgn.txt'), '--root', '.', '--no-cache'],
      join(ROOT, 'bench/proof/module'),
    );
    assert.match(
      out,
      /^Deadlock: init\/41 waits for vending\.till_lock in vending_put_coin \(machine\.c:21\), which init\/42 holds; init\/42 waits for vending\.shelf_lock in vending_collect \(service\.c:13\), which init\/41 holds\.\n\nNext:\n {2}service\.c:13: lock-order-cycle: /,
    );
    assert.doesNotMatch(out, /not understood/);
  });

  it('drgn on a dump, without source: the owners show which task waits for which', async () => {
    const { out } = await lockorder(['evidence', join(FOLDER, 'drgn.txt'), '--no-cache'], FOLDER);
    assert.match(
      out,
      /^Deadlock: init\/41 waits for a mutex in vending_put_coin, which init\/42 holds; init\/42 waits for &machine\.shelf_lock in vending_collect, which init\/41 holds\./,
    );
  });

  it('lists that end before lockdep stopped: the line of the wait identifies the lock, not the last entry', async () => {
    // Without offsets, only the line of the inlined frame speaks against the last entry.
    const text = readFileSync(join(FOLDER, 'drgn.txt'), 'utf8').replace(
      /^(#\d+ \w+)\+0x\w+\/0x\w+ /gm,
      '$1 ',
    );
    const folder = mkdtempSync(join(tmpdir(), 'lockorder-dump-'));
    try {
      writeFileSync(join(folder, 'stacks.txt'), text);
      const { out } = await lockorder(
        ['evidence', join(folder, 'stacks.txt'), '--root', '.', '--no-cache'],
        join(ROOT, 'bench/proof/module'),
      );
      assert.match(out, /^Deadlock: init\/41 waits for vending\.till_lock in vending_put_coin/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('no lock is guessed for a function that takes two without further evidence', async () => {
    const { out } = await lockorder(
      ['evidence', join(FOLDER, 'ps.txt'), '--no-cache'],
      join(ROOT, 'bench/proof/module'),
    );
    assert.match(out, /init\/55 waits for something in vending_collect/);
  });

  it('ps, stacks and sysrq: two tasks that wait for each other', () => {
    assert.deepEqual(tasks(captured('ps.txt')), ['init 54 D sell_store', 'init 55 D vending_collect']);
    assert.deepEqual(tasks(captured('sysrq-w.log')), ['init 54 D', 'init 55 D']);
    assert.equal(captured('stack-55.txt').tasks[0]?.stack[0]?.function, 'vending_collect');
    assert.ok(captured('sysrq-t.log').tasks.length > 5);
  });

  it('sysrq-d: the locks that three tasks hold or wait for', () => {
    const lists = captured('sysrq-d.log').held;
    const names = lists.map(({ task, locks }) => `${task.pid}: ${locks.map(({ name }) => name).join(', ')}`);
    assert.ok(
      names.includes('42: sb_writers#4, &of->mutex, kn->active, &machine.shelf_lock'),
      names.join('\n'),
    );
  });

  it('the configuration says whether inversions are reported; the command line does not', () => {
    const said = JSON.stringify(captured('config.txt').validator);
    assert.match(said, /CONFIG_PROVE_LOCKING=y/);
    assert.ok(captured('cmdline.txt').inputs.has('command-line'));
    assert.deepEqual(captured('cmdline.txt').validator, []);
  });

  it('ftrace: acquisitions under a held lock, without trylocks', () => {
    const { dependencies } = captured('ftrace.txt');
    const pairs = dependencies.map(({ from, to }) => `${from} -> ${to}`);
    assert.ok(pairs.includes('&machine.shelf_lock -> &machine.till_lock'), pairs.join('\n'));
    assert.ok(!pairs.includes('&of->mutex -> kn->active'), pairs.join('\n'));
  });

  it('top: the waiting tasks', () => {
    assert.deepEqual(tasks(captured('top.txt')), ['init 58 D', 'init 59 D']);
  });

  it('soft lockups and lock statistics: function, CPU and contended lock', () => {
    assert.deepEqual(
      captured('soft-lockup.log').events.map(({ kind, task }) => `${kind} ${task?.name}`),
      // The sample ends in the headline of a stall.
      ['lockup gate_south', 'lockup gate_north', 'lockup undefined'],
    );
    // Its points are in a module.
    assert.deepEqual(
      captured('lock_stat.txt').contention.map(({ name, waiters }) => `${name} ${waiters.join()}`.trim()),
      ['&machine.shelf_lock sell_store', '&pool->lock'],
    );
  });

  it('tables of /proc: configuration, command line, interrupts, classes, symbols', () => {
    assert.deepEqual(
      ['config.txt', 'cmdline.txt', 'interrupts.txt', 'lockdep.txt', 'lockdep_stats.txt'].map((file) =>
        [...captured(file).inputs.keys()].join(),
      ),
      ['config', 'command-line', 'interrupts', 'lockdep-classes', 'lockdep-stats'],
    );
    assert.equal(captured('config.txt').validator[0]?.says, 'proving');
    assert.ok(captured('lockdep.txt').classes.some(({ name }) => name === '&machine.till_lock'));
    assert.ok(captured('interrupts.txt').interrupts.some(({ actions }) => actions.includes('timer')));
    const table = new SymbolTable();
    table.push(readFileSync(join(FOLDER, 'kallsyms.txt'), 'utf8'));
    table.finish();
    assert.ok(table.size > 3);
  });
});
