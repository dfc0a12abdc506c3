import type { Family } from './families.js';
import type { Path } from './origins.js';
import type { Choice, Named, Result } from './choice.js';
import { deepOf, indent, withDeep, type Deep } from './deep.js';
import { canWrap, wrap, type Wrapped } from './wrap.js';

export const CONDITIONS: readonly Named[] = [
  { name: 'flag', text: '!d->ready' },
  { name: 'compared', text: 'n > d->count' },
  { name: 'state', text: 'd->state == 3' },
  { name: 'argument', text: 'n < 0' },
  { name: 'bit', text: 'test_bit(1, &d->bits)' },
  { name: 'list', text: 'list_empty(&d->queue)' },
  { name: 'pointer', text: '!d->buf' },
  { name: 'unlikely', text: 'unlikely(d->err)' },
  { name: 'error pointer', text: 'IS_ERR(d->res)' },
  { name: 'signal', text: 'signal_pending(current)' },
  { name: 'or', text: 'n == 5 || !d->ready' },
];

export const CALLEES: readonly (Named & { readonly top: string })[] = [
  {
    name: 'in the file',
    text: 'unit_start(d, n)',
    top: `static int unit_start(struct unit *d, int n)
{
	if (n > d->count)
		return -EIO;
	d->state = n;
	return 0;
}`,
  },
  { name: 'unseen', text: 'chip_start(d->chip, n)', top: 'int chip_start(struct chip *chip, int n);' },
  { name: 'given the object', text: 'unit_begin(d, n)', top: 'int unit_begin(struct unit *d, int n);' },
];

const RETURNS: Readonly<
  Record<Result, { readonly type: string; readonly err: string; readonly ok: string; readonly ret: string }>
> = {
  int: { type: 'int ', err: 'return -EINVAL', ok: 'return 0', ret: 'return ret' },
  void: { type: 'void ', err: 'return', ok: 'return', ret: 'return' },
  pointer: {
    type: 'void *',
    err: 'return ERR_PTR(-EINVAL)',
    ok: 'return d->buf',
    ret: 'return ERR_PTR(ret)',
  },
  bool: { type: 'bool ', err: 'return false', ok: 'return true', ret: 'return !ret' },
  irq: {
    type: 'irqreturn_t ',
    err: 'return IRQ_NONE',
    ok: 'return IRQ_HANDLED',
    ret: 'return IRQ_RETVAL(!ret)',
  },
};

/** Whether the choice makes a module whose twin is correct. */
export function isSound({ shape, family, entry, path, origin, via, result, depth, chain }: Choice): boolean {
  const { handler } = entry;
  const fits = shape.fits ?? (({ succeeds }: Family) => succeeds === undefined);
  if (!fits(family)) return false;
  if (handler?.atomic === true) {
    if (shape.sleeps === true || family.atomic !== true) return false;
    if (family.off !== undefined && family.flags !== true) return false;
    if (shape.rule !== 'missing-unlock' && shape.rule !== 'unbalanced-unlock') return false;
  }
  if (handler !== undefined && (origin.name !== 'parameter' || handler.result !== result)) return false;
  if (handler === undefined && result === 'irq') return false;
  if (shape.isClosed === true && entry.isOpen === true) return false;
  if (shape.hasResult === true && result !== 'int') return false;
  if (family.type === undefined && path.name !== 'member') return false;
  if (family.reads === true && (shape.rule === 'self-deadlock' || shape.rule === 'annotation-mismatch'))
    return false;
  if (shape.isDirect === true && via.name !== 'direct') return false;
  if (!canWrap(family, via.take) || !canWrap(family, via.drop)) return false;
  if (shape.deep === undefined && (depth > 0 || chain !== 'plain')) return false;
  if (shape.deep === 'ASSERT' && depth === 0) return false;
  if (depth === 0 && chain !== 'plain') return false;
  return (
    chain !== 'found again' ||
    (handler === undefined && origin.name !== 'parameter' && origin.lookUp === undefined)
  );
}

/** The faulty module and its correct twin. */
export function compose(choice: Choice): { readonly bug: string; readonly twin: string } {
  return { bug: write(choice, true), twin: write(choice, false) };
}

