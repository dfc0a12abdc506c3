import type { RuleId } from '../../../analysis/checks/types.js';
import {
  DISTANCES,
  IRQSAVE,
  PLAIN_SPIN,
  SLEEPING,
  SOURCES,
  SPINNING,
  WRITINGS,
  type Distance,
  type LockFamily,
  type LockSource,
  type Writing,
} from './locks.js';
import { BUSES, type Bus } from './buses.js';
import { DriverText, indented, nameOf, type Code, type Lock } from './program.js';
import { described, type Described } from './records.js';

/** A value of each axis; the first value of an axis is the plain one. */
export type Choice = Readonly<Record<string, string>>;

/** Programs that differ in one place: a mistake, and the correct form. */
export interface Shape {
  readonly rule: RuleId;
  readonly axes: Readonly<Record<string, readonly string[]>>;
  readonly twins: readonly string[];
  /** The rules that may report it. */
  wanted(choice: Choice): readonly RuleId[];
  /** The program with the mistake, or a correct one; `undefined` if the values are incompatible. */
  build(choice: Choice, twin?: string): string | undefined;
}

const entries = described('entries');
const handlers = described('handlers');
const waits = described('waits');

const names = (list: readonly { readonly name: string }[]): string[] => list.map(({ name }) => name);
const first = (list: readonly string[], plain: string): string[] => [
  plain,
  ...list.filter((each) => each !== plain),
];

