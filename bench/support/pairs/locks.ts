/** How a lock is declared, made, taken and released; `$` is the lock. */
export interface LockFamily {
  readonly name: string;
  /** The type of the lock itself, `''` where another object contains it. */
  readonly type: string;
  readonly init: string;
  readonly define: string;
  readonly take: string;
  readonly release: string;
  /** Takes it unless it is taken: an expression. */
  readonly attempt: string;
  /** A whole section, with `{body}` for its contents; instead of `take` and `release`. */
  readonly section?: string;
  readonly locals?: string;
}

const MUTEX: LockFamily = {
  name: 'mutex',
  type: 'struct mutex',
  init: 'mutex_init($);',
  define: 'static DEFINE_MUTEX($);',
  take: 'mutex_lock($);',
  release: 'mutex_unlock($);',
  attempt: 'mutex_trylock($)',
};

const SPIN: LockFamily = {
  name: 'spin',
  type: 'spinlock_t',
  init: 'spin_lock_init($);',
  define: 'static DEFINE_SPINLOCK($);',
  take: 'spin_lock($);',
  release: 'spin_unlock($);',
  attempt: 'spin_trylock($)',
};

const RWSEM: LockFamily = {
  name: 'rwsem write',
  type: 'struct rw_semaphore',
  init: 'init_rwsem($);',
  define: 'static DECLARE_RWSEM($);',
  take: 'down_write($);',
  release: 'up_write($);',
  attempt: 'down_write_trylock($)',
};

export const IRQSAVE: LockFamily = {
  ...SPIN,
  name: 'spin irqsave',
  take: 'spin_lock_irqsave($, flags);',
  release: 'spin_unlock_irqrestore($, flags);',
  locals: 'unsigned long flags;',
};

export const PLAIN_SPIN = SPIN;

/** Families whose holder may sleep. */
export const SLEEPING: readonly LockFamily[] = [
  MUTEX,
  { ...MUTEX, name: 'mutex nested', take: 'mutex_lock_nested($, SINGLE_DEPTH_NESTING);' },
  {
    ...MUTEX,
    name: 'mutex interruptible',
    take: 'if (mutex_lock_interruptible($))\n\tgoto out;',
  },
  { ...MUTEX, name: 'guard mutex', section: '{\n\tguard(mutex)($);\n{body}\n}' },
  { ...MUTEX, name: 'scoped guard mutex', section: 'scoped_guard(mutex, $) {\n{body}\n}' },
  RWSEM,
  {
    ...RWSEM,
    name: 'rwsem read',
    take: 'down_read($);',
    release: 'up_read($);',
    attempt: 'down_read_trylock($)',
  },
  {
    name: 'semaphore',
    type: 'struct semaphore',
    init: 'sema_init($, 1);',
    define: 'static DEFINE_SEMAPHORE($, 1);',
    take: 'down($);',
    release: 'up($);',
    attempt: '!down_trylock($)',
  },
  {
    name: 'rt mutex',
    type: 'struct rt_mutex',
    init: 'rt_mutex_init($);',
    define: 'static DEFINE_RT_MUTEX($);',
    take: 'rt_mutex_lock($);',
    release: 'rt_mutex_unlock($);',
    attempt: 'rt_mutex_trylock($)',
  },
];

export const SPINNING: readonly LockFamily[] = [
  IRQSAVE,
  SPIN,
  { ...SPIN, name: 'spin irq', take: 'spin_lock_irq($);', release: 'spin_unlock_irq($);' },
  { ...SPIN, name: 'spin bh', take: 'spin_lock_bh($);', release: 'spin_unlock_bh($);' },
  {
    ...SPIN,
    name: 'raw spin',
    type: 'raw_spinlock_t',
    init: 'raw_spin_lock_init($);',
    define: 'static DEFINE_RAW_SPINLOCK($);',
    take: 'raw_spin_lock_irqsave($, flags);',
    release: 'raw_spin_unlock_irqrestore($, flags);',
    attempt: 'raw_spin_trylock($)',
    locals: 'unsigned long flags;',
  },
  {
    ...SPIN,
    name: 'rwlock write',
    type: 'rwlock_t',
    init: 'rwlock_init($);',
    define: 'static DEFINE_RWLOCK($);',
    take: 'write_lock_irqsave($, flags);',
    release: 'write_unlock_irqrestore($, flags);',
    attempt: 'write_trylock($)',
    locals: 'unsigned long flags;',
  },
  { ...SPIN, name: 'guard spin irqsave', section: '{\n\tguard(spinlock_irqsave)($);\n{body}\n}' },
  { ...SPIN, name: 'scoped guard spin', section: 'scoped_guard(spinlock_irqsave, $) {\n{body}\n}' },
];

