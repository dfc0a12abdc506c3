import { isSite } from '../outline/declarations/bodies.js';
import type { Scan } from '../outline/tokens/scan.js';
import {
  F_ATTRIBUTE,
  F_ATTRIBUTE_CALL,
  F_KEYWORD,
  F_LOCK_SITE,
  F_SCOPE,
  F_TYPEOF,
  type IdentifierTable,
} from '../outline/tokens/symbols.js';
import {
  T_ARROW,
  T_CHARACTER,
  T_DIRECTIVE,
  T_IDENTIFIER,
  T_NUMBER,
  T_STRING,
  type TokenBuffer,
} from '../outline/tokens/tokens.js';
import { guardsStatement } from '../models/records/kinds.js';
import type { Models } from '../models/types.js';
import type { Mark } from './marks.js';

const DOT = 46;
const OPEN = 40;
const CLOSE = 41;

/** A lock call found in the tokens. */
export interface TokenSite {
  readonly offset: number;
  readonly name: string;
  /** Its `#if` arm was dropped. */
  readonly isDropped: boolean;
}

/**
 * A piece of C being rewritten: its tokens, and the units of the sanitised text. Everything that is not a token (comments,
 * directives, attributes) starts out blank.
 */
export class Piece {
  readonly out: Uint16Array;
  count = 0;
  readonly kind: number[] = [];
  readonly start: number[] = [];
  readonly end: number[] = [];
  readonly symbol: number[] = [];
  /** The partner of a bracket; -1 for other tokens and unmatched brackets. */
  match: Int32Array = new Int32Array(0);
  readonly marks = new Map<number, Mark>();
  readonly sites: TokenSite[] = [];
  readonly models: Models;
  readonly symbols: IdentifierTable;
  private readonly units: Uint16Array;