function write(choice: Choice, isBug: boolean): string {
  const { shape, family, origin, path, entry, via, callee, result } = choice;
  const lockOf = (object: string): string => lockIn(family, path, object);
  const take = wrap(family, 'take', via.take, lockOf);
  const drop = wrap(family, 'drop', via.drop, lockOf);
  const lock = path.alias ?? lockOf('d');
  const { err } = RETURNS[result];
  const { handler } = entry;
  const flags = 'flags';
  const deep = deepOf(choice, lockOf);
  const picked = pick(shape.body, isBug);
  const own = family.drop(lockOf('d'), flags);
  const top = pick(shape.top ?? '', isBug)
    .replace(/OWN_DROP/g, own)
    .replace(/\tAGAINx;/, indent(deep.again, '\t'));
  let body = picked
    .replace(/^(\t*)TAKE;$/gm, (_all, tabs: string) => indent(taken(family, take, lock, err), tabs))
    .replace(/\bTAKEN\b/g, take.call('d', lock, flags))
    .replace(/\bDROP\b/g, drop.call('d', lock, flags))
    .replace(/\bLOCK\b/g, lock)
    .replace(/\bGUARD\b/g, `guard(${family.guard ?? ''})(${lock === '' ? '' : lock})`)
    .replace(
      /SCOPED_GUARD\b/g,
      `scoped_guard(${[family.guard ?? '', lock].filter((part) => part !== '').join(', ')})`,
    )
    .replace(/\bCALL\b/g, callee.text)
    .replace(/\bCOND\b/g, choice.condition.text)
    .replace(/\bCOND2\b/g, 'd->err < 0')
    .replace(/\bGFPWORD\b/g, isBug ? 'GFP_KERNEL' : 'GFP_ATOMIC')
    .replace(/return RETURNED\((.*)\)/g, 'return $1');
  body = withDeep(body, deep);
  body = results(body, result);
  const locals = [
    ...(handler ? [handler.declare] : []),
    ...(!handler && origin.declare !== '' ? [origin.declare] : []),
    ...(path.alias === undefined ? [] : [`${family.type ?? ''} *${path.alias} = ${lockOf('d')};`]),
    ...(family.flags === true && /\bflags\b/.test(body) ? ['unsigned long flags;'] : []),
    ...(/\bagain\b(?!:)/.test(body) && family.flags === true ? ['unsigned long again;'] : []),
    ...(/\bidx\b/.test(body) ? ['int idx;'] : []),
    ...(handler && /\bn\b/.test(body) ? ['int n = d->index;'] : []),
    ...(shape.locals === undefined
      ? []
      : [shape.locals.replace(/\bGFPWORD\b/g, isBug ? 'GFP_KERNEL' : 'GFP_ATOMIC')]),
  ];
  const then =
    !handler && origin.lookUp !== undefined ? `\t${origin.lookUp.replace('return ERR', err)}\n` : '';
  const parameters = handler?.parameters ?? `${origin.type}${origin.arg}, int n`;
  const type = handler ? `${handler.returns} ` : RETURNS[result].type;
  const head = `${entry.isGlobal === true ? '' : 'static '}${type}unit_apply(${parameters})`;
  const text = `${head}\n{\n${locals.map((line) => `\t${line}\n`).join('')}${locals.length > 0 ? '\n' : ''}${then}${body.replace(/^\n/, '')}\n}`;
  const wraps = [take, drop].filter(({ name }) => name !== '' && `${body}${top}`.includes(`${name}(`));
  return module(
    choice,
    wraps,
    [
      ...wraps.map((one) => one.top),
      origin.top ?? '',
      calleeTop(callee, picked),
      deep.top,
      results(top, result),
      text,
      after(choice),
    ],
    deep,
    lockOf,
  );
}

function calleeTop(callee: Named, body: string): string {
  return /\bCALL\b/.test(body) ? (CALLEES.find(({ name }) => name === callee.name)?.top ?? '') : '';
}

/** The text of the faulty module, or of its twin. */
function pick(text: string, isBug: boolean): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith(isBug ? '-' : '+'))
    .map((line) => line.replace(/^[+-]/, ''))
    .join('\n');
}

function results(text: string, result: Result): string {
  const { err, ok, ret } = RETURNS[result];
  return text
    .replace(/\breturn ERR\b/g, err)
    .replace(/\breturn OK\b/g, ok)
    .replace(/\breturn RET\b/g, ret)
    .replace(/([;}]\n)\treturn;$/, (_all, before: string) => before.trimEnd());
}

/** The lock of an object. */
function lockIn(family: Family, path: Path, object: string): string {
  if (family.object !== undefined) return `${object}->${family.object}`;
  return family.type === undefined ? '' : path.of(object);
}

