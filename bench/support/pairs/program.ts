import type { Bus } from './buses.js';
import type { Described } from './records.js';
import type { Distance, LockFamily, LockSource, Writing } from './locks.js';

/** Members that records mention without declaring them. */
const MEMBERS: Readonly<Record<string, string>> = {
  dev: 'struct device *dev;',
  irq: 'int irq;',
  ndev: 'struct net_device *ndev;',
  udev: 'struct usb_device *udev;',
  pipe: 'unsigned int pipe;',
  buf: 'u8 *buf;',
  tty: 'struct tty_driver *tty;',
  pcm: 'struct snd_pcm *pcm;',
  card: 'struct snd_card *card;',
  disk: 'struct gendisk *disk;',
  rtc: 'struct rtc_device *rtc;',
  vdev: 'struct video_device vdev;',
  devt: 'dev_t devt;',
  percpu: 'void __percpu *percpu;',
  addr: 'dma_addr_t addr;',
};

const LOCALS: Readonly<Record<string, string>> = {
  desc: 'struct dma_async_tx_descriptor *desc = NULL;',
  cfg: 'struct power_supply_config cfg = { .drv_data = d };',
  config: 'struct regulator_config config = { .dev = dev, .driver_data = d };',
  ret: 'int ret = 0;',
};

