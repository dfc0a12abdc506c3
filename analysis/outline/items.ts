import {
  annotationsOf,
  behindInitializer,
  readDeclarator,
  readParameters,
} from './declarations/declarators.js';
import { NEVER_DEFINED } from './tokens/arms.js';
import { FOREIGN } from './tokens/conditions.js';
import type { Group } from './tokens/arms.js';
import { noteFunction } from './declarations/functions.js';
import type { Outliner } from './outliner.js';
import { noteTagged } from './declarations/records.js';
import type { Scan } from './tokens/scan.js';
import { readSpecifiers } from './declarations/specifiers.js';
import type { Specifiers } from './declarations/specifiers.js';
import {
  F_ANNOTATION,
  F_ATTRIBUTE,
  F_ATTRIBUTE_CALL,
  F_BUILTIN,
  F_ENUM,
  F_KEYWORD,
  F_QUALIFIER,
  F_RECORD,
  F_STORAGE,
  F_STRUCT_MACRO,
  F_UPPER,
} from './tokens/symbols.js';
import {
  CLOSE_BRACE,
  EQUALS,
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  SEMICOLON,
  STAR,
  T_DIRECTIVE,
  T_IDENTIFIER,
  T_STRING,
} from './tokens/tokens.js';
import { noteMacroUse, noteVariable } from './declarations/variables.js';
import { behindGroup, follow, nextComma } from './tokens/walk.js';

const NEWLINE = 10;

/** The body that follows a head which ends with its arm; heads in other arms share it. */
interface Tail {
  readonly body: number;
  readonly last: number;
}

/** Reads the items at file scope. After something it does not understand, it continues at the next `;` or brace. */
export class ItemReader {
  private readonly scan: Scan;
  /** Groups whose other arms are being read for heads that share a body. */
  private readonly shared = new Set<Group>();
  /** Whether an arm is being read again for its last head only. */
  private isMuted = false;

  constructor(private readonly out: Outliner) {
    this.scan = out.scan;
  }

  read(from: number, to: number, tail: Tail | undefined): void {
    const { kinds } = this.scan.tokens;
    let at = from;
    while (at < to) {
      const kind = kinds[at]!;
      if (kind === T_DIRECTIVE) at = this.skipped(at, to);
      else if (kind === SEMICOLON || kind === CLOSE_BRACE) at++;
      else at = this.item(at, to, tail);
    }
  }

  /** The token after a directive, or after its arm if no C compiler ever compiles that arm. */
  private skipped(directive: number, to: number): number {
    const what = this.scan.arms.at(directive);
    if (what === undefined || 'arms' in what) return directive + 1;
    const isForeign = what.literals.some((literal) => literal === FOREIGN || NEVER_DEFINED.includes(literal));
    return isForeign ? Math.min(what.endToken, to) : directive + 1;
  }

  private item(first: number, to: number, tail: Tail | undefined): number {
    const { scan } = this;
    const from = this.isLoneMacro(first, to) ? first + 1 : first;
    const { kinds, values } = scan.tokens;
    const { flags } = scan.symbols;
    let at = from;
    let isAssigned = false;
    let hasGroup = false;
    let isRecord = false;
    /** Token after the last group of this item at file scope. */
    let groupEnd = -1;
    while (at < to) {
      const kind = kinds[at]!;
      switch (kind) {
        case SEMICOLON:
          return this.declaration(from, at);
        case CLOSE_BRACE:
          return at + 1;
        case EQUALS:
          isAssigned = true;
          at++;
          break;
        case OPEN:
          hasGroup = true;
          at = groupEnd = behindGroup(scan, at, to);
          break;
        case OPEN_BRACKET:
          at = behindGroup(scan, at, to);
          break;
        case OPEN_BRACE: {
          const behind = behindGroup(scan, at, to);
          if (!isAssigned && hasGroup) return this.definition(from, at, tail);
          if (!isAssigned && !isRecord) return kinds[at - 1] === T_STRING && at > from ? at + 1 : behind;
          at = behind;
          break;
        }
        case T_DIRECTIVE:
          if (groupEnd === at && this.isMacroUse(from, at) && !this.continues(at))
            return this.undelimited(from, at);
          at = follow(scan, at);
          if (groupEnd >= 0) groupEnd = at;
          break;
        case T_IDENTIFIER: {
          const flag = flags[values[at]!]!;
          if (at > from && (isAssigned || kinds[at - 1] === CLOSE_BRACE) && this.beginsAnew(at, flag)) {
            return this.undelimited(from, at);
          }
          if (groupEnd === at && !isAssigned && this.splits(from, at, flag, to))
            return this.undelimited(from, at);
          if ((flag & (F_RECORD | F_ENUM)) !== 0) isRecord = true;
          if ((flag & (F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_ANNOTATION | F_STRUCT_MACRO)) !== 0) {
            at++;
            // Arguments of an attribute or of a tag do not make a function.
            if (at < to && kinds[at] === OPEN) at = behindGroup(scan, at, to);
            if (groupEnd >= 0) groupEnd = at;
          } else at++;
          break;
        }
        default:
          at++;
      }
    }
    if (tail !== undefined && hasGroup && !isAssigned && tail.body >= to) {
      this.note(from, to, tail.body, tail.last);
    } else if (groupEnd === to && this.isMacroUse(from, to)) this.undelimited(from, to);
    return to;
  }