function taken(family: Family, take: Wrapped, lock: string, err: string): string {
  const call = take.call('d', lock, 'flags');
  if (family.succeeds === undefined) return `${call};`;
  return `if (${family.succeeds === 'zero' ? '' : '!'}${call})\n\t${err};`;
}

/** The code that refers to the function. */
function after({ entry, origin, result }: Choice): string {
  return (entry.after ?? '')
    .replace(/SUBJECT/g, 'unit_apply')
    .replace(/RETURNS/g, RETURNS[result].type)
    .replace(/TYPEx/g, `${origin.type}${origin.arg}`)
    .replace(/FROM/g, origin.from);
}

const INITS: Readonly<Record<string, string>> = {
  'struct mutex': 'mutex_init(L)',
  spinlock_t: 'spin_lock_init(L)',
  raw_spinlock_t: 'raw_spin_lock_init(L)',
  rwlock_t: 'rwlock_init(L)',
  'struct rw_semaphore': 'init_rwsem(L)',
  'struct semaphore': 'sema_init(L, 1)',
  'struct rt_mutex': 'rt_mutex_init(L)',
  seqlock_t: 'seqlock_init(L)',
  'struct srcu_struct': 'init_srcu_struct(L)',
};

/** The whole text of a module. */
function module(
  { family, path, entry }: Choice,
  wraps: readonly Wrapped[],
  parts: readonly string[],
  deep: Deep,
  lockOf: (object: string) => string,
): string {
  const type = family.type ?? '';
  const members: Readonly<Record<string, string>> = {
    member: `\t${type} lock;\n`,
    global: '',
    'nested member': `\tstruct {\n\t\t${type} lock;\n\t\tint users;\n\t} part;\n`,
    'other object': '\tstruct unit_host *host;\n',
    'pointer to lock': `\t${type} *lockp;\n`,
    'member array': `\t${type} locks[4];\n`,
    'local alias': `\t${type} lock;\n`,
  };
  const own = family.type === undefined ? '' : (members[path.name] ?? '');
  const host =
    path.name === 'other object' ? `struct unit_host {\n\t${type} lock;\n\tint users;\n};\n\n` : '';
  const global =
    path.name === 'global' ? `static ${family.define?.('unit_lock') ?? `${type} unit_lock`};\n\n` : '';
  const init = path.name === 'pointer to lock' || path.name === 'global' ? '' : (INITS[type] ?? '');
  const extra = wraps.map((one) => one.members).join('') + deep.members;
  const setup =
    (init === '' ? '' : `\t${init.replace('L', lockOf('u'))};\n`) +
    wraps.map((one) => one.setup).join('') +
    deep.setup +
    (entry.handler === undefined || entry.handler.register === ''
      ? ''
      : `\t${entry.handler.register.replace('SUBJECT', 'unit_apply')}\n`);
  const attribute =
    entry.name === 'sysfs store' ? '\n\nstatic DEVICE_ATTR(apply, 0200, NULL, unit_apply);' : '';
  const ioctl =
    entry.name === 'ioctl'
      ? '\n\nstatic const struct file_operations unit_fops = { .unlocked_ioctl = unit_apply };'
      : '';
  return `struct unit;

struct port {
	struct unit *unit;
	int number;
};

${host}struct unit {
${own}${extra}	struct mutex cfg;
	spinlock_t stats;
	raw_spinlock_t raw;
	rwlock_t rw;
	struct rw_semaphore sem;
	struct port port;
	struct device *dev;
	struct net_device *netdev;
	struct sock *sk;
	struct inode *inode;
	struct mm_struct *mm;
	struct file *file;
	struct platform_device *pdev;
	struct i2c_client *client;
	struct usb_interface *intf;
	struct chip *chip;
	struct work_struct work;
	struct work_struct other;
	struct timer_list timer;
	struct task_struct *task;
	struct completion done;
	struct list_head node;
	struct list_head queue;
	wait_queue_head_t wq;
	struct part *res;
	void *buf;
	void __user *user;
	unsigned long bits;
	int irq, index, ready, count, state, err;
	int slots[8];
};

${global}${parts.filter((part) => part !== '').join('\n\n')}${attribute}${ioctl}

void unit_setup(struct unit *u)
{
	u->count = 0;
${setup}}
EXPORT_SYMBOL_GPL(unit_setup);
`;
}
