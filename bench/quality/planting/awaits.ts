import { functionsOf, planted, type FunctionText, type Planted } from './functions.js';

const TAKE = String.raw`(?:mutex_lock|spin_lock(?:_irqsave|_irq|_bh)?|down_write|down_read)`;
const RELEASE = String.raw`(?:mutex_unlock|spin_unlock(?:_irqrestore|_irq|_bh)?|up_write|up_read)`;
const WAIT = String.raw`(?:cancel_(?:delayed_)?work_sync|flush_(?:delayed_)?work|timer_delete_sync|del_timer_sync|hrtimer_cancel|tasklet_(?:kill|disable)|free_irq|disable_irq|synchronize_irq|napi_disable|kthread_stop)`;
const LINE = (callee: string): string => String.raw`([ \t]+)${callee}\(([^;{}]*)\);\n`;
/** A few plain statements, or a blank line. */
const GAP = String.raw`((?:[ \t]+[^\s{}][^{}\n]*;\n|\n){0,4}?)`;

const BEHIND = new RegExp(`^${LINE(RELEASE)}${GAP}(${LINE(WAIT)})`, 'm');
const AHEAD = new RegExp(`^(${LINE(WAIT)})${GAP}${LINE(TAKE)}`, 'm');

/** `member` of `&priv->x.member, flags` and of `variable`. */
function lastName(given = ''): string {
  return /(\w+)\W*$/.exec(given.split(',')[0] ?? '')?.[1] ?? '';
}

interface Pair {
  readonly object: string;
  readonly lock: string;
  readonly operation: string;
}

/**
 * Whether the function that a wait for an object waits for, in the same text, takes a lock of this name; also if nothing
 * may wait under the lock.
 */
function meets(text: string, functions: readonly FunctionText[], { object, lock, operation }: Pair): boolean {
  if (operation.trim().startsWith('spin_')) return true;
  const setUps = [
    String.raw`(?:INIT_(?:DELAYED_|DEFERRABLE_)?WORK|timer_setup|hrtimer_setup|tasklet_setup|DECLARE_(?:DELAYED_)?WORK)\s*\(\s*&?[^,;]*\b${object},\s*(\w+)`,
    String.raw`request_(?:threaded_)?irq\s*\(\s*(?:&?[^,;]*,\s*)?[^,;]*\b${object},\s*(\w+)`,
    String.raw`\b${object}\s*=\s*kthread_run\s*\(\s*(\w+)`,
  ];
  const named = setUps.map((setUp) => new RegExp(setUp).exec(text)?.[1]).find((name) => name !== undefined);
  const handler = functions.find(({ name }) => name === named);
  return handler !== undefined && new RegExp(String.raw`\b${TAKE}\([^;]*\b${lock}\b`).test(handler.whole);
}

/** The functions of a file that wait behind the end of a section, waiting at its end instead. */
export function waitsInFrontOfRelease(text: string): Planted[] {
  const functions = functionsOf(text);
  return functions.flatMap((fn) => {
    const [found, indent, lock, , wait = '', other, object] = BEHIND.exec(fn.whole) ?? [];
    if (found === undefined || indent !== other) return [];
    const pair = { object: lastName(object), lock: lastName(lock), operation: found };
    if (!meets(text, functions, pair)) return [];
    const release = found.slice(0, found.length - wait.length);
    return [
      planted(
        fn,
        fn.whole.replace(found, () => wait + release),
      ),
    ];
  });
}

/** The functions of a file that wait in front of a section, waiting at its beginning instead. */
export function waitsBehindTake(text: string): Planted[] {
  const functions = functionsOf(text);
  return functions.flatMap((fn) => {
    const [found, wait = '', indent, object, gap = '', other, lock] = AHEAD.exec(fn.whole) ?? [];
    if (found === undefined || indent !== other) return [];
    const operation = found.slice(wait.length + gap.length);
    if (!meets(text, functions, { object: lastName(object), lock: lastName(lock), operation })) return [];
    return [
      planted(
        fn,
        fn.whole.replace(found, () => found.slice(wait.length) + wait),
      ),
    ];
  });
}

const ALONE =
  /^(\t+)(?:cancel_(?:delayed_)?work_sync|timer_delete_sync|del_timer_sync|hrtimer_cancel|tasklet_kill)\(&(\w+(?:->\w+)*)->(\w+)\);\n/gm;
const CONTAINER =
  /\b(\w+) = (?:container_of|timer_container_of|from_timer|from_tasklet)\([^;]*,\s*(\w+)(?:\.work)?\);/;
