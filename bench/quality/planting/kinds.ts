import { quoted } from '../../../analysis/base/words.js';
import { functionsOf, type Planted } from './functions.js';

/** Ends of the forms of a spinlock that keeps softirqs out, and those of a mutex. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/\bspin_lock_bh\(/g, 'mutex_lock('],
  [/\bspin_unlock_bh\(/g, 'mutex_unlock('],
  [/\bspin_lock_init\(/g, 'mutex_init('],
  [/\bDEFINE_SPINLOCK\(/g, 'DEFINE_MUTEX('],
  [/\bspinlock_t\s+(?=\w+;)/g, 'struct mutex '],
];

/**
 * The locks of a file that keep softirqs out, as mutexes, which softirqs may not take. Only locks that the file declares
 * and names in no other way.
 */
export function mutexesInSoftirqs(text: string): Planted[] {
  const names = [...text.matchAll(/\bspinlock_t\s+(\w+);|\bDEFINE_SPINLOCK\((\w+)\)/g)].map(
    ([, member, variable]) => member ?? variable ?? '',
  );
  return names.flatMap((name) => {
    const one = quoted(name);
    const form = new RegExp(
      `\\b(?:spin_(?:un)?lock_bh\\(&[\\w>.-]*\\b${one}\\)|spin_lock_init\\(&[\\w>.-]*\\b${one}\\)|DEFINE_SPINLOCK\\(${one}\\)|spinlock_t\\s+${one};)`,
      'g',
    );
    const uses = [...text.matchAll(form)];
    const count = text.match(new RegExp(`\\b${one}\\b`, 'g'))?.length ?? 0;
    const [first] = uses;
    const last = uses.at(-1);
    const taken = uses.find(([use]) => use.startsWith('spin_lock_bh'));
    if (!first || !last || !taken || uses.length !== count) return [];
    const [start, end] = [first.index, last.index + last[0].length];
    let whole = text.slice(start, end);
    for (const use of [...uses].reverse()) {
      const at = use.index - start;
      const made = FORMS.reduce((words, [from, to]) => words.replace(from, to), use[0]);
      whole = whole.slice(0, at) + made + whole.slice(at + use[0].length);
    }
    return [{ name, start, end, text: whole }];
  });
}

/**
 * The work items of a file as tasklets, whose functions may not sleep. Only those that the file declares as members, sets
 * up once, queues and cancels in plain statements, and names in no other way, as the function names its parameter only to
 * find the object.
 */
export function taskletsThatSleep(text: string): Planted[] {
  return [...text.matchAll(/\bINIT_WORK\(&[\w>.-]*\b(\w+),\s*(\w+)\);/g)].flatMap(
    ([, item = '', handler = '']) => {
      const [one, fn] = [quoted(item), quoted(handler)];
      const rules: readonly (readonly [RegExp, string])[] = [
        [new RegExp(`\\bstruct work_struct (?=${one};)`, 'g'), 'struct tasklet_struct '],
        [new RegExp(`\\bINIT_WORK\\((?=&[\\w>.-]*\\b${one},\\s*${fn}\\))`, 'g'), 'tasklet_setup('],
        [new RegExp(`\\bschedule_work\\((?=&[\\w>.-]*\\b${one}\\))`, 'g'), 'tasklet_schedule('],
        [new RegExp(`\\bcancel_work_sync\\((?=&[\\w>.-]*\\b${one}\\))`, 'g'), 'tasklet_kill('],
        [
          new RegExp(`(\\w+) = container_of\\(work,\\s*struct \\w+,\\s*(?=${one}\\))`, 'g'),
          '$1 = from_tasklet($1, t, ',
        ],
      ];
      const heads = new RegExp(`\\b${fn}\\(struct work_struct \\*work\\)`, 'g');
      const found = rules.map(([form]) => [...text.matchAll(form)]);
      const uses = found.flat().sort((a, b) => a.index - b.index);
      const count = text.match(new RegExp(`\\b${one}\\b`, 'g'))?.length ?? 0;
      const named = text.match(new RegExp(`\\b${fn}\\b`, 'g'))?.length ?? 0;
      const own = [...text.matchAll(heads)];
      const isWhole = found.every((each, at) => at === 2 || each.length > 0) && found[1]?.length === 1;
      if (uses.length !== count || !isWhole || own.length + 1 !== named) return [];
      const body = functionsOf(text).find(({ name }) => name === handler)?.whole ?? '';
      if (body.match(/\bwork\b/g)?.length !== 2) return [];
      const changed = rules
        .reduce((words, [from, to]) => words.replace(from, to), text)
        .replace(heads, `${handler}(struct tasklet_struct *t)`);
      return [{ name: handler, start: 0, end: text.length, text: changed }];
    },
  );
}

