/** Largest number of lines that print one lock. */
const MOST_PIECES = 10;

/** The beginning of a lock that spans lines: a number, an open bracket. */
const FIRST = /^\s*(?:#\d+:\s*(?:\(\s*)?|-> #\d+\s*(?:\(\s*)?|\(\s*)$/;
const BROKEN = /^\s*(?:#\d+:\s*|-> #\d+\s*)?\([^{}]*$/;
const WHOLE = /\)[^(){}]*\{[-.+?]{3,9}\}(?:-\{-?\d+:-?\d+\})?(?:\s*, at:\s*\S.*|.*:\s*)$/;
const MIDDLE =
  /^\s*(?:\)?[^(){}]*\{[-.+?]{3,9}\}.*|, at:\s*|#\d+|\/\d+|[\w&>().*[\]#/-]+|:|\[<[0-9a-f]+>\].*)$/;

/** A lock whose place a mail program wrapped to the next line. */
const WRAPPED = /\{[-.+?]{3,9}\}(?:-\{-?\d+:-?\d+\})?,\s*(?:at:\s*(?:\[<[0-9a-f]+>\]\s*)?)?$/;
const PLACE = /^\s*(?:at:\s*\S|(?:\[<[0-9a-f]+>\] )?[A-Za-z_][\w.$]*(?:\+0x| \(?[\w./-]+:\d))/;

/**
 * Joins the lines over which kernels 4.9 to 4.13 spread one lock: ` #0: `, ` (`, `rtnl_mutex`, `){+.+.+.}`, `, at: `,
 * `[<ffffffff81000000>] rtnl_lock+0x17/0x20`.
 */
export class Stitcher {
  private pieces: string[] = [];
  private wrapped = '';

  /** The line, or the lock it completes; `undefined` while more is expected. */
  take(text: string): string | undefined {
    if (this.wrapped !== '') {
      const joined = PLACE.test(text) ? `${this.wrapped} ${text.trimStart()}` : text;
      this.wrapped = '';
      return joined;
    }
    if (this.pieces.length === 0 && WRAPPED.test(text)) {
      this.wrapped = text.trimEnd();
      return undefined;
    }
    if (this.pieces.length === 0) {
      const begins = FIRST.test(text) || (BROKEN.test(text) && !text.includes(' at:') && isNameOnly(text));
      if (!begins) return text;
      this.pieces = [text];
      return undefined;
    }
    if (!MIDDLE.test(text) || this.pieces.length >= MOST_PIECES) return this.giveUp(text);
    this.pieces.push(this.pieces.length === 1 ? text.trimStart() : text);
    const joined = this.pieces.join('');
    if (!WHOLE.test(joined)) return undefined;
    // The place may follow on the next line.
    this.pieces = [];
    return joined;
  }

  private giveUp(text: string): string {
    this.pieces = [];
    return text;
  }
}

/** ` (name`: an open bracket and one word. */
function isNameOnly(text: string): boolean {
  return /^\s*(?:#\d+:\s*|-> #\d+\s*)?\([&\w>().*-]*$/.test(text) && !text.trimEnd().endsWith(')');
}