/** What excludes those who take a lock in the form on the left, wherever it is taken. */
const EXCLUDING = new Map([
  ['mutex_lock', ['mutex_lock', 'mutex_unlock']],
  ['spin_lock', ['spin_lock_bh', 'spin_unlock_bh']],
  ['spin_lock_bh', ['spin_lock_bh', 'spin_unlock_bh']],
  ['spin_lock_irq', ['spin_lock_irq', 'spin_unlock_irq']],
  ['spin_lock_irqsave', ['spin_lock_irq', 'spin_unlock_irq']],
]);

/** The functions of a file that wait without a lock, waiting in a section of a lock that the awaited function takes. */
export function waitsInOwnSection(text: string): Planted[] {
  const functions = functionsOf(text);
  return functions.flatMap((fn) =>
    [...fn.whole.matchAll(ALONE)].flatMap((found) => {
      const [all, indent = '', owner = '', member = ''] = found;
      const setUp = new RegExp(
        String.raw`(?:INIT_(?:DELAYED_|DEFERRABLE_)?WORK|timer_setup|tasklet_setup)\(&[\w>.-]*\b${member},\s*(\w+)`,
      );
      const handler = functions.find(({ name }) => name === setUp.exec(text)?.[1]);
      const [, object = '', contained] = CONTAINER.exec(handler?.whole ?? '') ?? [];
      const taken = new RegExp(String.raw`\b(\w+_lock(?:_\w+)?)\(&${object}->([\w.>-]+\b)`);
      const [, form = '', lock = ''] = (contained === member && taken.exec(handler?.whole ?? '')) || [];
      const [take, give] = EXCLUDING.get(form) ?? [];
      if (take === undefined || give === undefined || new RegExp(`\\b${lastName(lock)}\\b`).test(fn.whole))
        return [];
      const start = fn.index + found.index;
      const section = `${indent}${take}(&${owner}->${lock});\n${all}${indent}${give}(&${owner}->${lock});\n`;
      return [{ name: fn.name, start, end: start + all.length, text: section }];
    }),
  );
}

const SPIN_TAKE = String.raw`(?:raw_)?spin_lock(?:_irqsave|_irq|_bh)?`;
const SPIN_RELEASE = String.raw`(?:raw_)?spin_unlock(?:_irqrestore|_irq|_bh)?`;
const GIVING = String.raw`(?:clk_disable_unprepare|clk_unprepare|regulator_(?:bulk_)?disable|phy_ethtool_ksettings_set)`;
const TAKING = String.raw`(?:clk_prepare(?:_enable)?|regulator_(?:bulk_)?enable|msleep|usleep_range|fsleep)`;
const CALLED = (callee: string): string => String.raw`[ \t]+(?:\w+ = )?${callee}\([^;{}]*\);\n`;
const GIVEN_BEHIND = new RegExp(
  String.raw`^(${CALLED(SPIN_RELEASE)})((?:[ \t]*\n)?)(${CALLED(GIVING)})`,
  'gm',
);
const TAKEN_BEFORE = new RegExp(String.raw`^(${CALLED(TAKING)})((?:[ \t]*\n)?)(${CALLED(SPIN_TAKE)})`, 'gm');

/** The functions of a file that sleep in a plain call next to a section of a spinlock, sleeping in the section instead. */
export function sleepsAtEdges(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) =>
    [...fn.whole.matchAll(GIVEN_BEHIND), ...fn.whole.matchAll(TAKEN_BEFORE)].flatMap((found) => {
      const [all, first = '', blank = '', second = ''] = found;
      if (/^[ \t]*/.exec(first)?.[0] !== /^[ \t]*/.exec(second)?.[0]) return [];
      const start = fn.index + found.index;
      return [{ name: fn.name, start, end: start + all.length, text: second + blank + first }];
    }),
  );
}

const CANCEL =
  /^([ \t]+)(cancel_(?:delayed_)?work|del_timer|timer_delete|hrtimer_try_to_cancel|tasklet_disable_nosync)\(/gm;
const WAITING = new Map([
  ['cancel_work', 'cancel_work_sync'],
  ['cancel_delayed_work', 'cancel_delayed_work_sync'],
  ['del_timer', 'del_timer_sync'],
  ['timer_delete', 'timer_delete_sync'],
  ['hrtimer_try_to_cancel', 'hrtimer_cancel'],
  ['tasklet_disable_nosync', 'tasklet_disable'],
]);

/** The functions of a file that cancel a work item or timer without a wait, waiting instead. */
export function waitsForCancelled(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) =>
    [...fn.whole.matchAll(CANCEL)].map(({ 0: found, 1: indent = '', 2: name = '', index }) =>
      planted(
        fn,
        `${fn.whole.slice(0, index)}${indent}${WAITING.get(name) ?? name}(${fn.whole.slice(index + found.length)}`,
      ),
    ),
  );
}