/**
 * The delayed work items of a file as timers, whose functions may not sleep. Only those that the file declares as members,
 * sets up once, queues and cancels, and names in no other way.
 */
export function timersThatSleep(text: string): Planted[] {
  return [...text.matchAll(/\bINIT_DELAYED_WORK\(&[\w>.-]*\b(\w+),\s*(\w+)\);/g)].flatMap(
    ([, item = '', handler = '']) => {
      const [one, fn] = [quoted(item), quoted(handler)];
      const given = String.raw`(&[\w>.-]*\b${one})`;
      const rules: readonly (readonly [RegExp, string])[] = [
        [new RegExp(`\\bstruct delayed_work (?=${one};)`, 'g'), 'struct timer_list '],
        [new RegExp(`\\bINIT_DELAYED_WORK\\(${given},\\s*${fn}\\)`, 'g'), `timer_setup($1, ${handler}, 0)`],
        [
          new RegExp(
            `\\b(?:schedule_delayed_work\\(|(?:queue|mod)_delayed_work\\([\\w>.-]+,\\s*)${given},\\s*`,
            'g',
          ),
          'mod_timer($1, jiffies + ',
        ],
        [new RegExp(`\\bcancel_delayed_work_sync\\(${given}\\)`, 'g'), 'timer_delete_sync($1)'],
        [
          new RegExp(`(\\w+) = container_of\\(work,\\s*struct \\w+,\\s*(?=${one}\\.work\\))`, 'g'),
          '$1 = timer_container_of($1, t, ',
        ],
      ];
      const heads = new RegExp(`\\b${fn}\\(struct work_struct \\*work\\)`, 'g');
      const found = rules.map(([form]) => [...text.matchAll(form)]);
      const count = text.match(new RegExp(`\\b${one}\\b`, 'g'))?.length ?? 0;
      const named = text.match(new RegExp(`\\b${fn}\\b`, 'g'))?.length ?? 0;
      const own = [...text.matchAll(heads)];
      const isWhole = found.every((each) => each.length > 0) && found[1]?.length === 1;
      if (found.flat().length !== count || !isWhole || own.length + 1 !== named) return [];
      const body = functionsOf(text).find(({ name }) => name === handler)?.whole ?? '';
      if (body.match(/\bwork\b/g)?.length !== 3) return [];
      const changed = rules
        .reduce((words, [from, to]) => words.replace(from, to), text)
        .replace(new RegExp(`(timer_container_of\\(\\w+, t, ${one})\\.work\\)`, 'g'), '$1)')
        .replace(heads, `${handler}(struct timer_list *t)`);
      return [{ name: handler, start: 0, end: text.length, text: changed }];
    },
  );
}