const RESULTS: readonly (readonly [RegExp, string])[] = [
  [/\bvoid (?!\*)[^(]*$/, ''],
  [/\birqreturn_t\b/, 'return IRQ_HANDLED;'],
  [/\bssize_t\b.*_show$/, 'return sysfs_emit(buf, "%d\\n", d->count);'],
  [/\bssize_t\b/, 'return count;'],
  [/\benum hrtimer_restart\b/, 'return HRTIMER_NORESTART;'],
  [/\bnetdev_tx_t\b/, 'return NETDEV_TX_OK;'],
];

export const indented = (lines: readonly string[]): string[] =>
  lines
    .flatMap((line) => line.split('\n'))
    .map((line) => (line === '' || line.endsWith(':') ? line : `\t${line}`));

/** Statements, and the declarations they need. */
export interface Code {
  readonly lines: readonly string[];
  readonly locals: readonly string[];
}

export interface Lock {
  readonly name: string;
  readonly family: LockFamily;
  readonly expression: string;
  readonly locals: readonly string[];
}

/** A driver assembled from parts. */
export class DriverText {
  private readonly types: string[] = [];
  private readonly fields: string[] = [];
  private readonly before: string[] = [];
  private readonly functions: string[] = [];
  private readonly setup: string[] = [];
  private readonly driverMembers: string[] = [];
  private readonly pmMembers: string[] = [];
  private readonly netdev: string[] = [];
  private readonly groups: string[] = [];
  private alloc = '';
  private isGlobal = false;
  private count = 0;

  constructor(
    private readonly bound: Bus,
    private readonly isSetUpInHelper: boolean,
  ) {}

  lock(name: string, family: LockFamily, source: LockSource): Lock {
    const put = (text: string): string =>
      text
        .replace(/INIT\((.*)\)$/, (_, lock: string) => family.init.replace('$', lock))
        .replaceAll('BOLT_NAME', `BOLT_${name.toUpperCase()}`)
        .replaceAll(/NAME/g, name)
        .replaceAll('TYPE', family.type);
    if (source.isGlobal === true) this.types.push(family.define.replace('$', `bolt_${name}`));
    if (source.types !== undefined) this.types.push(put(source.types));
    if (source.fields !== '') this.fields.push(put(source.fields));
    if (source.before !== undefined) this.before.push(put(source.before));
    this.setup.push(...source.setup.map(put));
    return {
      name,
      family,
      expression: put(source.lock),
      locals: source.local === undefined ? [] : [put(source.local)],
    };
  }

  field(text: string): void {
    this.fields.push(text);
  }

  type(text: string): void {
    this.types.push(text);
  }

  function(text: string): void {
    this.functions.push(text);
  }

  start(text: string): void {
    this.setup.push(text);
  }

  /** A section of a lock around statements. */
  section(lock: Lock, writing: Writing, body: Code): Code {
    const { family } = lock;
    const put = (text: string): string => text.replace('$', lock.expression);
    if (family.section !== undefined) {
      const inside = indented(body.lines).join('\n');
      const lines = put(family.section)
        .replace('{body}', () => inside)
        .split('\n');
      return { lines: this.written(writing, lines), locals: [...lock.locals, ...body.locals] };
    }
    let take = put(family.take).split('\n');
    let release = put(family.release).split('\n');
    const number = ++this.count;
    let own = [...lock.locals, ...(family.locals === undefined ? [] : [family.locals])];
    if (writing === 'in helpers' && !family.take.includes('goto')) {
      const hasFlags = family.locals !== undefined;
      const make = (what: string, text: string): string => {
        const name = `bolt_${what}_${lock.name}${number}`;
        const statement = put(text).replace('flags', '*flags');
        const locals = lock.locals.map((each) => `\t${each}\n\n`).join('');
        this.functions.push(
          `static inline void ${name}(struct bolt *d${hasFlags ? ', unsigned long *flags' : ''})\n{\n${locals}\t${statement}\n}\n`,
        );
        return `${name}(d${hasFlags ? ', &flags' : ''});`;
      };
      take = [make('take', family.take)];
      release = [make('drop', family.release)];
      own = family.locals === undefined ? [] : [family.locals];
    } else if (writing === 'in macros' && !family.take.includes('goto')) {
      const name = `BOLT_${lock.name.toUpperCase()}${number}`;
      const parameters = family.locals === undefined ? 'd' : 'd, flags';
      this.functions.push(
        `#define ${name}_TAKE(${parameters}) ${put(family.take).replace(/;$/, '')}\n` +
          `#define ${name}_DROP(${parameters}) ${put(family.release).replace(/;$/, '')}\n`,
      );
      take = [`${name}_TAKE(${parameters});`];
      release = [`${name}_DROP(${parameters});`];
    }
    const locals = [...own, ...body.locals];
    if (writing === 'with an exit by goto') {
      const label = `unlock${number}`;
      const lines = [...take, 'if (!d->active)', `\tgoto ${label};`, ...body.lines, `${label}:`, ...release];
      return { lines, locals };
    }
    return { lines: this.written(writing, [...take, ...body.lines, ...release]), locals };
  }

  private written(writing: Writing, lines: readonly string[]): readonly string[] {
    if (writing === 'under a condition') return ['if (d->active) {', ...indented(lines), '}'];
    if (writing === 'in a loop') return ['while (d->count-- > 0) {', ...indented(lines), '}'];
    return lines;
  }

  /** Statements at some distance: the calls that lead to them. */
  far(distance: Distance, body: Code): Code {
    const calls = ['here', 'one call', 'two calls', 'three calls', 'four calls'].indexOf(distance);
    if (calls === 0) return body;
    if (calls > 0) {
      let inner = body;
      for (let at = 0; at < calls; at++) inner = { lines: [`${this.helper(inner)}(d);`], locals: [] };
      return inner;
    }
    switch (distance) {
      case 'macro': {
        const name = `BOLT_STEP${++this.count}`;
        const lines = indented([...body.locals, ...body.lines]).map((line) => `${line} \\`);
        this.functions.push(`#define ${name}(d) do { \\\n${lines.join('\n')}\n} while (0)\n`);
        return { lines: [`${name}(d);`], locals: [] };
      }
      case 'op table': {
        const step = this.helper(body);
        const n = ++this.count;
        this.types.push(`struct bolt;\nstruct bolt_ops${n} { void (*run)(struct bolt *d); };`);
        this.fields.push(`const struct bolt_ops${n} *ops${n};`);
        this.functions.push(`static const struct bolt_ops${n} bolt_all_ops${n} = { .run = ${step} };\n`);
        this.setup.push(`d->ops${n} = &bolt_all_ops${n};`);
        return { lines: [`d->ops${n}->run(d);`], locals: [] };
      }
      case 'field of functions': {
        const step = this.helper(body);
        const n = ++this.count;
        this.fields.push(`void (*run${n})(struct bolt *d);`);
        this.setup.push(`d->run${n} = ${step};`);
        return { lines: [`if (d->run${n})`, `\td->run${n}(d);`], locals: [] };
      }
      case 'by a result': {
        const step = this.helper(body, 'int', '', 'return d->count;');
        return { lines: [`if (${step}(d) < 0)`, '\td->errors++;'], locals: [] };
      }
      case 'under a condition':
        return { lines: ['if (d->active)', `\t${this.helper(body)}(d);`], locals: [] };
      case 'a parameter beside it': {
        const lines = ['if (!on)', '\treturn;', ...body.lines];
        return { lines: [`${this.helper({ ...body, lines }, 'void', ', bool on')}(d, true);`], locals: [] };
      }
      default:
        return { lines: [`${this.helper(body, 'inline void')}(d);`], locals: [] };
    }
  }

  private helper(body: Code, type = 'void', more = '', result = ''): string {
    const name = `bolt_step${++this.count}`;
    this.functions.push(`static ${type} ${name}(struct bolt *d${more})\n${block(body, result)}`);
    return name;
  }

  /** A function entered from outside that does `body` with its device. */
  enter(entry: Described, number: number, body: Code): void {
    const name = nameOf(entry, number);
    const put = (text: string): string => text.replaceAll('@', String(number)).replaceAll('FN', name);
    const driver = entry.one('driver');
    const code =
      driver === ''
        ? put(entry.one('code'))
        : `static ${driver === 'suspend' ? 'int' : 'void'} ${name}(${this.bound.parameter})`;
    const object = put(entry.one('object')).replace('DRVDATA', this.bound.get);
    const given = object === '' ? [] : [`struct bolt *d = ${object};`];
    const head = code.slice(0, code.indexOf('('));
    const result = RESULTS.find(([pattern]) => pattern.test(head))?.[1] ?? 'return 0;';
    this.types.push(...entry.all('types').map(put));
    this.fields.push(...entry.all('fields').map(put));
    const before = entry.all('before').map(put).join('\n');
    if (before !== '') this.before.push(`${before}\n`);
    const all = { lines: body.lines, locals: [...given, ...body.locals] };
    this.functions.push(`${code}\n${block(all, result)}`);
    const after = entry.all('after').map(put).join('\n');
    if (after !== '') this.functions.push(`${after}\n`);
    this.setup.push(...entry.all('setup').map(put));
    if (driver !== '')
      this.driverMembers.push(`.${driver === 'remove' ? this.bound.remove : driver} = ${name},`);
    if (entry.has('pm')) this.pmMembers.push(`.${entry.one('pm')} = ${name},`);
    if (entry.has('netdev')) this.netdev.push(`.${entry.one('netdev')} = ${name},`);
    if (entry.has('groups')) this.groups.push(put(entry.one('groups')));
    if (entry.has('alloc')) this.alloc = entry.one('alloc');
    if (entry.has('global')) this.isGlobal = true;
  }

  text(): string {
    const { bound } = this;
    const setup = [...this.setup];
    const functions = [...this.functions];
    if (this.netdev.length > 0) {
      functions.push(`static const struct net_device_ops bolt_netdev_ops = { ${this.netdev.join(' ')} };\n`);
      setup.unshift('d->ndev->netdev_ops = &bolt_netdev_ops;');
    }
    if (this.netdev.length > 0 || this.alloc === 'netdev') setup.push('ret = register_netdev(d->ndev);');
    if (this.alloc === 'iio') setup.push('ret = devm_iio_device_register(dev, indio);');
    if (this.isGlobal) setup.unshift('bolt_first = d;');
    if (this.groups.length > 0) setup.push(`ret = device_add_groups(dev, ${this.groups[0] ?? ''});`);
    if (this.pmMembers.length > 0)
      functions.push(`static const struct dev_pm_ops bolt_pm = { ${this.pmMembers.join(' ')} };\n`);
    const used = [...this.before, ...functions, ...setup].join('\n');
    const fields = this.fields.join('\n');
    const members = Object.entries(MEMBERS)
      .filter(([name]) => new RegExp(`d->${name}\\b`).test(used) && !new RegExp(`\\b${name};`).test(fields))
      .map(([, text]) => text);
    const probe = this.probe(setup, functions);
    const pm = this.pmMembers.length > 0 ? ', .pm = &bolt_pm' : '';
    const driver = [
      `static ${bound.driver} bolt_driver = {`,
      ...indented(['.probe = bolt_probe,', ...this.driverMembers]),
      `\t.${bound.name === 'pci' || bound.name === 'usb' ? `name = "bolt"${pm.replace(', .pm', ',\n\t.driver.pm')}` : `driver = { .name = "bolt"${pm} }`},`,
      '};',
      `module_${bound.name === 'platform' ? 'platform' : bound.name}_driver(bolt_driver);`,
      'MODULE_LICENSE("GPL");',
      '',
    ].join('\n');
    return [
      '#include <linux/module.h>\n',
      ...this.types.map((text) => `${text}\n`),
      `struct bolt {\n${indented([...members, ...this.fields, 'bool active;', 'int count;', 'int errors;']).join('\n')}\n};\n`,
      ...(this.isGlobal ? ['static struct bolt *bolt_first;\n'] : []),
      ...this.before,
      ...functions,
      probe,
      driver,
    ].join('\n');
  }

  private probe(setup: readonly string[], functions: string[]): string {
    const { bound } = this;
    const short = bound.parameter.slice(bound.parameter.lastIndexOf('*') + 1);
    const made =
      this.alloc === 'netdev'
        ? [
            'ndev = alloc_etherdev(sizeof(*d));',
            'if (!ndev)',
            '\treturn -ENOMEM;',
            'd = netdev_priv(ndev);',
            'd->ndev = ndev;',
          ]
        : this.alloc === 'iio'
          ? [
              'indio = devm_iio_device_alloc(dev, sizeof(*d));',
              'if (!indio)',
              '\treturn -ENOMEM;',
              'd = iio_priv(indio);',
            ]
          : ['d = devm_kzalloc(dev, sizeof(*d), GFP_KERNEL);', 'if (!d)', '\treturn -ENOMEM;'];
    const text = setup.join('\n');
    const needs = (name: string): boolean => new RegExp(`(?<![>.\\w])${name}\\b`).test(text);
    const local = Object.entries(LOCALS).flatMap(([name, declared]) => (needs(name) ? [declared] : []));
    const declared = setup.filter((line) => /^struct .* = /.test(line));
    const body = setup
      .filter((line) => !declared.includes(line))
      .flatMap((line) => (line.startsWith('ret = ') ? [line, 'if (ret)', '\treturn ret;'] : [line]));
    const device = `struct device *dev = &${short}->dev;`;
    const head = `static int bolt_probe(${bound.probe})\n`;
    const own =
      this.alloc === 'netdev'
        ? ['struct net_device *ndev;']
        : this.alloc === 'iio'
          ? ['struct iio_dev *indio;']
          : [];
    const base = text.includes('d->dev') || functions.join().includes('d->dev') ? ['d->dev = dev;'] : [];
    if (this.isSetUpInHelper && this.alloc === '') {
      functions.push(
        `static int bolt_setup(struct bolt *d, struct device *dev)\n${block({ lines: body, locals: [...local, ...declared] }, 'return 0;')}`,
      );
      const lines = [...made, ...base, bound.set, 'return bolt_setup(d, dev);'];
      return head + block({ lines, locals: [device, 'struct bolt *d;'] }, '');
    }
    return (
      head +
      block(
        {
          lines: [...made, ...base, bound.set, ...body],
          locals: [device, ...own, 'struct bolt *d;', ...local, ...declared],
        },
        'return 0;',
      )
    );
  }
}

/** The name of a function that is entered. */
export function nameOf(entry: Described, number: number): string {
  return `bolt_${entry.name.replaceAll(/\W+/g, '_')}${number}`;
}

/** The braces of a function: declarations first, a label before the result if something jumps there. */
function block({ lines, locals }: Code, result: string): string {
  const unique = [...new Set(locals)];
  const body = [...lines];
  if (body.some((line) => line.includes('goto out;')))
    body.push('out:', ...(result === '' ? ['return;'] : []));
  if (result !== '') body.push(result);
  const head = unique.length > 0 ? [...indented(unique), ''] : [];
  return `{\n${[...head, ...indented(body)].join('\n')}\n}\n`;
}
