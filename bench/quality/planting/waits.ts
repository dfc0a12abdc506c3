import { functionsOf, planted, type Planted } from './functions.js';

/** Calls that do not sleep, with those that do. */
const SLEEPING = new Map([
  ['disable_irq_nosync', 'disable_irq'],
  ['disable_hardirq', 'disable_irq'],
  ['synchronize_hardirq', 'synchronize_irq'],
  ['tasklet_disable_in_atomic', 'tasklet_disable'],
]);
const CALLS = new RegExp(`\\b(?:${[...SLEEPING.keys()].join('|')})(?=\\()`, 'g');

/** The functions of a file that wait for a handler without sleeping, waiting so that they sleep; no handlers. */
export function sleepingWaits(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const changed = fn.whole.replaceAll(CALLS, (name) => SLEEPING.get(name) ?? name);
    return changed === fn.whole || /^[^{]*\birqreturn_t\b/.test(fn.whole) ? [] : [planted(fn, changed)];
  });
}

/** A plain acquisition of a spinlock that the function begins with, and its name. */
const PLAIN_TAKE = /^\tspin_lock\(&[^;()]*?(\w+)\);\n/m;

/** The functions of a file that hold a spinlock, which no code takes with interrupts off, sleeping under it. */
export function napsUnderSpinlock(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const [take, lock = ''] = PLAIN_TAKE.exec(fn.whole) ?? [];
    const isSwitched = new RegExp(`spin_lock_(?:irq|irqsave|bh)\\([^;]*\\b${lock}\\b`).test(text);
    if (take === undefined || isSwitched) return [];
    return [
      planted(
        fn,
        fn.whole.replace(take, () => `${take}\tmight_sleep();\n`),
      ),
    ];
  });
}

