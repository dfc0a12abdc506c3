import { functionsOf, planted, type FunctionText, type Planted } from './functions.js';

const HANDLERS = [
  /request_(?:threaded_)?irq\([^;]*?,\s*&?(\w+)\s*,/g,
  /(?:timer|hrtimer)_setup\([^;]*?,\s*&?(\w+)\s*,/g,
  /tasklet_(?:setup|init)\([^;]*?,\s*&?(\w+)\s*[,)]/g,
  /\.function\s*=\s*&?(\w+);/g,
];
const TAKEN = /\bspin_lock(?:_irqsave|_irq|_bh)?\(\s*(&?[\w\->.[\]]+)/g;
const EXCLUDING = /\bspin_lock_(?:irqsave|irq|bh)\(\s*(&?[\w\->.[\]]+)\s*(?:,\s*(\w+)\s*)?\)/g;

/** The functions of a file with `spin_lock` instead of the form that excludes a handler of the file. */
export function plainForms(text: string): Planted[] {
  const handlers = new Set(
    HANDLERS.flatMap((pattern) => [...text.matchAll(pattern)].map((found) => found[1])),
  );
  const functions = functionsOf(text);
  const locks = new Set(
    functions
      .filter(({ name }) => handlers.has(name))
      .flatMap(({ whole }) => [...whole.matchAll(TAKEN)].map((found) => last(found[1] ?? ''))),
  );
  return functions.flatMap((fn) => {
    const { name, whole } = fn;
    const sections = [...whole.matchAll(EXCLUDING)];
    const [lock, ...others] = new Set(sections.map((found) => found[1] ?? ''));
    if (handlers.has(name) || lock === undefined || others.length > 0 || !locks.has(last(lock))) return [];
    const changed = plain(whole, lock, new Set(sections.flatMap((found) => found[2] ?? [])));
    return changed === undefined ? [] : [planted(fn, changed)];
  });
}

const HALVES_OFF = /\bspin_lock_bh\(\s*(&?[\w\->.[\]]+)\s*\)/g;

/** The functions of a file that take a lock plainly which others of the file take with bottom halves disabled. */
export function halvesLeftOn(text: string): Planted[] {
  const functions = functionsOf(text);
  const locksOf = (whole: string): Set<string> =>
    new Set([...whole.matchAll(HALVES_OFF)].map((found) => last(found[1] ?? '')));
  return functions.flatMap((fn) => {
    const [lock, ...more] = new Set([...fn.whole.matchAll(HALVES_OFF)].map((found) => found[1] ?? ''));
    const isShared = functions.some((one) => one !== fn && locksOf(one.whole).has(last(lock ?? '')));
    if (lock === undefined || more.length > 0 || !isShared) return [];
    const changed = plain(fn.whole, lock, new Set());
    return changed === undefined ? [] : [planted(fn, changed)];
  });
}

/** The last member of a lock expression: `lock` of `&dev->lock`. */
function last(lock: string): string {
  return /\w+\W*$/.exec(lock)?.[0] ?? lock;
}

/** The function with plain operations, without the flags variables; `undefined` if these have other uses. */
function plain(whole: string, lock: string, flags: ReadonlySet<string>): string | undefined {
  const quoted = lock.replaceAll(/[^\w]/g, '\\$&');
  const operation = new RegExp(
    `\\bspin_(lock|unlock)_(?:irqsave|irqrestore|irq|bh)\\(\\s*${quoted}\\s*(?:,\\s*\\w+\\s*)?\\)`,
    'g',
  );
  let text = whole.replaceAll(operation, `spin_$1(${lock.replaceAll('$', '$$$$')})`);
  for (const name of flags) {
    const uses = text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
    if (uses !== 1) return undefined;
    const declared = [
      new RegExp(`^[ \\t]*unsigned long ${name};[^\\n]*\\n`, 'm'),
      new RegExp(`,\\s*${name}\\b(?=\\s*[,;])`),
      new RegExp(`\\b${name}\\s*,\\s*`),
    ].find((pattern) => pattern.test(text));
    if (declared === undefined) return undefined;
    text = text.replace(declared, '').replace(/(\n\{\n)\n/, '$1');
  }
  return /spin_(?:un)?lock_(?!init)/.test(text) ? undefined : text;
}

/** A call that takes a lock and disables interrupts, up to the end of its section. */
const SECTION_OFF = /\bspin_lock_(?:irqsave|irq)\([^;]*;([^]*?)\bspin_unlock_(?:irqrestore|irq)\(/g;

/**
 * The functions of a file that save the interrupt state, with forms that enable interrupts at the end: interrupt handlers of
 * the file, what they call, and what another function calls in a section of its own.
 */
export function unsavedForms(text: string): Planted[] {
  const functions = functionsOf(text);
  const handlers = new Set([...text.matchAll(HANDLERS[0] ?? /$^/g)].map((found) => found[1]));
  const inside = functions.flatMap(({ name, whole }) =>
    handlers.has(name) ? [whole] : [...whole.matchAll(SECTION_OFF)].map((found) => found[1] ?? ''),
  );
  return functions.flatMap((fn) => {
    const { name } = fn;
    const isCalledOff = inside.some((words) =>
      new RegExp(`\\b${name}\\(`).test(words.slice(words.indexOf('{') + 1)),
    );
    return handlers.has(name) || isCalledOff ? unsaved(fn) : [];
  });
}

/** The function with forms that enable interrupts at the end of its sections, if all of these save the state in one variable. */
function unsaved(fn: FunctionText): Planted[] {
  const flags = [...fn.whole.matchAll(EXCLUDING)].map((found) => found[2] ?? '');
  const [one = '', ...others] = new Set(flags);
  if (one === '' || others.length > 0) return [];
  const operation = new RegExp(`\\bspin_(lock_irqsave|unlock_irqrestore)\\(([^;()]*),\\s*${one}\\)`, 'g');
  const changed = fn.whole.replaceAll(
    operation,
    (_, form: string, lock: string) => `spin_${form === 'lock_irqsave' ? 'lock' : 'unlock'}_irq(${lock})`,
  );
  const declared = new RegExp(`^[ \\t]*unsigned long ${one};[^\\n]*\\n`, 'm');
  const undeclared = changed.replace(declared, '');
  return new RegExp(`\\b${one}\\b`).test(undeclared)
    ? []
    : [planted(fn, undeclared.replace(/(\n\{\n)\n/, '$1'))];
}

/** Handlers of interrupts, high resolution timers and operations, which run with interrupts off. */
const ENTERED_OFF = [
  ...HANDLERS,
  /devm_request_(?:threaded_)?irq\([^;,]*,[^;,]*,\s*(\w+)\s*,/g,
  /\.(?:trigger|(?:start|stop)_tx|stop_rx|set_mctrl|raw_event|interrupt|(?:irq_)?(?:un)?mask|irq_set_type|irq_set_wake|read)\s*=\s*(\w+)/g,
];
const PLAIN = /\bspin_lock\(/g;
const SAVING = /\bspin_lock_irqsave\(|guard\(spinlock_irqsave\b/g;

/** The handlers of a file with several sections that leave interrupts as they are, with forms that enable interrupts at their ends. */
export function sectionsUnsaved(text: string): Planted[] {
  const handlers = new Set(
    ENTERED_OFF.flatMap((pattern) => [...text.matchAll(pattern)].map((found) => found[1])),
  );
  return functionsOf(text).flatMap((fn) => {
    if (!handlers.has(fn.name)) return [];
    const isPlain = (fn.whole.match(PLAIN)?.length ?? 0) > 1 && !/\bspin_(?:un)?lock_|guard\(/.test(fn.whole);
    if (isPlain) return [planted(fn, fn.whole.replaceAll(/\bspin_(lock|unlock)\(/g, 'spin_$1_irq('))];
    if ((fn.whole.match(SAVING)?.length ?? 0) < 2) return [];
    if (!fn.whole.includes('guard(spinlock_irqsave')) return unsaved(fn);
    return fn.whole.includes('spin_lock_')
      ? []
      : [planted(fn, fn.whole.replaceAll('guard(spinlock_irqsave', 'guard(spinlock_irq'))];
  });
}
