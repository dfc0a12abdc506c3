/** A kind of lock: its type, the calls that take and release it, its initialiser and its definition. */
interface LockForm {
  readonly type: string;
  readonly acquire: string;
  readonly release: string;
  readonly init: string;
  readonly define: string;
}

const form = (type: string, acquire: string, release: string, init: string, define: string): LockForm => ({
  type,
  acquire,
  release,
  init,
  define,
});

/** The kinds of locks of the self-test, by its names for them; a reader and a writer share a type. */
export const KINDS = {
  spin: form('spinlock_t', 'spin_lock', 'spin_unlock', 'spin_lock_init', 'DEFINE_SPINLOCK'),
  raw: form(
    'raw_spinlock_t',
    'raw_spin_lock',
    'raw_spin_unlock',
    'raw_spin_lock_init',
    'DEFINE_RAW_SPINLOCK',
  ),
  wlock: form('rwlock_t', 'write_lock', 'write_unlock', 'rwlock_init', 'DEFINE_RWLOCK'),
  rlock: form('rwlock_t', 'read_lock', 'read_unlock', 'rwlock_init', 'DEFINE_RWLOCK'),
  mutex: form('struct mutex', 'mutex_lock', 'mutex_unlock', 'mutex_init', 'DEFINE_MUTEX'),
  wsem: form('struct rw_semaphore', 'down_write', 'up_write', 'init_rwsem', 'DECLARE_RWSEM'),
  rsem: form('struct rw_semaphore', 'down_read', 'up_read', 'init_rwsem', 'DECLARE_RWSEM'),
  rtmutex: form('struct rt_mutex', 'rt_mutex_lock', 'rt_mutex_unlock', 'rt_mutex_init', 'DEFINE_RT_MUTEX'),
} as const satisfies Readonly<Record<string, LockForm>>;
export type Kind = keyof typeof KINDS;

/** Where the steps of a function run. */
export type Place = 'process' | 'hard' | 'soft';

/**
 * What a function does, step by step: `+A` acquires lock A, `-A` releases it, `!A` initialises it; `+A:wlock` in another form.
 * Other words are statements.
 */
export interface Side {
  readonly place: Place;
  readonly steps: readonly string[];
}

export interface Scenario {
  readonly name: string;
  /** The rule that lockdep's verdict corresponds to, `any` for whichever rule; `undefined` if lockdep accepts it. */
  readonly expected: string | undefined;
  readonly locks: Readonly<Record<string, Kind>>;
  readonly sides: readonly Side[];
}

/** Whether the locks are variables, or members of an object that a file and a handler get. */
export type Shape = 'variables' | 'members';

/** File operations that run in process context, with what they return; each side is one of them. */
const OPERATIONS: readonly (readonly [name: string, head: string, value: string])[] = [
  ['read', 'ssize_t dut_read(struct file *file, char __user *buf, size_t len, loff_t *pos)', '0'],
  ['write', 'ssize_t dut_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)', 'len'],
  ['unlocked_ioctl', 'long dut_unlocked_ioctl(struct file *file, unsigned int cmd, unsigned long arg)', '0'],
  ['poll', '__poll_t dut_poll(struct file *file, struct poll_table_struct *wait)', '0'],
  ['flush', 'int dut_flush(struct file *file, fl_owner_t id)', '0'],
  ['fsync', 'int dut_fsync(struct file *file, loff_t start, loff_t end, int datasync)', '0'],
];

/** A driver with one operation for each side in process context, and the handlers. */
export function moduleOf({ locks, sides }: Scenario, shape: Shape): string {
  const isMember = shape === 'members';
  const lock = (name: string): string => `&${isMember ? 'd->' : 'dut_'}${name.toLowerCase()}`;
  const count = isMember ? 'd->count++' : 'dut_count++';
  const statement = (step: string): string => {
    const [, sign, name = '', kind] = /^([-+!])(\w+)(?::(\w+))?$/.exec(step) ?? [];
    if (sign === undefined) return `${step};`;
    const { acquire, release, init } = KINDS[(kind ?? locks[name]) as Kind];
    if (sign === '+') return `${acquire}(${lock(name)});\n\t${count};`;
    return `${sign === '-' ? release : init}(${lock(name)});`;
  };
  const body = (side: Side, object: string): string =>
    [...(isMember ? [`struct dut *d = ${object};\n`] : []), ...side.steps.map(statement)].join('\n\t');
  const at = (place: Place): readonly Side[] => sides.filter((side) => side.place === place);
  const process = at('process').map((side, i) => ({ side, operation: OPERATIONS[i]! }));
  const [hard] = at('hard');
  const [soft] = at('soft');
  const object = isMember ? 'd->' : 'dut_';
  const functions = [
    ...process.map(
      ({ side, operation: [, head, value] }) =>
        `static ${head}\n{\n\t${body(side, 'file->private_data')}\n\treturn ${value};\n}`,
    ),
    ...(hard
      ? [
          `static irqreturn_t dut_isr(int irq, void *data)\n{\n\t${body(hard, 'data')}\n\treturn IRQ_HANDLED;\n}`,
        ]
      : []),
    ...(soft
      ? [
          `static void dut_tasklet(struct tasklet_struct *t)\n{\n\t${body(soft, 'container_of(t, struct dut, task)')}\n}`,
        ]
      : []),
    ...(isMember
      ? [
          'static int dut_open(struct inode *inode, struct file *file)\n{\n\tfile->private_data = container_of(file->private_data, struct dut, misc);\n\treturn 0;\n}',
        ]
      : []),
  ];
  const operations = [
    ...(isMember ? ['.open = dut_open,'] : []),
    ...process.map(({ operation: [name] }) => `.${name} = dut_${name},`),
  ];
  const table = `static const struct file_operations dut_fops = {\n\t${operations.join('\n\t')}\n};`;
  const start = [
    ...(soft ? [`tasklet_setup(&${object}task, dut_tasklet);`] : []),
    ...(hard
      ? [
          `ret = request_irq(irq, dut_isr, 0, "dut", ${isMember ? 'd' : '&dut_misc'});`,
          'if (ret)\n\t\treturn ret;',
        ]
      : []),
    `return misc_register(&${object}misc);`,
  ];
  const names = Object.entries(locks);
  const [data, setup] = isMember
    ? [
        `struct dut {\n\t${[...names.map(([name, kind]) => `${KINDS[kind].type} ${name.toLowerCase()};`), 'unsigned int count;', 'struct tasklet_struct task;', 'struct miscdevice misc;'].join('\n\t')}\n};`,
        [
          'struct dut *d = kzalloc(sizeof(*d), GFP_KERNEL);',
          'int ret;\n',
          'if (!d)\n\t\treturn -ENOMEM;',
          ...names.map(([name, kind]) => `${KINDS[kind].init}(&d->${name.toLowerCase()});`),
          'd->misc.fops = &dut_fops;',
        ],
      ]
    : [
        [
          ...names.map(([name, kind]) => `static ${KINDS[kind].define}(dut_${name.toLowerCase()});`),
          'static unsigned int dut_count;',
          'static struct tasklet_struct dut_task;',
        ].join('\n'),
        ['int ret;\n'],
      ];
  const device = isMember
    ? []
    : ['static struct miscdevice dut_misc = { .name = "dut", .fops = &dut_fops };'];
  const init = `static int __init dut_init(void)\n{\n\t${[...setup, ...start].join('\n\t')}\n}\nmodule_init(dut_init);`;
  return `${[data, ...functions, table, ...device, 'static int irq = 10;', init].join('\n\n')}\n`;
}