/** Where a lock is, seen from a device `d`; NAME is the lock's name, TYPE its type, INIT what makes the lock `$`. */
export interface LockSource {
  readonly name: string;
  readonly types?: string;
  readonly fields: string;
  readonly setup: readonly string[];
  readonly before?: string;
  readonly lock: string;
  readonly isGlobal?: boolean;
  /** A statement that must come first, and its declaration. */
  readonly local?: string;
}

const INIT = 'INIT';

export const SOURCES: readonly LockSource[] = [
  { name: 'field', fields: 'TYPE NAME;', setup: [INIT.replace('INIT', 'INIT(&d->NAME)')], lock: '&d->NAME' },
  { name: 'global', fields: '', setup: [], lock: '&bolt_NAME', isGlobal: true },
  {
    name: 'field of a struct inside',
    fields: 'struct { TYPE NAME; int uses; } in_NAME;',
    setup: ['INIT(&d->in_NAME.NAME)'],
    lock: '&d->in_NAME.NAME',
  },
  {
    name: 'parent pointer',
    types: 'struct hub_NAME { TYPE NAME; int uses; };',
    fields: 'struct hub_NAME *hub_NAME;',
    setup: ['d->hub_NAME = dev_get_drvdata(dev->parent);', 'INIT(&d->hub_NAME->NAME)'],
    lock: '&d->hub_NAME->NAME',
  },
  {
    name: 'pointer in a local',
    types: 'struct hub_NAME { TYPE NAME; int uses; };',
    fields: 'struct hub_NAME *hub_NAME;',
    setup: ['d->hub_NAME = dev_get_drvdata(dev->parent);', 'INIT(&d->hub_NAME->NAME)'],
    lock: '&hub_NAME->NAME',
    local: 'struct hub_NAME *hub_NAME = d->hub_NAME;',
  },
  {
    name: 'pointer to the lock',
    types: 'struct hub_NAME { TYPE NAME; int uses; };',
    fields: 'TYPE *NAME_of;',
    setup: [
      'struct hub_NAME *hub_NAME = dev_get_drvdata(dev->parent);',
      'INIT(&hub_NAME->NAME)',
      'd->NAME_of = &hub_NAME->NAME;',
    ],
    lock: 'd->NAME_of',
  },
  {
    name: 'helper that returns it',
    fields: 'TYPE NAME;',
    before: 'static inline TYPE *bolt_get_NAME(struct bolt *d)\n{\n\treturn &d->NAME;\n}\n',
    setup: ['INIT(&d->NAME)'],
    lock: 'bolt_get_NAME(d)',
  },
  {
    name: 'macro for the field',
    fields: 'TYPE NAME;',
    before: '#define BOLT_NAME(x) (&(x)->NAME)\n',
    setup: ['INIT(&d->NAME)'],
    lock: 'BOLT_NAME(d)',
  },
  {
    name: 'array element',
    fields: 'struct { TYPE NAME; int uses; } lane_NAME[4];',
    setup: ['INIT(&d->lane_NAME[0].NAME)'],
    lock: '&d->lane_NAME[0].NAME',
  },
  {
    name: 'element by a field',
    fields: 'struct { TYPE NAME; int uses; } lane_NAME[4]; int at_NAME;',
    setup: ['INIT(&d->lane_NAME[0].NAME)'],
    lock: '&d->lane_NAME[d->at_NAME].NAME',
  },
  {
    name: 'global of another struct',
    types: 'static struct { TYPE NAME; int uses; } all_NAME;',
    fields: '',
    setup: ['INIT(&all_NAME.NAME)'],
    lock: '&all_NAME.NAME',
  },
  {
    name: 'global object behind a pointer',
    types: 'struct hub_NAME { TYPE NAME; int uses; };\nstatic struct hub_NAME *the_NAME;',
    fields: '',
    setup: ['the_NAME = devm_kzalloc(dev, sizeof(*the_NAME), GFP_KERNEL);', 'INIT(&the_NAME->NAME)'],
    lock: '&the_NAME->NAME',
  },
];

/** How a section is written around its body. */
export const WRITINGS = [
  'direct',
  'in helpers',
  'in macros',
  'with an exit by goto',
  'under a condition',
  'in a loop',
] as const;
export type Writing = (typeof WRITINGS)[number];

/** The distance of the relevant code from its section. */
export const DISTANCES = [
  'here',
  'one call',
  'two calls',
  'three calls',
  'four calls',
  'inline',
  'macro',
  'op table',
  'field of functions',
  'by a result',
  'under a condition',
  'a parameter beside it',
] as const;
export type Distance = (typeof DISTANCES)[number];
