import type { Planted } from './functions.js';

/** Calls for clocks that stay prepared, with those that prepare them each time. */
const PREPARING: readonly (readonly [RegExp, string])[] = [
  [/\bdevm_clk_get_prepared\(/g, 'devm_clk_get('],
  [/\bdevm_clk_get_optional_prepared\(/g, 'devm_clk_get_optional('],
  [/\bclk_enable\(/g, 'clk_prepare_enable('],
  [/\bclk_disable\(/g, 'clk_disable_unprepare('],
];

/** A file whose clocks are obtained prepared, with clocks that are prepared where they are enabled. */
export function unpreparedClocks(text: string): Planted[] {
  const isPlain = /\bdevm_clk_get(?:_optional)?_prepared\(/.test(text) && /\bclk_enable\(/.test(text);
  if (!isPlain || /\bclk_(?:prepare|unprepare|bulk)|\bclk_disable_unprepare\(/.test(text)) return [];
  const changed = PREPARING.reduce((words, [from, to]) => words.replace(from, to), text);
  return [{ name: 'clocks', start: 0, end: text.length, text: changed }];
}
