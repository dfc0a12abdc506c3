import type { FileSummary } from '../analysis/summary/types.js';
import { difference, TextMap, type Stretch } from './textMap.js';

/** A function as it last parsed. */
interface GoodFunction {
  readonly text: string;
  readonly errors: number;
}

/**
 * Keeps findings steady while code is half typed: a function that stopped parsing is analysed as it last
 * parsed, and everything else as it is now. One per open document.
 */
export class HalfTyped {
  private goodText: string | undefined;
  private good = new Map<string, GoodFunction>();

  /**
   * Says what to analyse for the text in the editor, given the summary of that very text: the text itself,
   * or one in which broken functions are replaced by their last good form.
   */
  settle(text: string, summary: FileSummary): { readonly analysed: string; readonly map: TextMap } {
    if (this.goodText !== undefined && braceErrors(summary) > 0) {
      // The functions behind the error may be anything: wait for the brace.
      const analysed = this.goodText;
      const change = difference(analysed, text);
      return { analysed, map: new TextMap(analysed, text, change ? [change] : []) };
    }
    const next = new Map<string, GoodFunction>();
    const replaced: { readonly start: number; readonly end: number; readonly by: string }[] = [];
    for (const { key, start, end, errors } of functionsOf(summary)) {
      const now = { text: text.slice(start, end), errors };
      const before = this.good.get(key);
      if (before && errors > before.errors) {
        next.set(key, before);
        replaced.push({ start, end, by: before.text });
      } else next.set(key, now);
    }
    this.good = next;
    const settled = compose(text, replaced);
    this.goodText = braceErrors(summary) > 0 ? undefined : settled.analysed;
    return settled;
  }
}

function compose(
  text: string,
  replaced: readonly { readonly start: number; readonly end: number; readonly by: string }[],
): { readonly analysed: string; readonly map: TextMap } {
  const parts: string[] = [];
  const stretches: Stretch[] = [];
  let from = 0;
  let length = 0;
  const add = (part: string): void => {
    parts.push(part);
    length += part.length;
  };
  for (const { start, end, by } of replaced) {
    add(text.slice(from, start));
    const stretch = difference(by, text.slice(start, end), length, start);
    if (stretch) stretches.push(stretch);
    add(by);
    from = end;
  }
  add(text.slice(from));
  const analysed = parts.join('');
  return { analysed, map: new TextMap(analysed, text, stretches) };
}

function braceErrors(summary: FileSummary): number {
  return summary.outline.gaps.filter((gap) => gap.kind === 'unbalanced-braces').length;
}

/** Functions with a name that stays the same while others come and go: the n-th of its name in the file. */
function* functionsOf(summary: FileSummary): Generator<{
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly errors: number;
}> {
  const seen = new Map<string, number>();
  for (const [index, { name, start, end }] of summary.outline.functions.entries()) {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    const gaps = summary.skeletons.get(index)?.gaps ?? [];
    const errors = gaps.filter((gap) => gap.kind === 'syntax-error').length;
    yield { key: `${name}#${count}`, start, end, errors };
  }
}