/** Plain forms of a mutex, and those of a spinlock. */
const SPINNING: readonly (readonly [RegExp, string])[] = [
  [/\bmutex_lock\(/g, 'spin_lock('],
  [/\bmutex_unlock\(/g, 'spin_unlock('],
  [/\bmutex_init\(/g, 'spin_lock_init('],
  [/\bDEFINE_MUTEX\(/g, 'DEFINE_SPINLOCK('],
  [/\bstruct mutex\s+(?=\w+;)/g, 'spinlock_t '],
  [/\bguard\(mutex\)/g, 'guard(spinlock)'],
];

/** The mutexes of a file as spinlocks, under which it may not sleep. Only locks that it declares and names in no other way. */
export function spinlocksThatSleep(text: string): Planted[] {
  const names = [...text.matchAll(/\bstruct mutex\s+(\w+);|\bDEFINE_MUTEX\((\w+)\)/g)].map(
    ([, member, variable]) => member ?? variable ?? '',
  );
  return names.flatMap((name) => {
    const count = text.match(new RegExp(`\\b${quoted(name)}\\b`, 'g'))?.length ?? 0;
    const made = inOtherForm(text, name);
    if (made.uses !== count || made.uses < 4) return [];
    return [{ name, start: 0, end: text.length, text: made.text }];
  });
}

/** A text in which the plain uses of a mutex are those of another lock, a spinlock unless told, and how many it has. */
function inOtherForm(
  text: string,
  name: string,
  forms: readonly (readonly [RegExp, string])[] = SPINNING,
): { readonly text: string; readonly uses: number } {
  const one = quoted(name);
  const form = new RegExp(
    `\\b(?:mutex_(?:(?:un)?lock|init)\\(&[\\w>.-]*\\b${one}\\)|guard\\(mutex\\)\\(&[\\w>.-]*\\b${one}\\)|DEFINE_MUTEX\\(${one}\\)|struct mutex\\s+${one};)`,
    'g',
  );
  let uses = 0;
  const changed = text.replace(form, (use) => {
    uses++;
    return forms.reduce((words, [from, to]) => words.replace(from, to), use);
  });
  return { text: changed, uses };
}

/**
 * The mutexes that a header of a folder declares, as spinlocks in all sources of the folder. Only locks that these name in
 * no other way. Maps each lock to the changed texts, by file.
 */
export function sharedSpinlocksThatSleep(
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const found = new Map<string, ReadonlyMap<string, string>>();
  for (const [header, declaring] of files) {
    if (!header.endsWith('.h')) continue;
    for (const [, name = ''] of declaring.matchAll(/^\s+struct mutex\s+(\w+);/gm)) {
      const changed = new Map<string, string>();
      let uses = 0;
      let named = 0;
      for (const [file, text] of files) {
        const own = inOtherForm(text, name);
        uses += own.uses;
        named += text.match(new RegExp(`\\b${quoted(name)}\\b`, 'g'))?.length ?? 0;
        if (own.uses > 0) changed.set(file, own.text);
      }
      if (uses === named && uses >= 4 && changed.size > 1) found.set(name, changed);
    }
  }
  return found;
}

/** Plain forms of a mutex, and those of a lock for readers that spins. */
const SPINNING_READERS: readonly (readonly [RegExp, string])[] = [
  [/\bmutex_lock\(/g, 'write_lock('],
  [/\bmutex_unlock\(/g, 'write_unlock('],
  [/\bmutex_init\(/g, 'rwlock_init('],
  [/\bDEFINE_MUTEX\(/g, 'DEFINE_RWLOCK('],
  [/\bstruct mutex\s+(?=\w+;)/g, 'rwlock_t '],
];

/** The mutexes of a file as locks for readers that spin. Functions that only show something take them for reading. */
export function rwlocksThatSleep(text: string): Planted[] {
  const names = [...text.matchAll(/\bstruct mutex\s+(\w+);|\bDEFINE_MUTEX\((\w+)\)/g)].map(
    ([, member, variable]) => member ?? variable ?? '',
  );
  return names.flatMap((name) => {
    const count = text.match(new RegExp(`\\b${quoted(name)}\\b`, 'g'))?.length ?? 0;
    const made = inOtherForm(text, name, SPINNING_READERS);
    if (made.uses !== count || made.uses < 4 || made.text.includes('guard(mutex)')) return [];
    let whole = made.text;
    const reading = new RegExp(`\\bwrite_(?=(?:un)?lock\\(&[\\w>.-]*\\b${quoted(name)}\\))`, 'g');
    for (const fn of functionsOf(made.text))
      if (/(?:show|get|read|is_\w+)$/.test(fn.name))
        whole = whole.replace(fn.whole, () => fn.whole.replace(reading, 'read_'));
    return [{ name, start: 0, end: text.length, text: whole }];
  });
}
