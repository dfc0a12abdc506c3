/**
 * The scenarios of the kernel's own test of its lock validator (lib/locking-selftest.c), each as a module: locks that are
 * variables, what processes do in functions of their own or one after the other in one, what interrupts do in an
 * interrupt handler or a tasklet.
 */
export interface Scenario {
  readonly name: string;
  readonly paths: readonly Path[];
  readonly kind: Kind;
  readonly isMistake: boolean;
}

/** What one thread does. Operations: `+A` takes lock A, `-A` releases it, `!A` initialises it; `read+A` names the kind. */
interface Path {
  readonly runsIn: 'process' | 'hard' | 'soft';
  readonly operations: readonly string[];
}

export type Kind = keyof typeof KINDS;
export type Shape = 'operations' | 'called' | 'one';
export const SHAPES: readonly Shape[] = ['operations', 'called', 'one'];

interface Calls {
  readonly declare: string;
  readonly take: string;
  readonly release: string;
  readonly init: string;
}

const calls = (declare: string, take: string, release: string, init: string): Calls => ({
  declare,
  take,
  release,
  init,
});

const KINDS = {
  spin: calls('DEFINE_SPINLOCK', 'spin_lock', 'spin_unlock', 'spin_lock_init'),
  write: calls('DEFINE_RWLOCK', 'write_lock', 'write_unlock', 'rwlock_init'),
  read: calls('DEFINE_RWLOCK', 'read_lock', 'read_unlock', 'rwlock_init'),
  mutex: calls('DEFINE_MUTEX', 'mutex_lock', 'mutex_unlock', 'mutex_init'),
  writesem: calls('DECLARE_RWSEM', 'down_write', 'up_write', 'init_rwsem'),
  readsem: calls('DECLARE_RWSEM', 'down_read', 'up_read', 'init_rwsem'),
  rtmutex: calls('DEFINE_RT_MUTEX', 'rt_mutex_lock', 'rt_mutex_unlock', 'rt_mutex_init'),
};

const OPERATION = /^([a-z]*)([+\-!])([A-Z])$/;

const all: Scenario[] = [];

function add(name: string, kinds: readonly Kind[], isMistake: boolean, ...paths: readonly Path[]): void {
  for (const kind of kinds) all.push({ name: `${name} ${kind}`, paths, kind, isMistake });
}

const runs =
  (runsIn: Path['runsIn']) =>
  (...operations: readonly string[]): Path => ({ runsIn, operations });
const process = runs('process');
const hard = runs('hard');
const soft = runs('soft');

/** One lock inside of another. */
const nested = (outer: string, inner: string): Path =>
  process(`+${outer}`, `+${inner}`, `-${inner}`, `-${outer}`);
const pairs = (text: string): readonly Path[] =>
  text.split(' ').map((pair) => nested(pair.charAt(0), pair.charAt(1)));
const mixed = (outer: Kind, a: string, inner: Kind, b: string): Path =>
  process(`${outer}+${a}`, `${inner}+${b}`, `${inner}-${b}`, `${outer}-${a}`);

const OWNED: readonly Kind[] = ['spin', 'write', 'mutex', 'writesem', 'readsem', 'rtmutex'];
const ANY: readonly Kind[] = [...OWNED, 'read'];

/** Nobody waits for readers where nobody writes. */
function circle(name: string, ...paths: readonly Path[]): void {
  add(name, OWNED, true, ...paths);
  add(name, ['read'], false, ...paths);
}

circle('A-A', process('+A', '+A', '-A', '-A'));
circle('A-B-B-A', ...pairs('AB BA'));
circle('A-B-B-C-C-A', ...pairs('AB BC CA'));
circle('A-B-C-A-B-C', ...pairs('AB CA BC'));
circle('A-B-B-C-C-D-D-A', ...pairs('AB BC CD DA'));
circle('A-B-C-D-B-D-D-A', ...pairs('AB CD BD DA'));
circle('A-B-C-D-B-C-D-A', ...pairs('AB CD BC DA'));
add('one order', ANY, false, ...pairs('AB BC CD AD'));
add('double unlock', ANY, true, process('+A', '-A', '-A'));
add('taken again', ANY, false, process('+A', '-A', '+A', '-A'));
add('initialize held', ANY, true, process('+A', '!A', '-A'));
add('initialize first', ANY, false, process('!A', '+A', '-A'));