  /** `WORD` alone on its line, or a word followed by an empty line, before `OTHER(`. */
  private isLoneMacro(token: number, to: number): boolean {
    const { kinds, values, starts, ends } = this.scan.tokens;
    const { flags } = this.scan.symbols;
    if (token + 2 >= to || kinds[token] !== T_IDENTIFIER || kinds[token + 1] !== T_IDENTIFIER) return false;
    if (kinds[token + 2] !== OPEN || (flags[values[token + 1]!]! & F_UPPER) === 0) return false;
    if (this.scan.units[starts[token + 1]! - 1] !== NEWLINE) return false;
    const flag = flags[values[token]!]!;
    if ((flag & F_UPPER) !== 0) return true;
    const isPlain = (flag & (F_KEYWORD | F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_ANNOTATION)) === 0;
    return isPlain && this.scan.lineAt(starts[token + 1]!) > this.scan.lineAt(ends[token]!) + 1;
  }

  /** `[static] WORD(…)` and nothing else: a macro used like a declaration. */
  private isMacroUse(from: number, to: number): boolean {
    const { kinds, values } = this.scan.tokens;
    const { flags } = this.scan.symbols;
    let at = from;
    while (
      at < to &&
      kinds[at] === T_IDENTIFIER &&
      (flags[values[at]!]! & (F_STORAGE | F_QUALIFIER | F_ATTRIBUTE)) !== 0
    )
      at++;
    if (at + 1 >= to || kinds[at] !== T_IDENTIFIER || kinds[at + 1] !== OPEN) return false;
    if ((flags[values[at]!]! & (F_KEYWORD | F_ATTRIBUTE_CALL | F_ANNOTATION)) !== 0) return false;
    return behindGroup(this.scan, at + 1, to) === to;
  }

  /** Whether the text before a directive continues after it, like the head of a function. */
  private continues(directive: number): boolean {
    const { kinds, count } = this.scan.tokens;
    let at = directive;
    while (at < count && kinds[at] === T_DIRECTIVE) at = follow(this.scan, at);
    return at < count && (kinds[at] === OPEN_BRACE || kinds[at] === EQUALS);
  }

  /** Whether the word after `)` begins a new item, because the one before has no `;`. */
  private splits(from: number, at: number, flag: number, to: number): boolean {
    if ((flag & (F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_ANNOTATION | F_QUALIFIER)) !== 0) return false;
    const { kinds } = this.scan.tokens;
    if (!this.isMacroUse(from, at)) return (flag & F_KEYWORD) !== 0;
    if ((flag & F_KEYWORD) !== 0) return true;
    const next = at + 1 < to ? kinds[at + 1]! : SEMICOLON;
    if (next === OPEN) {
      const behind = behindGroup(this.scan, at + 1, to);
      return !(behind < to && kinds[behind] === OPEN_BRACE);
    }
    return next === T_IDENTIFIER || next === STAR;
  }

