import { Assumptions } from './arms.js';
import type { Arm, ArmTable, Group, Tokenized } from './arms.js';
import { F_BUILTIN, F_ENUM, F_KEYWORD, F_RECORD, F_STORAGE } from './symbols.js';
import {
  CLOSE,
  CLOSE_BRACE,
  D_IF,
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  SEMICOLON,
  T_DIRECTIVE,
  T_IDENTIFIER,
} from './tokens.js';

/** A tokenized text whose `#if` arms are known. */
export interface Armed extends Tokenized {
  readonly arms: ArmTable;
  lineAt(offset: number): number;
}

/** How far back to look for a line's start when braces are matched by column. */
const LINE_REACH = 400;
/** Maximum number of open brackets that a mismatched closing one may skip. */
const SKIP_REACH = 16;

/** An open `#if` during bracket matching. */
interface OpenConditional {
  readonly group: Group;
  readonly outerFloor: number;
  /** Number of open brackets at the `#if`. */
  readonly base: number;
  /** Minimum number of open brackets since the enclosing `#if`. */
  readonly outerLeast: number;
  isFollowed: boolean;
}

/**
 * Finds every bracket's partner (`values`; -1 for none). If an arm opens a bracket without closing it, one arm of the
 * group is followed, consistent with earlier choices; in the other arms brackets match only among themselves. If
 * brackets still do not match, they are matched again, assuming that the brace which closes a definition is in column
 * one. Returns the token at which the mismatch was found; -1 if there is none.
 */
export function matchBrackets(scan: Armed): number {
  const broken = new Matcher(scan, false).run();
  if (broken >= 0) {
    for (const group of scan.arms.groups) group.isCut = group.arms[0]!.token < 0;
    new Matcher(scan, true).run();
  }
  return broken;
}

let stack = new Int32Array(4);

class Matcher {
  private depth = 0;
  /** Brackets below this depth are invisible: those outside an arm that is not followed. */
  private floor = 0;
  /** Minimum number of open brackets since the innermost `#if`. */
  private least = 0;
  private broken = -1;
  /** Number of open frames whose current arm is not followed; mismatches there do not count. */
  private unfollowed = 0;
  private readonly frames: OpenConditional[] = [];
  private readonly assumptions = new Assumptions();
  private readonly kinds: Uint8Array;
  private readonly values: Int32Array;

  constructor(
    private readonly scan: Armed,
    private readonly byColumn: boolean,
  ) {
    this.kinds = scan.tokens.kinds;
    this.values = scan.tokens.values;
  }

  run(): number {
    const { kinds, values } = this;
    const { arms } = this.scan;
    const { marks, markCount } = this.scan.tokens;
    for (let mark = 0; mark < markCount; mark++) {
      const token = marks[mark]!;
      const kind = kinds[token]!;
      if (kind === T_DIRECTIVE) {
        const what = values[token]! < D_IF ? undefined : arms.at(token);
        if (what !== undefined) this.directive(what);
        continue;
      }
      values[token] = -1;
      if (kind === OPEN || kind === OPEN_BRACKET || kind === OPEN_BRACE) {
        if (this.byColumn && kind === OPEN_BRACE) this.beginByColumn(token);
        if (this.depth === stack.length) grow();
        stack[this.depth++] = token;
      } else this.close(token, kind);
    }
    this.finish();
    return this.broken;
  }

  private pair(open: number, close: number): void {
    this.values[open] = close;
    this.values[close] = open;
  }

  private lower(depth: number): void {
    this.depth = depth;
    if (depth < this.least) this.least = depth;
  }

  private close(token: number, kind: number): void {
    if (this.byColumn && kind === CLOSE_BRACE && this.closeByColumn(token)) return;
    if (this.depth > this.floor) {
      const open = stack[this.depth - 1]!;
      if (partnerOf(this.kinds[open]!) === kind) {
        this.pair(open, token);
        this.lower(this.depth - 1);
        return;
      }
    }
    this.mismatch(token, kind);
  }

  private mismatch(token: number, kind: number): void {
    const frame = this.frames[this.frames.length - 1];
    if (frame !== undefined && this.unfollowed > 0) {
      frame.group.isCut = true;
      if (this.depth === this.floor) return;
    } else if (this.broken < 0) this.broken = token;
    if (kind === CLOSE_BRACE) {
      // Any open parenthesis ends here at the latest.
      let at = this.depth;
      while (at > this.floor && this.kinds[stack[at - 1]!] !== OPEN_BRACE) at--;
      if (at > this.floor) this.pair(stack[--at]!, token);
      this.lower(at);
      return;
    }
    const lowest = Math.max(this.floor, this.depth - SKIP_REACH);
    for (let at = this.depth - 1; at >= lowest; at--) {
      const open = stack[at]!;
      if (this.kinds[open] === OPEN_BRACE) return;
      if (partnerOf(this.kinds[open]!) === kind) {
        this.pair(open, token);
        this.lower(at);
        return;
      }
    }
  }

  private finish(): void {
    while (this.frames.length > 0) this.leave(true);
    if (this.depth === 0) return;
    const open = stack[0]!;
    if (this.broken < 0) this.broken = open;
    if (this.byColumn) this.values[open] = this.scan.tokens.count - 1;
  }

