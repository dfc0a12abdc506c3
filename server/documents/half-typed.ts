import type { Gap } from '../../analysis/base/gap.js';
import { ownText } from '../../analysis/base/encoding/pool.js';
import type { FileSummary, Skeleton } from '../../analysis/skeleton/types.js';
import { openHeaders } from './open-headers.js';
import { difference, differences, TextMap, type Stretch } from './text-map.js';

/**
 * Counts the syntax errors of a function of a text, by its index and hash: a function that takes no lock itself comes
 * without a skeleton.
 */
export type CountErrors = (text: string, index: number, hash: string) => number;

/** A function as it last parsed. */
interface GoodFunction {
  readonly text: string;
  readonly hash: string;
  /** `undefined` for one without a skeleton that has not been edited. */
  readonly errors: number | undefined;
  /** Whether the text is a copy, independent of the one it was cut from. */
  readonly isOwn?: boolean;
  /** Whether it appeared with the edits and has not parsed yet. */
  readonly isUnfinished?: boolean;
}

/** The text to analyse for a text in the editor. */
export interface Settled {
  readonly analysed: string;
  readonly map: TextMap;
  /** Names of functions that contain half-typed code. */
  readonly unfinished: ReadonlySet<string>;
}

/**
 * Keeps findings steady while code is half typed. A function that stopped parsing is analysed as it last
 * parsed, everything else as it is. One per open document.
 */
export class HalfTyped {
  private goodText: string | undefined;
  /** The last text may be meant as it is: a header lacks its statement, or functions are missing and no brace says why. */
  private isGuess = false;
  private good: ReadonlyMap<string, GoodFunction> = new Map();

  /**
   * The text to analyse for the text in the editor, given the summary of that text: the text itself, or one
   * in which broken functions are replaced by their last good form.
   */
  settle(text: string, summary: FileSummary, count: CountErrors): Settled {
    const functions = [...functionsOf(summary)];
    this.isGuess = false;
    const { goodText } = this;
    const unfinished = new Set<string>();
    if (goodText !== undefined && this.isSwallowed(functions, summary, goodText, text)) {
      const analysed = goodText;
      const whole = new Set(
        functions.flatMap(({ key, braces, errors = braces }) => (errors === 0 ? [key] : [])),
      );
      for (const key of this.good.keys()) if (!whole.has(key)) unfinished.add(nameOf(key));
      return { analysed, map: new TextMap(analysed, text, differences(analysed, text)), unfinished };
    }
    const next = new Map<string, GoodFunction>();
    const replaced: { readonly start: number; readonly end: number; readonly by: string }[] = [];
    for (const each of functions) {
      const { key, start, end, hash } = each;
      const before = this.good.get(key);
      const isEdited = before ? before.hash !== hash : goodText !== undefined;
      const errors = each.errors ?? (isEdited ? each.braces + count(text, each.index, hash) : before?.errors);
      const open = isEdited ? openHeaders(text.slice(start, end)) : 0;
      const isBroken = errors !== undefined && errors + open > 0;
      const isUnfinished = isBroken && (before ? before.isUnfinished === true : goodText !== undefined);
      const worse = before && isEdited && isBroken ? worseBy(before, errors, open, count) : undefined;
      if (before && worse !== undefined) {
        this.isGuess ||= worse === 'header';
        next.set(key, before.isOwn ? before : { ...before, text: ownText(before.text), isOwn: true });
        replaced.push({ start, end, by: before.text });
        unfinished.add(nameOf(key));
      } else
        next.set(key, {
          text: text.slice(start, end),
          hash,
          errors,
          ...(isUnfinished ? { isUnfinished } : {}),
        });
      if (isUnfinished) unfinished.add(nameOf(key));
    }
    this.good = next;
    const settled = compose(text, replaced);
    this.goodText = settled.analysed;
    return { ...settled, unfinished };
  }

  /**
   * Whether functions disappeared behind half-typed code elsewhere. Then everything waits until it is
   * complete.
   */
  private isSwallowed(
    functions: readonly PlacedFunction[],
    { outline }: FileSummary,
    goodText: string,
    text: string,
  ): boolean {
    const there = new Set(functions.map(({ key }) => key));
    const missing = [...this.good].filter(([key]) => !there.has(key));
    if (missing.length === 0) return false;
    if (outline.gaps.some(isBraceGap)) return true;
    // An unclosed comment runs to the end of the next one, and a word in front of its head hides a
    // function, without a missing brace. A function inside the changed range was deleted on purpose.
    const change = difference(goodText, text);
    if (!change) return false;
    const [start, end] = change.analysed;
    this.isGuess = missing.some(([, { text: whole }]) => {
      const at = goodText.indexOf(whole);
      return at >= 0 && (at + whole.length <= start || at >= end);
    });
    return this.isGuess;
  }

  /** Accepts the next text as it is if half typing is only a guess; returns whether it is. */
  accept(): boolean {
    const { isGuess } = this;
    if (isGuess) {
      this.goodText = undefined;
      this.good = new Map();
    }
    this.isGuess = false;
    return isGuess;
  }
}

/** How a function parses worse than before: by syntax errors, or by a header whose statement is still to be typed. */
function worseBy(
  before: GoodFunction,
  errors: number,
  open: number,
  count: CountErrors,
): 'errors' | 'header' | undefined {
  if (errors > (before.errors ?? count(before.text, 0, before.hash))) return 'errors';
  return open > openHeaders(before.text) ? 'header' : undefined;
}

function nameOf(key: string): string {
  return key.slice(0, key.lastIndexOf('#'));
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
    stretches.push(...differences(by, text.slice(start, end), length, start));
    add(by);
    from = end;
  }
  add(text.slice(from));
  const analysed = parts.join('');
  return { analysed, map: new TextMap(analysed, text, stretches) };
}

interface PlacedFunction {
  /** Stable while other functions come and go: the n-th of its name in the file. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly index: number;
  readonly hash: string;
  /** Errors among its braces. */
  readonly braces: number;
  /** All errors; `undefined` without a skeleton. */
  readonly errors: number | undefined;
}

function* functionsOf({ outline, skeletons }: FileSummary): Generator<PlacedFunction> {
  const seen = new Map<string, number>();
  const braces = outline.gaps.filter(isBraceGap);
  for (const [index, { name, start, end, line, endLine, hash }] of outline.functions.entries()) {
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    const skeleton = skeletons.get(index);
    const inside = braces.filter(({ at }) => line <= at.line && at.line <= endLine).length;
    const errors = skeleton && inside + syntaxErrors(skeleton);
    yield { key: `${name}#${count}`, start, end, index, hash, braces: inside, errors };
  }
}

export function syntaxErrors({ gaps }: Skeleton): number {
  return gaps.filter(({ kind }) => kind === 'syntax-error').length;
}

function isBraceGap({ kind }: Gap): boolean {
  return kind === 'unbalanced-braces';
}
