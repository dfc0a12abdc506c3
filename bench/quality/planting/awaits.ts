import { functionsOf, planted, type FunctionText, type Planted } from './functions.js';

const TAKE = String.raw`(?:mutex_lock|spin_lock(?:_irqsave|_irq|_bh)?|down_write|down_read)`;
const RELEASE = String.raw`(?:mutex_unlock|spin_unlock(?:_irqrestore|_irq|_bh)?|up_write|up_read)`;
const WAIT = String.raw`(?:cancel_(?:delayed_)?work_sync|timer_delete_sync|del_timer_sync|hrtimer_cancel|tasklet_kill|free_irq|kthread_stop)`;
const LINE = (callee: string): string => String.raw`([ \t]+)${callee}\(([^;{}]*)\);\n`;

const BEHIND = new RegExp(`^${LINE(RELEASE)}(\\n?)(${LINE(WAIT)})`, 'm');
const AHEAD = new RegExp(`^(${LINE(WAIT)})(\\n?)${LINE(TAKE)}`, 'm');

/** `member` of `&priv->x.member, flags` and of `variable`. */
function lastName(given = ''): string {
  return /(\w+)\W*$/.exec(given.split(',')[0] ?? '')?.[1] ?? '';
}

/** Whether the function that a wait for an object waits for, in the same text, takes a lock of this name. */
function meets(text: string, functions: readonly FunctionText[], object: string, lock: string): boolean {
  const setUps = [
    String.raw`(?:INIT_(?:DELAYED_|DEFERRABLE_)?WORK|timer_setup|hrtimer_setup|tasklet_setup|DECLARE_(?:DELAYED_)?WORK)\s*\(\s*&?[^,;]*\b${object},\s*(\w+)`,
    String.raw`request_(?:threaded_)?irq\s*\(\s*(?:&?[^,;]*,\s*)?[^,;]*\b${object},\s*(\w+)`,
    String.raw`\b${object}\s*=\s*kthread_run\s*\(\s*(\w+)`,
  ];
  const named = setUps.map((setUp) => new RegExp(setUp).exec(text)?.[1]).find((name) => name !== undefined);
  const handler = functions.find(({ name }) => name === named);
  return handler !== undefined && new RegExp(String.raw`\b${TAKE}\([^;]*\b${lock}\b`).test(handler.whole);
}

/** The functions of a file that wait right behind the end of a section, waiting at its end instead. */
export function waitsInFrontOfRelease(text: string): Planted[] {
  const functions = functionsOf(text);
  return functions.flatMap((fn) => {
    const [found, indent, lock, , wait = '', other, object] = BEHIND.exec(fn.whole) ?? [];
    if (found === undefined || indent !== other) return [];
    if (!meets(text, functions, lastName(object), lastName(lock))) return [];
    const release = found.slice(0, found.length - wait.length);
    return [
      planted(
        fn,
        fn.whole.replace(found, () => wait + release),
      ),
    ];
  });
}

/** The functions of a file that wait right in front of a section, waiting at its beginning instead. */
export function waitsBehindTake(text: string): Planted[] {
  const functions = functionsOf(text);
  return functions.flatMap((fn) => {
    const [found, wait = '', indent, object, , other, lock] = AHEAD.exec(fn.whole) ?? [];
    if (found === undefined || indent !== other) return [];
    if (!meets(text, functions, lastName(object), lastName(lock))) return [];
    return [
      planted(
        fn,
        fn.whole.replace(found, () => found.slice(wait.length) + wait),
      ),
    ];
  });
}