  /** Takes the tokens of `scan` that are not dropped, and handles attributes, typeof and malformed literals. */
  constructor(
    readonly text: string,
    scan: Scan,
    isDropped: (token: number) => boolean,
    /** Whether a macro heads the statement after it; `undefined` if unknown. */
    readonly headsStatement: (name: string) => boolean | undefined,
    /** Rewrites the block that begins at a token and returns the token after it. */
    private readonly block: (piece: Piece, open: number) => number,
  ) {
    this.models = scan.models;
    this.symbols = scan.symbols;
    this.units = scan.units;
    const out = new Uint16Array(text.length).fill(32);
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      out[at] = 10;
      if (at > 0 && scan.units[at - 1] === 13) out[at - 1] = 13;
    }
    this.out = out;
    this.take(scan.tokens, isDropped);
    this.pair();
  }

  /** Rewrites a block in an expression, which the file of expressions leaves to that of statements. */
  rewriteBlock(open: number): number {
    return this.block(this, open);
  }

  private take(raw: TokenBuffer, isDropped: (token: number) => boolean): void {
    const { symbols } = this;
    for (let token = 0; token < raw.count; token++) {
      const kind = raw.kinds[token]!;
      if (kind === T_DIRECTIVE) continue;
      const dropped = isDropped(token);
      if (kind === T_IDENTIFIER) {
        const flags = symbols.flags[raw.values[token]!]!;
        if ((flags & (F_LOCK_SITE | F_SCOPE)) !== 0) this.noteSite(raw, token, flags, dropped);
        if (dropped) continue;
        if ((flags & (F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_TYPEOF)) !== 0 && !this.followsMember()) {
          const last = this.special(raw, token, flags, isDropped);
          if (last >= 0) {
            token = last;
            continue;
          }
        }
      }
      if (dropped) continue;
      this.add(kind, raw.starts[token]!, raw.ends[token]!, raw.values[token]!);
      this.copy(kind, raw.starts[token]!, raw.ends[token]!);
    }
  }

  private followsMember(): boolean {
    const last = this.kind[this.count - 1];
    return last === DOT || last === T_ARROW;
  }

  private noteSite(raw: TokenBuffer, token: number, flags: number, dropped: boolean): void {
    const before = token > 0 ? raw.kinds[token - 1]! : 0;
    if (before === DOT || before === T_ARROW) return;
    if (
      token + 1 >= raw.count ||
      raw.kinds[token + 1] !== OPEN ||
      !isSite(raw, this.symbols, token, flags, raw.count)
    )
      return;
    this.sites.push({
      offset: raw.starts[token]!,
      name: this.symbols.names[raw.values[token]!]!,
      isDropped: dropped,
    });
  }

  /** Blanks an attribute, replaces typeof by a plain type. Returns the last token handled; -1 for none. */
  private special(
    raw: TokenBuffer,
    token: number,
    flags: number,
    isDropped: (token: number) => boolean,
  ): number {
    const last = this.wordWithArguments(raw, token, isDropped);
    const from = raw.starts[token]!;
    if ((flags & F_TYPEOF) !== 0) {
      this.add(T_IDENTIFIER, from, raw.ends[last]!, this.intern('int'));
      this.put(from, 'int');
      this.marks.set(from, { k: 'type', text: this.text.slice(from, raw.ends[last]) });
      return last;
    }
    if ((flags & F_ATTRIBUTE) === 0 && last === token) return -1;
    this.noteCleanup(raw, token, last);
    return (flags & F_ATTRIBUTE_CALL) !== 0 ? last : token;
  }

  /** The last token of `word`, `word(…)` or `word volatile goto (…)`. */
  private wordWithArguments(raw: TokenBuffer, token: number, isDropped: (token: number) => boolean): number {
    let at = token + 1;
    while (
      at < raw.count &&
      raw.kinds[at] === T_IDENTIFIER &&
      /^(__)?(volatile|goto|inline)(__)?$/.test(this.symbols.names[raw.values[at]!]!)
    ) {
      at++;
    }
    if (at >= raw.count || raw.kinds[at] !== OPEN) return token;
    let depth = 0;
    for (; at < raw.count; at++) {
      if (isDropped(at)) continue;
      if (raw.kinds[at] === OPEN) depth++;
      else if (raw.kinds[at] === CLOSE && --depth === 0) return at;
    }
    return token;
  }

  /** `type *name __free(fn) = …`: marks the name and blanks the attribute. */
  private noteCleanup(raw: TokenBuffer, token: number, last: number): void {
    const word = this.symbols.names[raw.values[token]!]!;
    if (last - token !== 3 || this.models.scopeMacro(word)?.form !== 'cleanup') return;
    const name = this.count - 1;
    if (name < 0 || this.kind[name] !== T_IDENTIFIER) return;
    this.marks.set(this.start[name]!, { k: 'cleanup', by: this.symbols.names[raw.values[token + 2]!]! });
  }

  private intern(word: string): number {
    let hash = word.charCodeAt(0);
    const units = new Uint16Array(word.length);
    units[0] = hash;
    for (let at = 1; at < word.length; at++) {
      units[at] = word.charCodeAt(at);
      hash = Math.imul(hash, 0x01000193) ^ units[at]!;
    }
    return this.symbols.intern(units, 0, word.length, hash);
  }

  private add(kind: number, from: number, to: number, symbol: number): void {
    this.kind.push(kind);
    this.start.push(from);
    this.end.push(to);
    this.symbol.push(symbol);
    this.count++;
  }

  private copy(kind: number, from: number, to: number): void {
    const { out, units } = this;
    // A lone quote at the end of its line leaves no room for a string.
    if (kind === T_STRING && to - from > 1) out[from] = out[from + 1] = 34;
    else if (kind === T_STRING) out[from] = 48;
    else if (kind === T_NUMBER && !isNumber(this.text, from, to)) out[from] = 48;
    else if (kind === T_CHARACTER && to - from < 3) out[from] = 48;
    else for (let at = from; at < to; at++) out[at] = units[at]!;
  }

  private pair(): void {
    const match = new Int32Array(this.count).fill(-1);
    const open: number[] = [];
    for (let token = 0; token < this.count; token++) {
      const kind = this.kind[token]!;
      if (kind === 40 || kind === 91 || kind === 123) open.push(token);
      else if (kind === 41 || kind === 93 || kind === 125) {
        const opener = kind === 41 ? 40 : kind === 93 ? 91 : 123;
        let top = open.length - 1;
        // A brace closes all brackets left open inside it; a stray bracket closes nothing.
        if (kind === 125) while (top >= 0 && this.kind[open[top]!] !== 123) top--;
        if (top < 0 || this.kind[open[top]!] !== opener) continue;
        const partner = open[top]!;
        open.length = top;
        match[token] = partner;
        match[partner] = token;
      }
    }
    this.match = match;
  }

  /**
   * Whether the models know the name as a macro that heads a statement. A name that only looks like a loop heads no
   * empty statement: `hub_for_each(hub, fn);` is a call.
   */
  isHead(name: string, isEmpty: boolean): boolean {
    if (guardsStatement(this.models.scopeMacro(name))) return true;
    const loop = this.models.loopMacro(name);
    return loop !== undefined && (!isEmpty || loop.cursorArg !== undefined);
  }

  word(token: number): string {
    return this.kind[token] === T_IDENTIFIER ? this.symbols.names[this.symbol[token]!]! : '';
  }

  flags(token: number): number {
    return this.kind[token] === T_IDENTIFIER ? this.symbols.flags[this.symbol[token]!]! : 0;
  }

  isName(token: number): boolean {
    return this.kind[token] === T_IDENTIFIER && (this.symbols.flags[this.symbol[token]!]! & F_KEYWORD) === 0;
  }

  isKeyword(token: number): boolean {
    return this.kind[token] === T_IDENTIFIER && (this.symbols.flags[this.symbol[token]!]! & F_KEYWORD) !== 0;
  }

  /** The token after a token's code: for a matched bracket, after its partner. */
  behind(token: number): number {
    const partner = this.match[token]!;
    return partner > token ? partner + 1 : token + 1;
  }

  blank(from: number, to: number): void {
    const { out } = this;
    for (let at = from; at < to; at++) if (out[at] !== 10 && out[at] !== 13) out[at] = 32;
  }

  blankTokens(from: number, to: number): void {
    if (from < to) this.blank(this.start[from]!, this.end[to - 1]!);
  }

  put(at: number, word: string): void {
    for (let unit = 0; unit < word.length; unit++) this.out[at + unit] = word.charCodeAt(unit);
  }

  /**
   * Replaces tokens [from, to) by a word. Returns false if the word is longer than the first line of what it replaces.
   */
  replace(from: number, to: number, word: string): boolean {
    const room = this.roomAt(this.start[from]!, this.end[to - 1]!);
    if (room < word.length) return false;
    this.blankTokens(from, to);
    this.put(this.start[from]!, word);
    return true;
  }

  /** Number of units from `at` to `to` before a line break. */
  private roomAt(at: number, to: number): number {
    let end = at;
    while (end < to && this.out[end] !== 10 && this.out[end] !== 13) end++;
    return end - at;
  }

  /** The offset of a blank between two tokens; -1 if there is none. */
  gapAfter(token: number, before: number): number {
    const to = before < this.count ? this.start[before]! : this.text.length;
    for (let at = this.end[token]!; at < to; at++) if (this.out[at] === 32) return at;
    return -1;
  }

  /** Whether a line break precedes a token. */
  isBroken(token: number): boolean {
    return this.text.slice(this.end[token - 1] ?? 0, this.start[token]).includes('\n');
  }

  sanitised(): string {
    const { out } = this;
    let text = '';
    for (let at = 0; at < out.length; at += 4096) {
      text += String.fromCharCode.apply(null, out.subarray(at, at + 4096) as unknown as number[]);
    }
    return text;
  }
}

function isNumber(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 48 || unit > 57) return NUMBER.test(text.slice(from, to));
  }
  return true;
}

const NUMBER = /^(0[xX][\da-fA-F]+|0[bB][01]+|\d+)[uUlL]*$|^(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?[fFlL]?$/;