function find<T extends { readonly name: string }>(list: readonly T[], name: string | undefined): T {
  const found = list.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name ?? ''}`);
  return found;
}

const LINES: Code = { lines: ['d->count++;'], locals: [] };

const COMMON = {
  bus: names(BUSES),
  setup: ['in probe', 'in a helper'],
  writing: WRITINGS,
};

function driver(choice: Choice): DriverText {
  return new DriverText(find<Bus>(BUSES, choice['bus']), choice['setup'] === 'in a helper');
}

function source(choice: Choice, axis: string): LockSource {
  return find<LockSource>(SOURCES, choice[axis]);
}

/** Shapes in which two records have members of one name, or wait for themselves. */
function collide(a: Described, b: Described): boolean {
  const alloc = [a, b].map((each) => each.one('alloc')).filter((each) => each !== '');
  if (new Set(alloc).size > 1) return true;
  for (const key of ['driver', 'pm', 'netdev']) if (a.has(key) && a.one(key) === b.one(key)) return true;
  const text = (one: Described): string => [...one.all('setup'), ...one.all('wait')].join();
  return text(a).includes('d->irq') && text(b).includes('d->irq');
}

// ---- wait-deadlock

const ATOMIC_FAMILIES = SPINNING.filter(({ name }) => !['spin', 'spin bh'].includes(name));
/** Functions that may call code that takes locks of a subsystem. */
const OUTSIDE: ReadonlySet<string> = new Set([
  'remove',
  'exported',
  'work',
  'misc ioctl',
  'shutdown',
  'kthread',
]);

export const waitShape: Shape = {
  rule: 'wait-deadlock',
  axes: {
    wait: names(waits),
    entry: first(names(entries), 'remove'),
    source: names(SOURCES),
    family: [...names(SLEEPING), ...names(ATOMIC_FAMILIES)],
    'handler writing': WRITINGS,
    'waiter distance': DISTANCES,
    'handler distance': DISTANCES,
    ...COMMON,
  },
  twins: ['after', 'free', 'other lock', 'trylock'],
  wanted(choice) {
    const wait = find(waits, choice['wait']);
    const others = wait
      .one('rules')
      .split(' ')
      .filter((each) => each !== '') as RuleId[];
    return ['wait-deadlock', ...others, ...(wait.has('sleeps') ? (['sleep-in-atomic'] as const) : [])];
  },
  build(choice, twin) {
    const wait = find(waits, choice['wait']);
    const entry = find(entries, choice['entry']);
    const isAtomic = wait.one('kind') === 'atomic';
    let family = find([...SLEEPING, ...ATOMIC_FAMILIES], choice['family']);
    // The plain family is a mutex.
    if (isAtomic && family.name === 'mutex') family = IRQSAVE;
    if (isAtomic !== ATOMIC_FAMILIES.includes(family)) return undefined;
    // Two readers do not exclude each other.
    if (family.name === 'rwsem read') return undefined;
    if (collide(wait, entry) || (wait.has('rules') && !OUTSIDE.has(entry.name))) return undefined;
    if (twin === 'free' && !wait.has('free')) return undefined;
    if (wait.has('sleeps') && (twin === 'other lock' || twin === 'trylock')) return undefined;
    if (twin === 'trylock' && (wait.has('inside') || wait.has('finish') || wait.has('first')))
      return undefined;
    const text = driver(choice);
    const lock = text.lock('lock', family, source(choice, 'source'));
    const other = twin === 'other lock' ? text.lock('spare', family, source(choice, 'source')) : lock;
    const inside: Code = { lines: [...wait.all('inside'), 'd->count++;'], locals: [] };
    const section =
      twin === 'trylock'
        ? tried(lock, inside)
        : text.section(other, choice['handler writing'] as Writing, inside);
    const isSplit = wait.has('finish') || wait.has('first');
    const body = text.far(choice['handler distance'] as Distance, section);
    if (isSplit && choice['handler distance'] === 'macro' && wait.has('locals')) return undefined;
    text.enter(wait, 2, {
      lines: [...wait.all('first'), ...body.lines, ...wait.all('finish')],
      locals: [...(wait.has('wait') ? wait.all('locals').filter(() => isSplit) : []), ...body.locals],
    });
    const locals = isSplit ? [] : wait.all('locals');
    const waiting: Code = {
      lines: (twin === 'free' ? wait.all('free') : wait.all('wait')).map((line) =>
        line.replaceAll('FN', nameOf(wait, 2)),
      ),
      locals,
    };
    const far = text.far(choice['waiter distance'] as Distance, waiting);
    const writing = choice['writing'] as Writing;
    const left = text.section(lock, writing, twin === 'after' ? LINES : far);
    text.enter(
      entry,
      1,
      twin === 'after'
        ? { lines: [...left.lines, ...far.lines], locals: [...left.locals, ...far.locals] }
        : left,
    );
    return text.text();
  },
};

/** A section that is omitted where the lock is taken. */
function tried({ family, expression, locals }: Lock, body: Code): Code {
  const put = (text: string): string => text.replace('$', expression);
  const release = put(
    family.section === undefined
      ? family.release.replace(/_irqrestore\((.*), flags\)/, '($1)').replace(/_irq|_bh/, '')
      : family.release,
  );
  return {
    lines: [`if (${put(family.attempt)}) {`, ...indented([...body.lines, release]), '}'],
    locals: [...locals, ...body.locals],
  };
}

// ---- irq-inversion

interface Pair {
  readonly name: string;
  readonly inner: LockFamily;
  readonly outer: LockFamily;
}

const plain = (name: string, rest: Partial<LockFamily>): LockFamily => ({ ...PLAIN_SPIN, name, ...rest });
const RW = { type: 'rwlock_t', init: 'rwlock_init($);', define: 'static DEFINE_RWLOCK($);' };
const READ = plain('read', { ...RW, take: 'read_lock($);', release: 'read_unlock($);' });
const WRITE = plain('write', { ...RW, take: 'write_lock($);', release: 'write_unlock($);' });
const RAW = plain('raw', {
  type: 'raw_spinlock_t',
  init: 'raw_spin_lock_init($);',
  define: 'static DEFINE_RAW_SPINLOCK($);',
  take: 'raw_spin_lock($);',
  release: 'raw_spin_unlock($);',
});

const PAIRS: readonly Pair[] = [
  { name: 'spin', inner: PLAIN_SPIN, outer: PLAIN_SPIN },
  { name: 'spin irqsave in the handler', inner: IRQSAVE, outer: PLAIN_SPIN },
  { name: 'raw', inner: RAW, outer: RAW },
  { name: 'reader in the handler', inner: READ, outer: WRITE },
  { name: 'writer in the handler', inner: WRITE, outer: READ },
  { name: 'writers', inner: WRITE, outer: WRITE },
  {
    name: 'guard',
    inner: PLAIN_SPIN,
    outer: plain('guard', { section: '{\n\tguard(spinlock)($);\n{body}\n}' }),
  },
  {
    name: 'scoped guard',
    inner: plain('scoped', { section: 'scoped_guard(spinlock, $) {\n{body}\n}' }),
    outer: plain('scoped', { section: 'scoped_guard(spinlock, $) {\n{body}\n}' }),
  },
];

/** The family of the outer side with interrupts off. */
function safe(family: LockFamily, form: string): LockFamily {
  const change = (text: string): string => {
    if (form === 'irqsave')
      return text
        .replace(/(_lock)\(\$\)/, '$1_irqsave($, flags)')
        .replace(/(_unlock)\(\$\)/, '$1_irqrestore($, flags)');
    return text.replace(/(_(?:un)?lock)\(\$\)/, `$1_${form}($)`);
  };
  const section = family.section?.replace('(spinlock', `(spinlock_${form}`);
  return {
    ...family,
    take: change(family.take),
    release: change(family.release),
    ...(section === undefined ? {} : { section }),
    ...(form === 'irqsave' && section === undefined ? { locals: 'unsigned long flags;' } : {}),
  };
}

const INTERRUPTED = ['timer', 'tasklet', 'napi', 'transmit'];

export const inversionShape: Shape = {
  rule: 'irq-inversion',
  axes: {
    handler: names(handlers),
    entry: [...first(names(entries), 'misc ioctl'), ...INTERRUPTED],
    source: names(SOURCES),
    family: names(PAIRS),
    'handler writing': WRITINGS,
    'outer distance': DISTANCES,
    'handler distance': DISTANCES,
    ...COMMON,
  },
  twins: ['irqsave', 'irq', 'bh', 'other lock', 'off around'],
  wanted: () => ['irq-inversion'],
  build(choice, twin) {
    const handler = find(handlers, choice['handler']);
    const isSoft = handler.one('kind') === 'softirq';
    const isInterrupted = INTERRUPTED.includes(choice['entry'] ?? '');
    if (isInterrupted && isSoft) return undefined;
    const entry = find(isInterrupted ? handlers : entries, choice['entry']);
    const { inner, outer } = find<Pair>(PAIRS, choice['family']);
    if (collide(handler, entry)) return undefined;
    if ((twin === 'bh' && !isSoft) || (twin === 'irq' && isInterrupted)) return undefined;
    const isForm = twin === 'irqsave' || twin === 'irq' || twin === 'bh';
    if (isForm && outer.section !== undefined && twin === 'bh') return undefined;
    const text = driver(choice);
    const from = source(choice, 'source');
    const lock = text.lock('lock', outer, from);
    const own = twin === 'other lock' ? text.lock('spare', inner, from) : { ...lock, family: inner };
    const section = text.section(own, choice['handler writing'] as Writing, LINES);
    text.enter(handler, 2, text.far(choice['handler distance'] as Distance, section));
    const taken = isForm ? { ...lock, family: safe(outer, twin) } : lock;
    const far = text.far(
      choice['outer distance'] as Distance,
      text.section(taken, choice['writing'] as Writing, LINES),
    );
    const [off, on] = isSoft
      ? ['local_bh_disable();', 'local_bh_enable();']
      : ['local_irq_save(all);', 'local_irq_restore(all);'];
    const around =
      twin === 'off around'
        ? {
            lines: [off, ...far.lines.map((line) => line.replace('goto out', 'goto out')), on],
            locals: [...far.locals, ...(isSoft ? [] : ['unsigned long all;'])],
          }
        : far;
    text.enter(entry, 1, around);
    return text.text();
  },
};

// ---- lock-order-cycle

// An interrupted acquisition leaves the enclosing section through its own label.
const ALL = [...SLEEPING.filter(({ name }) => name !== 'mutex interruptible'), ...SPINNING];

export const orderShape: Shape = {
  rule: 'lock-order-cycle',
  axes: {
    first: first(names(entries), 'misc ioctl'),
    second: first(names(entries), 'work'),
    source: names(SOURCES),
    'other source': names(SOURCES),
    family: names(ALL),
    'other family': names(ALL),
    'first distance': DISTANCES,
    'second distance': DISTANCES,
    'inner writing': WRITINGS,
    classes: ['two', 'three', 'four'],
    ...COMMON,
  },
  twins: ['same order', 'dropped', 'trylock', 'under a common lock'],
  wanted: () => ['lock-order-cycle'],
  build(choice, twin) {
    const one = find(entries, choice['first']);
    const two = find(entries, choice['second']);
    const [a, b] = [find(ALL, choice['family']), find(ALL, choice['other family'])];
    if (collide(one, two)) return undefined;
    // A sleeping lock is not taken under a spinning one, and readers do not wait for readers.
    const sleeps = [a, b].filter((each) => SLEEPING.includes(each)).length;
    if (sleeps === 1 || [a, b].every(({ name }) => name === 'rwsem read')) return undefined;
    const text = driver(choice);
    const lockA = text.lock('lock', a, source(choice, 'source'));
    const lockB = text.lock('gate', b, source(choice, 'other source'));
    const between = [lockB];
    for (let at = 2; at < ['two', 'three', 'four'].indexOf(choice['classes'] ?? '') + 2; at++)
      between.push(text.lock(`more${at}`, b, source(choice, 'other source')));
    const common = text.lock(
      'all',
      SLEEPING.includes(a) ? (SLEEPING[0] as LockFamily) : IRQSAVE,
      SOURCES[0] as LockSource,
    );
    const writing = choice['writing'] as Writing;
    const innerWriting = choice['inner writing'] as Writing;
    const nested = (outer: Lock, inner: Lock, distance: string | undefined, isWrong: boolean): Code => {
      const inside =
        isWrong && twin === 'trylock' ? tried(inner, LINES) : text.section(inner, innerWriting, LINES);
      const far = text.far(distance as Distance, inside);
      if (isWrong && twin === 'dropped') {
        const own = text.section(outer, writing, LINES);
        return { lines: [...own.lines, ...far.lines], locals: [...own.locals, ...far.locals] };
      }
      const whole = text.section(outer, writing, far);
      return twin === 'under a common lock' ? text.section(common, 'direct', whole) : whole;
    };
    const chain = [lockA, ...between];
    for (let at = 0; at + 2 < chain.length; at++) {
      const inner = nested(chain[at] as Lock, chain[at + 1] as Lock, 'here', false);
      const again = { ...inner, lines: inner.lines };
      text.enter(find(entries, 'exported'), 3 + at, again);
    }
    text.enter(one, 1, nested(chain.at(-2) as Lock, chain.at(-1) as Lock, choice['first distance'], false));
    const [outer, inner] =
      twin === 'same order' ? [lockA, chain.at(-1) as Lock] : [chain.at(-1) as Lock, lockA];
    text.enter(two, 2, nested(outer, inner, choice['second distance'], true));
    return text.text();
  },
};

export const SHAPES: readonly Shape[] = [waitShape, inversionShape, orderShape];
