import { functionsOf, planted, type Planted } from './functions.js';

const ATOMIC = 'brightness_set';
const BLOCKING = 'brightness_set_blocking';
const STORED = new RegExp(`((?:\\.|->)\\s*)${BLOCKING}(\\s*=\\s*(\\w+)\\s*[,;])`, 'g');

/**
 * A function that the kernel calls where it may sleep, stored in the member that it calls in atomic context, and
 * without a result. Only if it is stored once, and if nothing else in the file names either member.
 */
export function atomicMembers(text: string): Planted[] {
  const [store, ...others] = text.matchAll(STORED);
  const uses = text.match(new RegExp(`\\b${ATOMIC}\\w*`, 'g'))?.length ?? 0;
  const fn = functionsOf(text).find(({ name }) => name === store?.[3]);
  if (store === undefined || others.length > 0 || !fn || uses > 1) return [];
  const body = withoutResult(fn.whole);
  if (body === undefined || !fn.whole.startsWith('static int ')) return [];
  const stored = store[0].replace(BLOCKING, ATOMIC);
  const [from, to] = [
    Math.min(fn.index, store.index),
    Math.max(fn.index + fn.whole.length, store.index + store[0].length),
  ];
  const parts = [
    { start: fn.index, end: fn.index + fn.whole.length, text: body.replace(/^static int /, 'static void ') },
    { start: store.index, end: store.index + store[0].length, text: stored },
  ].sort((a, b) => b.start - a.start);
  let whole = text.slice(from, to);
  for (const part of parts)
    whole = whole.slice(0, part.start - from) + part.text + whole.slice(part.end - from);
  return [planted({ name: fn.name, whole: text.slice(from, to), index: from }, whole)];
}

const CLOCK_OPERATIONS = /struct clk_ops \w+ = \{[^}]*\.prepare\s*=[^}]*\};/;

/** The first table of operations of clocks that sleep, stored as those that must not. */
export function atomicClocks(text: string): Planted[] {
  const found = CLOCK_OPERATIONS.exec(text);
  const [table] = found ?? [];
  if (table === undefined || /\.(?:enable|disable|is_enabled)\s*=/.test(table)) return [];
  const changed = table
    .replace(/\.prepare(?=\s*=)/, '.enable')
    .replace(/\.unprepare(?=\s*=)/, '.disable')
    .replace(/\.is_prepared(?=\s*=)/, '.is_enabled');
  return [planted({ name: 'prepare', whole: table, index: found?.index ?? 0 }, changed)];
}

/** A function that returns nothing; `undefined` if it calls another one in a return that is not the last statement. */
function withoutResult(whole: string): string | undefined {
  const early = whole.replaceAll(/\breturn -?\w+;(?!\s*\}$)/g, 'return;');
  const last = early
    .replace(/\n?\n[ \t]*return -?\w+;\s*\}$/, '\n}')
    .replace(/\breturn (\w+\([^;]*\);\s*\})$/, '$1');
  return /\breturn\s+[^;]/.test(last) ? undefined : last;
}
