/** Where a function gets the object whose lock it takes. `d` is the object in its body. */
export interface Origin {
  readonly name: string;
  /** The parameter, and its name. */
  readonly type: string;
  readonly arg: string;
  /** Declares `d`; `ERR` is replaced by its error return. */
  readonly declare: string;
  /** Statements that find it. */
  readonly lookUp?: string;
  /** The argument passed by a caller that has the object as `u`. */
  readonly from: string;
  readonly top?: string;
}

const getter = (name: string, type: string, from: string, call: string, top?: string): Origin => ({
  name,
  type,
  arg: 'p',
  declare: `struct unit *d = ${call};`,
  from,
  ...(top === undefined ? {} : { top }),
});

export const ORIGINS: readonly Origin[] = [
  { name: 'parameter', type: 'struct unit *', arg: 'd', declare: '', from: 'u' },
  getter('global object', 'int ', 'u->count', '&the_unit', 'static struct unit the_unit;'),
  getter('array element', 'int ', 'u->index', '&units[p]', 'static struct unit units[8];'),
  getter('container_of', 'struct port *', '&u->port', 'container_of(p, struct unit, port)'),
  getter('dev_get_drvdata', 'struct device *', 'u->dev', 'dev_get_drvdata(p)'),
  getter('netdev_priv', 'struct net_device *', 'u->netdev', 'netdev_priv(p)'),
  getter('private_data', 'struct file *', 'u->file', 'p->private_data'),
  getter('platform_get_drvdata', 'struct platform_device *', 'u->pdev', 'platform_get_drvdata(p)'),
  getter('i2c_get_clientdata', 'struct i2c_client *', 'u->client', 'i2c_get_clientdata(p)'),
  getter('usb_get_intfdata', 'struct usb_interface *', 'u->intf', 'usb_get_intfdata(p)'),
  getter('pointer in object', 'struct port *', '&u->port', 'p->unit'),
  getter(
    'returned by helper',
    'struct port *',
    '&u->port',
    'port_unit(p)',
    'static inline struct unit *port_unit(struct port *p)\n{\n\treturn p->unit;\n}',
  ),
  getter(
    'per-CPU',
    'int ',
    'u->index',
    'per_cpu_ptr(&cpu_units, p)',
    'static DEFINE_PER_CPU(struct unit, cpu_units);',
  ),
  getter('list element', 'struct list_head *', '&u->node', 'list_first_entry(p, struct unit, node)'),
  {
    ...getter('looked up', 'int ', 'u->index', ''),
    declare: 'struct unit *d;',
    lookUp: 'd = unit_find(p);\n\tif (!d)\n\t\treturn ERR;',
    top: `static LIST_HEAD(all_units);
static struct unit *unit_find(int index)
{
	struct unit *u;

	list_for_each_entry(u, &all_units, node)
		if (u->index == index)
			return u;
	return NULL;
}`,
  },
];

/** How the lock is reached from the object: its address in terms of an expression for the object. */
export interface Path {
  readonly name: string;
  readonly of: (object: string) => string;
  /** Another spelling of it in the body of the function, declared there. */
  readonly alias?: string;
}

export const PATHS: readonly Path[] = [
  { name: 'member', of: (d) => `&${d}->lock` },
  { name: 'global', of: () => '&unit_lock' },
  { name: 'nested member', of: (d) => `&${d}->part.lock` },
  { name: 'other object', of: (d) => `&${d}->host->lock` },
  { name: 'pointer to lock', of: (d) => `${d}->lockp` },
  { name: 'member array', of: (d) => `&${d}->locks[2]` },
  { name: 'local alias', of: (d) => `&${d}->lock`, alias: 'l' },
];

/** The entry points of the function with the mistake. */
export interface Entry {
  readonly name: string;
  /** The signature of a handler that is the function itself; others take the origin's parameter. */
  readonly handler?: {
    readonly returns: string;
    readonly parameters: string;
    readonly declare: string;
    readonly register: string;
    /** The kind of result that the function has. */
    readonly result: 'int' | 'void' | 'irq';
    readonly atomic?: boolean;
  };
  /** The code that refers to the function; SUBJECT, TYPE, ARG and FROM are replaced. */
  readonly after?: string;
  readonly isGlobal?: boolean;
  /** Whether code outside of the module may call the function. */
  readonly isOpen?: boolean;
}

