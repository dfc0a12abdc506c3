import { functionsOf, planted, type FunctionText, type Planted } from './functions.js';

const TAKE = String.raw`(?:guard\(\w+\)|mutex_lock|spin_lock(?:_irqsave|_irq|_bh)?|down_write|down_read|read_lock|write_lock)`;
const RELEASE = String.raw`(?:mutex_unlock|spin_unlock(?:_irqrestore|_irq|_bh)?|up_write|up_read|read_unlock|write_unlock)`;
const LINE = String.raw`^([ \t]+)(${TAKE})\(([^;{}\n]*)\);\n`;
/** A blank line, a few assignments without calls, or messages: over other code, to hold the lock is a mistake of its own. */
const GAP = String.raw`((?:[ \t]+(?:[^\s{}()][^{}()\n]*|(?:pr|dev)_\w+\([^{}\n]*\));\n|\n){0,4}?)`;
/** Two acquisitions of one block. */
const NESTED = new RegExp(`${LINE}${GAP}${LINE}`, 'm');
const GUARD = String.raw`^([ \t]+)(guard\(\w+\))\(([^;{}\n]*)\);\n`;
const NESTED_GUARDS = new RegExp(`${GUARD}${GAP}${GUARD}`, 'm');

/** Functions that have to take the two locks in the order of the original, so that most of the file does. */
const FEWEST_OTHERS = 2;

/** `member` of `&priv->x.member, flags` and of `variable`. */
function lastName(given: string): string {
  return /(\w+)\W*$/.exec(given.split(',')[0] ?? '')?.[1] ?? '';
}

/** Whether a function takes a lock of one name and, before it releases it, one of the other. */
function takes({ whole }: FunctionText, first: string, second: string): boolean {
  const within = new RegExp(
    String.raw`\b${TAKE}\([^;{}]*\b${first}\b[^;{}]*\);(?:(?!\b${RELEASE}\([^;{}]*\b${first}\b)[^])*?\b${TAKE}\([^;{}]*\b${second}\b`,
  );
  return within.test(whole);
}

/** Whether the statements in between set what the second lock is reached through. */
function sets(gap: string, lock: string): boolean {
  return [...gap.matchAll(/\b(\w+)\s*=(?!=)/g)].some(([, name = '']) =>
    new RegExp(`\\b${name}\\b`).test(lock),
  );
}

/** The functions of a file that take two locks of one block, in the opposite order to the other functions there. */
export function exchangedOrders(text: string): Planted[] {
  const functions = functionsOf(text);
  return functions.flatMap((fn) => {
    const matched = NESTED.exec(fn.whole) ?? NESTED_GUARDS.exec(fn.whole) ?? [];
    const [found, indent = '', first = '', outer = '', gap = '', other, second = '', inner = ''] = matched;
    const names = [lastName(outer), lastName(inner)] as const;
    if (found === undefined || indent !== other || names[0] === names[1] || names.includes('')) return [];
    const others = functions.filter((each) => each !== fn && takes(each, ...names));
    if (others.length < FEWEST_OTHERS || functions.some((each) => takes(each, names[1], names[0]))) return [];
    if (sets(gap, inner)) return [];
    if (first === second) {
      const exchanged = `${indent}${second}(${inner});\n${indent}${first}(${outer});\n${gap}`;
      return [
        planted(
          fn,
          fn.whole.replace(found, () => exchanged),
        ),
      ];
    }
    // The outer one switches interrupts or bottom halves: only the locks change places.
    const [lock = '', ...flags] = outer.split(',');
    if (gap !== '' || second !== 'spin_lock' || !first.startsWith('spin_lock_') || inner.includes(','))
      return [];
    const changed = fn.whole.replace(
      found,
      () => `${indent}${first}(${[inner, ...flags].join(',')});\n${indent}${second}(${lock});\n`,
    );
    const pair = new RegExp(String.raw`\b(spin_unlock(?:_irqrestore|_irq|_bh)?\()([^;{},()]*)`, 'g');
    return [
      planted(
        fn,
        changed.replaceAll(pair, (whole: string, callee: string, of: string) =>
          of === lock ? callee + inner : of === inner ? callee + lock : whole,
        ),
      ),
    ];
  });
}

const SLEEPING = String.raw`(?:mutex_lock|down_write|down_read)`;
const SPINNING = String.raw`(?:spin_lock(?:_irqsave|_irq|_bh)?|read_lock|write_lock)`;
const NAMED = (callee: string): string => String.raw`^([ \t]+)(${callee}\([^;{}\n]*\);\n)`;
const SPINNING_INSIDE = new RegExp(`${NAMED(SLEEPING)}${NAMED(SPINNING)}`, 'm');
const RELEASED_INSIDE = new RegExp(
  `${NAMED(String.raw`(?:spin_unlock(?:_irqrestore|_irq|_bh)?|read_unlock|write_unlock)`)}${NAMED(String.raw`(?:mutex_unlock|up_write|up_read)`)}`,
  'gm',
);

/** The functions of a file that take a sleeping lock and then one that spins, in the opposite order. */
export function sleepingInside(text: string): Planted[] {
  return functionsOf(text).flatMap((fn) => {
    const exchanged = (_: string, indent: string, first: string, other: string, second: string): string =>
      `${other}${second}${indent}${first}`;
    const changed = fn.whole.replace(SPINNING_INSIDE, exchanged);
    return changed === fn.whole ? [] : [planted(fn, changed.replaceAll(RELEASED_INSIDE, exchanged))];
  });
}
