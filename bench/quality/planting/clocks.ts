import { functionsOf, type Planted } from './functions.js';

/** Calls for clocks that stay prepared, with those that prepare them each time. */
const PREPARING: readonly (readonly [RegExp, string])[] = [
  [/\bdevm_clk_get_prepared\(/g, 'devm_clk_get('],
  [/\bdevm_clk_get_optional_prepared\(/g, 'devm_clk_get_optional('],
  [/\bclk_enable\(/g, 'clk_prepare_enable('],
  [/\bclk_disable\(/g, 'clk_disable_unprepare('],
];

/** The same where the clock is prepared apart from that: what prepares it does nothing then. */
const PREPARED_APART: readonly (readonly [RegExp, string])[] = [
  [/\bclk_prepare\([^;(){}]*\)/g, '0'],
  [/\bclk_unprepare\([^;{}]*\);/g, ';'],
];

/** A file whose clocks stay prepared, with clocks that are prepared where they are enabled. */
export function unpreparedClocks(text: string): Planted[] {
  if (/\bdevm_clk_get\(/.test(text) && /\bclk_prepare\(/.test(text) && /\bclk_enable\(/.test(text)) {
    const changed = [...PREPARED_APART, ...PREPARING].reduce(
      (words, [from, to]) => words.replace(from, to),
      text,
    );
    return [{ name: 'clocks', start: 0, end: text.length, text: changed }];
  }
  const isPlain = /\bdevm_clk_get(?:_optional)?_prepared\(/.test(text) && /\bclk_enable\(/.test(text);
  if (!isPlain || /\bclk_(?:prepare|unprepare|bulk)|\bclk_disable_unprepare\(/.test(text)) return [];
  const changed = PREPARING.reduce((words, [from, to]) => words.replace(from, to), text);
  return [{ name: 'clocks', start: 0, end: text.length, text: changed }];
}

const SWITCHING = /\bclk_(?:prepare_enable|disable_unprepare)\(\w+->\w+\)/;
const OTHERWISE_USED = /\bclk_(?:set_rate|set_parent|get_rate|bulk|prepare\b)/;

/**
 * The places of a file at which it calls a function of its own that switches a clock, with the next statement, in a
 * section of a spinlock (there is no original).
 */
export function clocksUnderSpinlock(text: string): Planted[] {
  const isGot = /\bdevm_clk_get\(/.test(text);
  const head = [...text.matchAll(/^#include.*\n/gm)].at(-1);
  if (!isGot || !head || OTHERWISE_USED.test(text)) return [];
  const top = head.index + head[0].length;
  const switching = functionsOf(text).filter(({ whole }) => SWITCHING.test(whole));
  return functionsOf(text).flatMap(({ name, whole, index }) =>
    switching.flatMap((callee) => {
      const call = new RegExp(
        `^([ \\t]+)(?:\\w+ = )?${callee.name}\\([^;{}]*\\);\\n\\1(?:\\w[\\w>.-]*(?: = |\\())[^;{}]*;\\n`,
        'm',
      );
      const [all, indent] = call.exec(whole) ?? [];
      if (all === undefined || indent === undefined || callee.name === name) return [];
      const start = index + whole.indexOf(all);
      const section = `${indent}spin_lock(&clk_lock);\n${all}${indent}spin_unlock(&clk_lock);\n`;
      const declared = `\nstatic DEFINE_SPINLOCK(clk_lock);\n${text.slice(top, start)}`;
      return [{ name, start: top, end: start + all.length, text: declared + section }];
    }),
  );
}