const handler = (
  name: string,
  returns: string,
  parameters: string,
  declare: string,
  register: string,
  atomic = false,
): Entry => ({
  name,
  handler: {
    returns,
    parameters,
    declare: `struct unit *d = ${declare};`,
    register,
    result: returns === 'void' ? 'void' : returns === 'irqreturn_t' ? 'irq' : 'int',
    atomic,
  },
});

export const ENTRIES: readonly Entry[] = [
  { name: 'exported', isGlobal: true, isOpen: true, after: 'EXPORT_SYMBOL_GPL(SUBJECT);' },
  {
    name: 'ops table',
    isOpen: true,
    after: `struct unit_vtable {
	RETURNS(*apply)(TYPEx, int n);
};
const struct unit_vtable unit_vtable = { .apply = SUBJECT };`,
  },
  {
    name: 'static, called once',
    after: `int unit_entry(struct unit *u, int n)
{
	u->count = n;
	SUBJECT(FROM, n);
	return u->count;
}
EXPORT_SYMBOL_GPL(unit_entry);`,
  },
  {
    name: 'static, called often',
    after: `int unit_first(struct unit *u)
{
	SUBJECT(FROM, 1);
	return u->count;
}
EXPORT_SYMBOL_GPL(unit_first);

int unit_second(struct unit *u, int n)
{
	if (n > 2)
		SUBJECT(FROM, n);
	return 0;
}
EXPORT_SYMBOL_GPL(unit_second);

void unit_third(struct unit *u)
{
	SUBJECT(FROM, u->state);
}
EXPORT_SYMBOL_GPL(unit_third);`,
  },
  {
    name: 'below a work item',
    after: `static void unit_work(struct work_struct *work)
{
	struct unit *u = container_of(work, struct unit, work);

	SUBJECT(FROM, u->count);
}

void unit_init(struct unit *u)
{
	INIT_WORK(&u->work, unit_work);
}`,
  },
  handler(
    'work item',
    'void',
    'struct work_struct *work',
    'container_of(work, struct unit, work)',
    'INIT_WORK(&u->work, SUBJECT);',
  ),
  handler(
    'timer',
    'void',
    'struct timer_list *t',
    'from_timer(d, t, timer)',
    'timer_setup(&u->timer, SUBJECT, 0);',
    true,
  ),
  handler(
    'irq handler',
    'irqreturn_t',
    'int irq, void *data',
    'data',
    'if (request_irq(u->irq, SUBJECT, 0, "unit", u))\n\t\treturn;',
    true,
  ),
  handler(
    'threaded irq',
    'irqreturn_t',
    'int irq, void *data',
    'data',
    'if (request_threaded_irq(u->irq, NULL, SUBJECT, IRQF_ONESHOT, "unit", u))\n\t\treturn;',
  ),
  handler(
    'seq_file show',
    'int',
    'struct seq_file *s, void *v',
    's->private',
    'debugfs_create_devm_seqfile(u->dev, "unit", NULL, SUBJECT);',
  ),
  handler(
    'sysfs store',
    'ssize_t',
    'struct device *dev, struct device_attribute *attr, const char *buf, size_t len',
    'dev_get_drvdata(dev)',
    '',
  ),
  handler(
    'ioctl',
    'long',
    'struct file *filp, unsigned int cmd, unsigned long arg',
    'filp->private_data',
    '',
  ),
];

/** The distance of the acquisition and the release from the function. */
export interface Via {
  readonly name: string;
  readonly take: 'direct' | Wrapping;
  readonly drop: 'direct' | Wrapping;
}

export type Wrapping = 'helper' | 'inline' | 'macro' | 'helper2' | 'ops' | 'lock parameter';

export const VIAS: readonly Via[] = [
  { name: 'direct', take: 'direct', drop: 'direct' },
  { name: 'helpers', take: 'helper', drop: 'helper' },
  { name: 'taken in helper', take: 'helper', drop: 'direct' },
  { name: 'released in helper', take: 'direct', drop: 'helper' },
  { name: 'inlines', take: 'inline', drop: 'inline' },
  { name: 'macros', take: 'macro', drop: 'macro' },
  { name: 'helpers of helpers', take: 'helper2', drop: 'helper2' },
  { name: 'operations', take: 'ops', drop: 'ops' },
  { name: 'lock as argument', take: 'lock parameter', drop: 'lock parameter' },
];