add('read, write', ['readsem'], true, process('+A', 'writesem+A', 'writesem-A', '-A'));
add('read, write', ['read'], true, process('+A', 'write+A', 'write-A', '-A'));
add('write, read', ['writesem'], true, process('+A', 'readsem+A', 'readsem-A', '-A'));
add('write, read', ['write'], true, process('+A', 'read+A', 'read-A', '-A'));
add(
  'read-lock, lock-write',
  ['spin'],
  true,
  mixed('read', 'A', 'spin', 'B'),
  mixed('spin', 'B', 'write', 'A'),
);
add(
  'read-lock, lock-write',
  ['mutex'],
  true,
  mixed('readsem', 'A', 'mutex', 'B'),
  mixed('mutex', 'B', 'writesem', 'A'),
);
add(
  'read-lock, lock-read',
  ['mutex'],
  true,
  mixed('readsem', 'A', 'mutex', 'B'),
  mixed('mutex', 'B', 'readsem', 'A'),
);
add(
  'write-lock, lock-write',
  ['spin'],
  true,
  mixed('write', 'A', 'spin', 'B'),
  mixed('spin', 'B', 'write', 'A'),
);
add(
  'write-lock, lock-write',
  ['mutex'],
  true,
  mixed('writesem', 'A', 'mutex', 'B'),
  mixed('mutex', 'B', 'writesem', 'A'),
);
add(
  'read-lock, lock-read, lock-write',
  ['spin'],
  true,
  mixed('read', 'A', 'spin', 'B'),
  mixed('spin', 'B', 'read', 'A'),
  mixed('spin', 'B', 'write', 'A'),
);
add(
  'W1R2, W2R3, W3R1',
  ['read'],
  true,
  mixed('write', 'X', 'read', 'Y'),
  mixed('write', 'Y', 'read', 'Z'),
  mixed('write', 'Z', 'read', 'X'),
);
add(
  'W1W2, R2R3, W3R1',
  ['read'],
  true,
  mixed('write', 'X', 'write', 'Y'),
  mixed('read', 'Y', 'read', 'Z'),
  mixed('write', 'Z', 'read', 'X'),
);

for (const [where, inside, off, on] of [
  ['interrupt', hard, 'local_irq_disable();', 'local_irq_enable();'],
  ['softirq', soft, 'local_bh_disable();', 'local_bh_enable();'],
] as const) {
  const name = (what: string): string => `${what} (${where})`;
  const without = (...operations: readonly string[]): Path => process(off, ...operations, on);
  const handler = inside('+A', '-A');
  add(name('irqs-on + irq-safe-A'), ['spin', 'write'], true, handler, process('+A', '-A'));
  add(name('irqs-on + irq-safe-A'), ['read'], false, handler, process('+A', '-A'));
  add(
    name('writer where readers interrupt'),
    ['write'],
    true,
    inside('read+A', 'read-A'),
    process('+A', '-A'),
  );
  add(name('irqs-off + irq-safe-A'), ['spin', 'write', 'read'], false, handler, without('+A', '-A'));
  add(name('safe-A + irqs-on'), ['spin', 'write'], true, handler, process(off, '+A', on, '-A'));
  add(name('safe-A + irqs-on'), ['read'], false, handler, process(off, '+A', on, '-A'));
  const inner = ['+A', '+B', '-B', '-A'];
  add(name('safe-A + unsafe-B #1'), ['spin', 'write'], true, process(...inner), process('+B', '-B'), handler);
  add(name('safe-A + unsafe-B #2'), ['spin', 'write'], true, without(...inner), process('+B', '-B'), handler);
  add(name('safe-A + safe-B'), ['spin', 'write'], false, without(...inner), without('+B', '-B'), handler);
  add(
    name('irq lock-inversion'),
    ['spin', 'write'],
    true,
    without('write+A', '+B', '-B', 'write-A'),
    process('+B', '-B'),
    inside('read+A', 'read-A'),
  );
  add(
    name('irq read-recursion'),
    ['read'],
    false,
    without('write+A', 'write-A'),
    process('+A', '-A'),
    inside('+A', 'spin+B', 'spin-B', '-A'),
  );
  add(
    name('irq read-recursion #2'),
    ['read'],
    true,
    without('spin+B', 'write+A', 'write-A', 'spin-B'),
    process('+A', '-A'),
    inside('spin+B', 'spin-B'),
  );
  add(
    name('irq read-recursion #3'),
    ['read'],
    true,
    without('write+B', 'write+A', 'write-A', 'write-B'),
    process('+A', '-A'),
    inside('+B', '-B'),
  );
}