  private directive(what: Arm | Group): void {
    if ('arms' in what) {
      if (this.frames.length > 0) this.leave(true);
      return;
    }
    const { group } = what;
    const isFirst = what.index === 0;
    if (isFirst || this.frames[this.frames.length - 1]?.group !== group) {
      group.chosen = this.assumptions.choose(group);
      // Without an `#if`, the text began in the first arm, which is followed.
      const isFollowed = !isFirst;
      this.frames.push({
        group,
        outerFloor: this.floor,
        base: this.depth,
        outerLeast: this.least,
        isFollowed,
      });
      this.least = this.depth;
    }
    if (!isFirst) this.leave(false);
    const frame = this.frames[this.frames.length - 1]!;
    frame.isFollowed = group.chosen === what.index;
    if (!frame.isFollowed) this.unfollowed++;
    this.floor = frame.isFollowed ? frame.outerFloor : this.depth;
  }

  /** Ends the current arm; with `last`, also its group. */
  private leave(last: boolean): void {
    const frame = this.frames[this.frames.length - 1]!;
    const { group } = frame;
    if (frame.isFollowed) {
      if (this.depth !== frame.base || this.least < frame.base) group.isCut = true;
      frame.isFollowed = false;
    } else {
      this.unfollowed--;
      if (this.depth > this.floor) group.isCut = true;
      this.depth = this.floor;
    }
    this.floor = frame.outerFloor;
    if (!last) return;
    this.frames.pop();
    if (frame.outerLeast < this.least) this.least = frame.outerLeast;
    const chosen = group.arms[group.chosen];
    if (group.isCut && chosen !== undefined) this.assumptions.assume(chosen);
  }

  /** A `{` in column one after a parameter list begins a definition, so open brackets were never closed. */
  private beginByColumn(token: number): void {
    if (this.depth <= this.floor || token === 0) return;
    const before = this.kinds[token - 1];
    if (before !== CLOSE && before !== T_IDENTIFIER) return;
    if (!this.inFirstColumn(token) && !this.headsDefinition(token - 1)) return;
    const open = this.lowestBrace();
    this.lower(this.floor);
    if (open < 0) return;
    let end = token - 1;
    while (end > open && !this.endsItem(end)) end--;
    this.values[open] = Math.max(end, open + 1);
  }

  /** `int f(…) {` with the line in column one; not `if (…) {`. */
  private headsDefinition(close: number): boolean {
    const { starts } = this.scan.tokens;
    const { flags } = this.scan.symbols;
    if (this.kinds[close] !== CLOSE || this.values[close]! < 0) return false;
    const line = this.lineStart(starts[this.values[close]!]!);
    if (line < 0) return false;
    let first = this.values[close]!;
    while (first > 0 && starts[first - 1]! >= line) first--;
    if (starts[first] !== line || this.kinds[first] !== T_IDENTIFIER) return false;
    const flag = flags[this.values[first]!]!;
    return (flag & F_KEYWORD) === 0 || (flag & (F_STORAGE | F_BUILTIN | F_RECORD | F_ENUM)) !== 0;
  }

  private endsItem(token: number): boolean {
    const kind = this.kinds[token];
    return kind === SEMICOLON || kind === CLOSE_BRACE || kind === OPEN_BRACE || kind === T_DIRECTIVE;
  }

  /** Returns whether the brace was handled. */
  private closeByColumn(token: number): boolean {
    if (this.depth <= this.floor) return false;
    if (this.inFirstColumn(token)) {
      const open = this.lowestBrace();
      if (open >= 0) this.pair(open, token);
      this.lower(this.floor);
      return true;
    }
    // An indented brace does not end what began on another line in column one.
    const open = stack[this.depth - 1]!;
    return (
      this.depth === this.floor + 1 && this.kinds[open] === OPEN_BRACE && this.beginsOtherLine(open, token)
    );
  }

  private lowestBrace(): number {
    for (let at = this.floor; at < this.depth; at++) {
      if (this.kinds[stack[at]!] === OPEN_BRACE) return stack[at]!;
    }
    return -1;
  }

  private inFirstColumn(token: number): boolean {
    const start = this.scan.tokens.starts[token]!;
    return start === 0 || this.scan.units[start - 1] === 10;
  }

  private beginsOtherLine(open: number, token: number): boolean {
    const { units, tokens } = this.scan;
    const start = tokens.starts[open]!;
    const line = this.lineStart(start);
    if (line < 0 || units[line] === 32 || units[line] === 9) return false;
    return this.scan.lineAt(start) !== this.scan.lineAt(tokens.starts[token]!);
  }

  /** First offset of the line; -1 if it is too far away. */
  private lineStart(offset: number): number {
    const { units } = this.scan;
    const lowest = Math.max(0, offset - LINE_REACH);
    let at = offset;
    while (at > lowest && units[at - 1] !== 10) at--;
    return at === 0 || units[at - 1] === 10 ? at : -1;
  }
}

function partnerOf(open: number): number {
  return open === OPEN ? CLOSE : open + 2;
}

function grow(): void {
  const larger = new Int32Array(stack.length * 2);
  larger.set(stack);
  stack = larger;
}