const SECTION = /\bspin_lock(?:_irqsave|_irq|_bh)?\([^;]*;([^]*?)\bspin_unlock/g;
const PIN = /\b(gpiod_[gs]et_value|gpio_set_value)\(/g;
const ATOMIC_HANDLER =
  /(?:request_irq\([^;]*?,|(?:timer|hrtimer)_setup\([^;]*?,|tasklet_setup\([^;]*?,|\.function\s*=)\s*&?(\w+)\s*[,;)]/g;

/** The functions of a file that switch a pin under a spinlock or in a handler, in the form for pins that may sleep. */
export function pinsThatSleep(text: string): Planted[] {
  const handlers = new Set([...text.matchAll(ATOMIC_HANDLER)].map((found) => found[1]));
  return functionsOf(text).flatMap((fn) => {
    const isHandler = handlers.has(fn.name);
    const changed = isHandler
      ? fn.whole.replace(PIN, '$1_cansleep(')
      : fn.whole.replace(SECTION, (section) => section.replace(PIN, '$1_cansleep('));
    return changed === fn.whole ? [] : [planted(fn, changed)];
  });
}

/** The registration of a handler that runs in a thread alone. */
const THREADED =
  /\b((?:devm_)?request)_threaded_irq(\([^;]*?,\s*)NULL,\s*(\w+)(,\s*)((?:\w+\s*\|\s*)*IRQF_ONESHOT)\s*,/g;

/** The functions of a file that register a handler for a thread, registering it for the interrupt itself. */
export function handlersThatSleep(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const changed = fn.whole.replace(
      THREADED,
      (whole, name: string, front: string, handler: string, gap: string, flags: string) => {
        const isOnlyUse = text.match(new RegExp(`\\b${handler}\\b`, 'g'))?.length === 2;
        if (!isOnlyUse) return whole;
        const left = flags.replace(/\s*\|?\s*IRQF_ONESHOT$/, '');
        return `${name}_irq${front}${handler}${gap}${left === '' ? '0' : left},`;
      },
    );
    return changed === fn.whole ? [] : [planted(fn, changed)];
  });
}

const DELAY = /\budelay\((\d\d?|100)\);/;

/** An acquisition of a spinlock and what follows it. */
const BEHIND = /\b(?:spin_lock|spin_lock_irqsave|spin_lock_irq|spin_lock_bh|raw_spin_lock_irqsave)\([^]*$/;

/** The functions of a file that delay behind an acquisition of a spinlock without sleeping, sleeping instead. */
export function delaysThatSleep(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const changed = fn.whole.replace(BEHIND, (section) =>
      section.replace(DELAY, (_, time: string) => `usleep_range(${time}, ${Number(time) * 2});`),
    );
    return changed === fn.whole ? [] : [planted(fn, changed)];
  });
}

const POLL = /\b(\w+_poll_timeout)_atomic\(/g;

/** The functions of a file that poll without sleeping, sleeping instead; some of them must not. */
export function pollsThatSleep(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const changed = fn.whole.replace(POLL, '$1(');
    return changed === fn.whole ? [] : [planted(fn, changed)];
  });
}

const POLLS = /\.ndo_poll_controller\s*=\s*(\w+)/;
const OWN_NUMBER = /\bdisable_(?:irq|hardirq|irq_nosync)\((\w+(?:(?:->|\.)\w+)+)\)/;
const KEPT_NUMBER = /\bint irq = (\w+(?:(?:->|\.)\w+)+);/;

/** The functions of a file that poll a network device, disabling a number of the device that the file does not set. */
export function pollsWithUnsetNumber(text: string): Planted[] {
  const name = POLLS.exec(text)?.[1];
  return functionsOf(text).flatMap((fn) => {
    const device = /\(struct net_device \*\s*(\w+)\)/.exec(fn.whole)?.[1];
    const number = OWN_NUMBER.exec(fn.whole)?.[1] ?? KEPT_NUMBER.exec(fn.whole)?.[1];
    if (fn.name !== name || device === undefined || number === undefined || number === `${device}->irq`)
      return [];
    const whole = fn.whole.replaceAll(/if \(disable_hardirq(\([^()]*\))\)\s*/g, 'disable_irq$1;\n\t');
    return [planted(fn, whole.replace('_irq_nosync(', '_irq(').replaceAll(number, `${device}->irq`))];
  });
}

const TIMED_OUT = /\.ndo_tx_timeout\s*=\s*(\w+)/;
const DECLARATIONS =
  /^\t(?:(?:const|unsigned|struct|void|int|long|bool|u8|u16|u32|unsigned)\b[^\n]*\n)[^]*?\n(?=\n)/;

/** The reset of a network device when a transmission times out, sleeping at its begin. */
export function resetsThatSleep(text: string): Planted[] {
  const name = TIMED_OUT.exec(text)?.[1];
  return functionsOf(text).flatMap((fn) => {
    const open = fn.whole.indexOf('\n{\n') + 3;
    const body = fn.whole.slice(open);
    if (fn.name !== name || /\b(?:schedule_work|queue_work|might_sleep)\(/.test(body)) return [];
    const front = DECLARATIONS.exec(body)?.[0] ?? '';
    const changed = `${fn.whole.slice(0, open)}${front}\tmight_sleep();\n${body.slice(front.length)}`;
    return [planted(fn, changed)];
  });
}

const STARTED = /^\tnetif_(?:tx_)?(?:wake|start)_(?:all_queues|queue)\(/gm;

/** The same, sleeping where the device has been reset: in front of the last start of the queue, or at its end. */
export function resetsThatSettle(text: string): Planted[] {
  const name = TIMED_OUT.exec(text)?.[1];
  return functionsOf(text).flatMap((fn) => {
    if (fn.name !== name || /\b(?:schedule_work|queue_work|might_sleep)\(/.test(fn.whole)) return [];
    const at = [...fn.whole.matchAll(STARTED)].at(-1)?.index ?? fn.whole.lastIndexOf('}');
    return [planted(fn, `${fn.whole.slice(0, at)}\tmsleep(20);\n${fn.whole.slice(at)}`)];
  });
}

const QUEUED = /\b(?:schedule_work|queue_work)\((?:[\w>.-]+,\s*)?&[\w>.-]*?(\w+)\);/g;
const CONTAINER = /=\s*container_of\(\s*work,[^;]*\)/;

/** The file of a network device whose reset does itself what it queues a work item for, which is gone. */
export function resetsWithoutWork(text: string): Planted[] {
  const functions = functionsOf(text);
  const name = TIMED_OUT.exec(text)?.[1];
  const reset = functions.find((fn) => fn.name === name);
  const item = [...(reset?.whole ?? '').matchAll(QUEUED)].map((found) => found[1])[0];
  if (reset === undefined || item === undefined) return [];
  const queued = [...text.matchAll(QUEUED)].filter((found) => found[1] === item);
  const init = new RegExp(`^[ \\t]*INIT_WORK\\([^;]*\\b${item},\\s*(\\w+)\\);\\n`, 'm').exec(text);
  const work = functions.find((fn) => fn.name === init?.[1]);
  const device = /\(struct net_device \*\s*(\w+)/.exec(reset.whole)?.[1];
  if (queued.length > 1 || work === undefined || device === undefined || !CONTAINER.test(work.whole))
    return [];
  const body = work.whole
    .slice(work.whole.indexOf('\n{\n'))
    .replace(CONTAINER, `= netdev_priv(${device})`)
    .replace(new RegExp(`^\\tstruct net_device \\*${device}(?: = [^\\n]*)?;\\n`, 'm'), '')
    .replace(new RegExp(`^\\t${device} = [^\\n]*\\n`, 'm'), '');
  const head = reset.whole.slice(0, reset.whole.indexOf('\n{\n'));
  const changed = text
    .replace(work.whole, '')
    .replace(reset.whole, () => head + body)
    .replaceAll(new RegExp(`^static void ${work.name}\\(struct work_struct \\*\\s*\\w*\\);\\n`, 'gm'), '')
    .replaceAll(
      new RegExp(`^[ \\t]*(?:INIT_WORK|cancel_work_sync)\\([^;]*\\b${item}\\b[^;]*\\);\\n`, 'gm'),
      '',
    )
    .replace(new RegExp(`^[ \\t]*struct work_struct\\s+${item};\\n`, 'm'), '');
  return [{ name: reset.name, start: 0, end: text.length, text: changed }];
}