add(
  'sirq-safe-A => hirqs-on',
  ['spin', 'write'],
  true,
  soft('+A', '-A'),
  process('local_irq_disable();', '+A', 'local_irq_enable();', '-A'),
);

const irqsOff = (...operations: readonly string[]): Path =>
  process('local_irq_disable();', ...operations, 'local_irq_enable();');
add(
  'queued read-lock, lock-read',
  ['read'],
  true,
  hard('+A', 'spin+B', 'spin-B', '-A'),
  irqsOff('spin+B', '+A', '-A', 'spin-B'),
);
add(
  'queued lock-read, read-lock',
  ['read'],
  false,
  hard('spin+B', '+A', '-A', 'spin-B'),
  irqsOff('+A', 'spin+B', 'spin-B', '-A'),
);
add(
  'queued inversion',
  ['read'],
  true,
  hard('spin+B', 'spin-B'),
  irqsOff('spin+B', '+A', '-A', 'spin-B'),
  process('+A', '-A'),
);

export const SCENARIOS: readonly Scenario[] = all;

/** A scenario as the text of a module. */
export function moduleOf({ paths, kind }: Scenario, shape: Shape): string {
  const lines = declarations(paths, kind);
  const bodyOf = ({ operations }: Path): string[] => operations.map((text) => `\t${statement(text, kind)}`);
  const start: string[] = [];
  const last: string[] = [];
  let isInterrupted = false;
  const processes: Path[] = [];
  for (const [i, path] of paths.entries()) {
    const body = bodyOf(path);
    if (path.runsIn === 'hard') {
      lines.push(
        `static irqreturn_t handle${i}(int irq, void *data)`,
        '{',
        ...body,
        '\treturn IRQ_HANDLED;',
        '}',
      );
      start.push(`\terror = request_irq(${10 + i}, handle${i}, 0, "scenario", &error);`);
      isInterrupted = true;
    } else if (path.runsIn === 'soft') {
      lines.push(`static void later${i}(struct tasklet_struct *t)`, '{', ...body, '}');
      lines.push(`static DECLARE_TASKLET(tasklet${i}, later${i});`);
      start.push(`\ttasklet_schedule(&tasklet${i});`);
    } else if (shape === 'operations') {
      lines.push(`static ssize_t path${i}(struct file *f, char __user *to, size_t n, loff_t *at)`);
      lines.push('{', ...body, '\treturn n;', '}');
      lines.push(`static const struct file_operations operations${i} = { .read = path${i} };`);
    } else if (shape === 'called') {
      lines.push(`static void path${i}(void)`, '{', ...body, '}');
      last.push(`\tpath${i}();`);
    } else processes.push(path);
  }
  if (shape === 'one') {
    lines.push('static void scenario(void)', '{', ...processes.flatMap(bodyOf), '}');
    last.push('\tscenario();');
  }
  lines.push('static int __init scenario_init(void)', '{');
  if (isInterrupted) lines.push('\tint error;', '');
  lines.push(...start, ...last, '\treturn 0;', '}', 'module_init(scenario_init);');
  return `${lines.join('\n')}\n`;
}

function declarations(paths: readonly Path[], kind: Kind): string[] {
  const found = new Map<string, string>();
  for (const text of paths.flatMap(({ operations }) => operations)) {
    const [, named, , lock = ''] = OPERATION.exec(text) ?? [];
    if (lock !== '' && !found.has(lock)) found.set(lock, `static ${callsOf(named, kind).declare}(${lock});`);
  }
  return [...found.values()].sort();
}

function statement(text: string, kind: Kind): string {
  const [, named, what, lock] = OPERATION.exec(text) ?? [];
  if (what === undefined) return text;
  const { take, release, init } = callsOf(named, kind);
  return `${what === '+' ? take : what === '-' ? release : init}(&${lock});`;
}

function callsOf(named: string | undefined, kind: Kind): Calls {
  return KINDS[(named === undefined || named === '' ? kind : named) as Kind];
}