  /** A word that no expression contains, in column one: the item before lacks its `;`. */
  private beginsAnew(at: number, flag: number): boolean {
    if ((flag & (F_STORAGE | F_BUILTIN | F_RECORD | F_ENUM)) === 0) return false;
    return this.scan.units[this.scan.tokens.starts[at]! - 1] === NEWLINE;
  }

  /** Reads an item that ends at `end` without a `;`. */
  private undelimited(from: number, end: number): number {
    this.declaration(from, end);
    return end;
  }

  /** Reads a function whose `{` is at `open`. */
  private definition(from: number, open: number, tail: Tail | undefined): number {
    const { scan } = this;
    const close = scan.tokens.values[open]!;
    if (close < open) {
      if (tail !== undefined) {
        this.note(from, open, open, tail.last);
        return scan.tokens.count;
      }
      // In an arm that is not followed: the followed arm contains the body and comes back here.
      const arm = scan.arms.armAt(open);
      if (arm?.group.isCut === true && arm.index !== arm.group.chosen) return arm.endToken;
    }
    const last = close > open ? close : open;
    if (!this.isMuted) this.note(from, open, open, last);
    return last + 1;
  }

  private note(from: number, headEnd: number, body: number, last: number): void {
    const { out, scan } = this;
    const { arms } = scan;
    const before = out.functions.length;
    const item = noteFunction(out, { from, headEnd, body, last }, arms.conditionAt(from));
    const arm = arms.armAt(from);
    if (arm === undefined || arm.endToken > last || this.shared.has(arm.group)) return;
    // The head ends in one arm and the body follows the group: the other arms contain other heads.
    const { group } = arm;
    this.shared.add(group);
    let isOneName = item !== undefined && group.hasElse;
    for (const other of group.arms) {
      if (other === arm) continue;
      const count = out.functions.length;
      // Earlier arms have been read; only the unfinished head at their end is new.
      const wasMuted = this.isMuted;
      this.isMuted = wasMuted || other.index < arm.index;
      this.read(other.token + 1, other.endToken, { body, last });
      this.isMuted = wasMuted;
      const head = out.functions[count];
      if (head?.name === item?.name && head?.end === item?.end) out.functions.length = count;
      else isOneName = false;
    }
    this.shared.delete(group);
    if (item !== undefined && isOneName) {
      out.functions[before] = { ...item, condition: group.parent?.condition ?? '' };
    }
  }

  /** Reads a declaration in tokens [from, end); returns the token after it. */
  private declaration(from: number, end: number): number {
    if (this.isMuted) return end + 1;
    const { out, scan } = this;
    const spec = readSpecifiers(scan, from, end);
    const first = readDeclarator(scan, spec.next, end, spec.base);
    if (
      spec.base === '' &&
      spec.tagged < 0 &&
      spec.words <= 1 &&
      first.name >= 0 &&
      first.parameters === first.name + 1
    ) {
      noteMacroUse(out, spec, first.name, end);
      return end + 1;
    }
    const made = first.name < 0 ? '' : `::${scan.nameOf(first.name)}`;
    const base = noteTagged(out, spec, made, 0);
    for (let at = spec.next; at < end;) at = this.declare(spec, at, end, base) + 1;
    return end + 1;
  }

  /** Reads one declarator; returns the token of the comma after it. */
  private declare(spec: Specifiers, from: number, end: number, base: string): number {
    const { out, scan } = this;
    const declarator = readDeclarator(scan, from, end, base);
    const comma = nextComma(scan, behindInitializer(scan, declarator.next, end), end);
    if (declarator.name < 0) return comma;
    if (spec.isTypedef) out.typedefs.push({ name: scan.nameOf(declarator.name), type: declarator.type });
    else if (declarator.isFunction) {
      out.prototypes.push({
        name: scan.nameOf(declarator.name),
        returns: declarator.type.slice(0, -2),
        parameters: readParameters(scan, declarator.parameters),
        annotations: annotationsOf(spec, declarator),
        isStatic: spec.isStatic,
      });
    } else if (base !== '' || declarator.type !== '') noteVariable(out, spec, declarator, comma);
    return comma;
  }
}