const STATEMENT = String.raw`\t[^\s{}][^;{}=]*\([^;{}]*\);\n`;
/** Up to the end of the function. */
const REMOVAL = new RegExp(
  String.raw`^(\t(\w+)\([^;{}]*\);\n)\n?(${STATEMENT})((?:(?!\breturn\b|\bgoto\b)[^])*?\n)(?=\n?(?:\treturn \w+;\n)?\}$)`,
  'gm',
);
const REMOVES =
  /^\t(?:sysfs_remove_(?:group|file|bin_file)|device_remove_(?:file|bin_file)|debugfs_remove)[^;]*;$/m;
const SERVES = /(?:show|store|read|write|get|set|open)$/;

/** A mutex of a structure that a function of a file takes or could take. */
interface Taker {
  readonly fn: FunctionText;
  readonly type: string;
  readonly lock: string;
  /** What the function gets if it does not take the mutex yet, and where. */
  readonly guard: { readonly at: number; readonly text: string } | undefined;
}

function takersIn(text: string, functions: readonly FunctionText[]): readonly Taker[] {
  const serving = functions.filter(({ name }) => SERVES.test(name));
  const mutexes = [...text.matchAll(/^struct (\w+) \{\n[^}]*?^\tstruct mutex (\w+);/gm)];
  return serving.flatMap((fn): Taker[] => {
    const { whole, index } = fn;
    const [, own = '', lock] = /\bmutex_lock\(&(\w+)->(\w+)\);/.exec(whole) ?? [];
    const [, type] = new RegExp(String.raw`\bstruct (\w+) \*${own}\b`).exec(whole) ?? [];
    if (lock !== undefined && type !== undefined) return [{ fn, type, lock, guard: undefined }];
    const blank = whole.indexOf('\n\n', whole.indexOf('{'));
    return mutexes.flatMap(([, type = '', lock = '']) => {
      const [, object] = new RegExp(String.raw`^\tstruct ${type} \*(\w+) = `, 'm').exec(whole) ?? [];
      if (object === undefined || blank < 0 || /_lock\b|guard\(/.test(whole)) return [];
      return [
        {
          fn,
          type,
          lock,
          guard: { at: index + blank + 1, text: `\n\tguard(mutex)(&${object}->${lock});\n` },
        },
      ];
    });
  });
}

/**
 * The functions of a file that unbind a device and remove files, in a section of a mutex that a function of these files
 * takes and that goes on to the end, behind the statement that follows.
 */
export function removalsInSection(text: string): Planted[] {
  const functions = functionsOf(text);
  const takers = takersIn(text, functions);
  return functions.flatMap((fn) => {
    if (!new RegExp(String.raw`\.(?:remove(?:_new)?|disconnect)\s*=\s*${fn.name}\b`).test(text)) return [];
    return [...fn.whole.matchAll(REMOVAL)].flatMap(
      ({ 0: found, 1: removal = '', 2: name = '', 3: next = '', 4: last = '', index }) => {
        const called = functions.find((one) => one.name === name);
        const before = fn.whole.slice(0, index);
        if (!REMOVES.test(removal) && !REMOVES.test(called?.whole ?? '')) return [];
        if (REMOVES.test(next) || last.trim() === '' || /(?:\)|else)\n$/.test(before)) return [];
        return takers.flatMap(({ fn: taker, lock, type, guard }) => {
          const [, object] = new RegExp(String.raw`\bstruct ${type} \*(\w+) = `).exec(before) ?? [];
          if (object === undefined || new RegExp(String.raw`\b${lock}\b`).test(fn.whole)) return [];
          const section = `\tmutex_lock(&${object}->${lock});\n${next}${removal}${last}\tmutex_unlock(&${object}->${lock});\n`;
          const start = fn.index + index;
          const changed = text.slice(0, start) + section + text.slice(start + found.length);
          const isBefore = taker.index < fn.index;
          const at = (guard?.at ?? 0) + (isBefore ? 0 : section.length - found.length);
          const whole = guard === undefined ? changed : changed.slice(0, at) + guard.text + changed.slice(at);
          return [{ name: fn.name, start: 0, end: text.length, text: whole }];
        });
      },
    );
  });
}
