import type { CType } from '../../base/ctype.js';
import type { Scan } from '../tokens/scan.js';
import {
  F_ANNOTATION,
  F_ATTRIBUTE,
  F_ATTRIBUTE_CALL,
  F_BUILTIN,
  F_ENUM,
  F_EXTERN,
  F_INLINE,
  F_KEYWORD,
  F_NO_RETURN,
  F_QUALIFIER,
  F_RECORD,
  F_STATIC,
  F_STORAGE,
  F_STRUCT_MACRO,
  F_TYPEDEF,
  F_TYPEOF,
  F_UNDERSCORES,
  F_UPPER,
} from '../tokens/symbols.js';
import {
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  STAR,
  T_DIRECTIVE,
  T_IDENTIFIER,
  T_STRING,
} from '../tokens/tokens.js';
import { behindGroup, follow } from '../tokens/walk.js';

/** Declaration specifiers as read by {@link readSpecifiers}. */
export interface Specifiers {
  /** `''` if unknown, e.g. a type made by a macro; `struct ` etc. without a tag for an anonymous record. */
  base: CType;
  isStatic: boolean;
  isExtern: boolean;
  isTypedef: boolean;
  isInline: boolean;
  isConst: boolean;
  /** The word that says that a function never returns; `''` without one. */
  noReturn: string;
  section: string;
  /** Token of `struct`, `union` or `enum`; -1 for other types. */
  tagged: number;
  /** Token of its tag; -1 if anonymous. */
  tag: number;
  /** Token of its `{`; -1 for a mere reference. */
  body: number;
  /** Number of words besides storage, qualifiers and attributes; 0 means there is no type. */
  words: number;
  /** First token of the first declarator. */
  next: number;
}

/** The word of an attribute, or in its arguments, that says that a function never returns; `''` without one. */
export function noReturnIn(scan: Scan, at: number, to: number): string {
  const { kinds, values } = scan.tokens;
  const end = at + 1 < to && kinds[at + 1] === OPEN ? behindGroup(scan, at + 1, to) : at + 1;
  for (let word = at; word < end; word++) {
    if (kinds[word] !== T_IDENTIFIER || (scan.symbols.flags[values[word]!]! & F_NO_RETURN) === 0) continue;
    return scan.nameOf(word);
  }
  return '';
}

/** Plain words of the current specifiers: types, the name, or macros unknown to the models. */
const words: number[] = [];

/**
 * Reads declaration specifiers from tokens [from, to). Position determines which word is the type and which the name.
 */
export function readSpecifiers(scan: Scan, from: number, to: number): Specifiers {
  const { kinds, values } = scan.tokens;
  const { flags } = scan.symbols;
  const spec: Specifiers = {
    base: '',
    isStatic: false,
    isExtern: false,
    isTypedef: false,
    isInline: false,
    isConst: false,
    noReturn: '',
    section: '',
    tagged: -1,
    tag: -1,
    body: -1,
    words: 0,
    next: to,
  };
  let plain = 0;
  /** Whether a builtin type, a tag or typeof was seen. */
  let isTyped = false;
  /** Whether `MACRO(…)` was seen where a type may be. */
  let isMade = false;
  let at = from;
  while (at < to) {
    const kind = kinds[at]!;
    if (kind !== T_IDENTIFIER) {
      if (kind === T_DIRECTIVE) at = follow(scan, at);
      else if (kind === T_STRING && spec.isExtern) at++;
      else if (kind === OPEN && plain > 0 && !opensPointer(scan, at, to)) {
        const hasType = isTyped || isMade || plain > 1;
        // `type (name)(…)`, not `type MACRO(name)(…)`.
        if (!hasType && groupsName(scan, at, to)) break;
        const behind = behindGroup(scan, at, to);
        if (!isMacroInSpecifiers(scan, words[plain - 1]!, behind, to, hasType)) break;
        isMade = true;
        plain--;
        spec.words++;
        at = behind;
      } else break;
      continue;
    }
    const flag = flags[values[at]!]!;
    if ((flag & F_KEYWORD) === 0) {
      const isCall = at + 1 < to && kinds[at + 1] === OPEN;
      if ((flag & (F_ATTRIBUTE_CALL | F_ANNOTATION)) !== 0 && isCall) {
        spec.noReturn ||= noReturnIn(scan, at, to);
        at = behindGroup(scan, at + 1, to);
      } else if ((flag & (F_ATTRIBUTE | F_ANNOTATION)) !== 0) {
        spec.noReturn ||= noReturnIn(scan, at, to);
        if (spec.section === '') spec.section = sectionOf(scan.nameOf(at));
        at++;
      } else {
        words[plain++] = at++;
        spec.words++;
      }
      continue;
    }
    if ((flag & F_STORAGE) !== 0) {
      if ((flag & F_STATIC) !== 0) spec.isStatic = true;
      if ((flag & F_EXTERN) !== 0) spec.isExtern = true;
      if ((flag & F_TYPEDEF) !== 0) spec.isTypedef = true;
      if ((flag & F_INLINE) !== 0) spec.isInline = true;
      at++;
    } else if ((flag & F_QUALIFIER) !== 0) {
      if (scan.nameOf(at) === 'const') spec.isConst = true;
      if ((flag & F_NO_RETURN) !== 0) spec.noReturn = scan.nameOf(at);
      at++;
    } else if ((flag & F_BUILTIN) !== 0) {
      spec.base = isTyped ? `${spec.base} ${scan.nameOf(at)}` : scan.nameOf(at);
      isTyped = true;
      spec.words++;
      at++;
    } else if ((flag & (F_RECORD | F_ENUM)) !== 0) {
      // The words before it were macros.
      plain = 0;
      at = readTag(scan, at, to, spec);
      isTyped = true;
      spec.words++;
    } else if ((flag & F_TYPEOF) !== 0) {
      isTyped = true;
      spec.words++;
      at = at + 1 < to && kinds[at + 1] === OPEN ? readTypeof(scan, at + 1, to, spec) : at + 1;
    } else if ((flag & F_ATTRIBUTE_CALL) !== 0) {
      spec.noReturn ||= noReturnIn(scan, at, to);
      at = at + 1 < to && kinds[at + 1] === OPEN ? behindGroup(scan, at + 1, to) : at + 1;
    } else break;
  }
  const stop = at < to ? kinds[at]! : 0;
  const isLone = plain === 1 && !isTyped && !isMade;
  const isPointer =
    stop === STAR || (stop === OPEN && (opensPointer(scan, at, to) || (isLone && groupsName(scan, at, to))));
  let least = isTyped || isMade || (stop === OPEN && plain === 1) ? 1 : 2;
  // `struct tag { … } __word;` declares nothing: the word is an attribute.
  if (spec.body >= 0 && spec.tag >= 0 && plain === 1 && stop === 0 && !spec.isTypedef && !spec.isStatic) {
    if ((flags[values[words[0]!]!]! & F_UNDERSCORES) !== 0) least = 2;
  }
  let name = -1;
  if (!isPointer && plain >= least) {
    name = plain - 1;
    if (stop !== OPEN && stop !== OPEN_BRACKET) name = behindAttributes(flags, values, name, least);
  }
  if (!isTyped) spec.base = typeAmong(scan, name < 0 ? plain : name);
  spec.next = name < 0 ? at : words[name]!;
  return spec;
}

/** Skips words after type and name that look like macros: attributes unknown to the models. */
function behindAttributes(flags: Int32Array, values: Int32Array, last: number, least: number): number {
  let name = last;
  while (name >= least) {
    const before = flags[values[words[name - 1]!]!]!;
    if (macroLikeness(flags[values[words[name]!]!]!) === 0 || (before & F_UPPER) !== 0) return name;
    name--;
  }
  return name;
}

/** The word that looks least like a macro, among the first `count` plain words; the last one of equal words. */
function typeAmong(scan: Scan, count: number): CType {
  const { values } = scan.tokens;
  const { flags } = scan.symbols;
  let best = -1;
  let likeness = 3;
  for (let index = 0; index < count; index++) {
    const own = macroLikeness(flags[values[words[index]!]!]!);
    if (own > likeness) continue;
    likeness = own;
    best = index;
  }
  return best < 0 ? '' : scan.nameOf(words[best]!);
}

/** How much a word looks like a macro: 2 in capitals, 1 with leading underscores, else 0. */
export function macroLikeness(flag: number): number {
  if ((flag & F_UPPER) !== 0) return 2;
  return (flag & F_UNDERSCORES) !== 0 ? 1 : 0;
}

/** `(*`, `(^` or `(attribute *`: the parenthesis groups a declarator and contains no parameters. */
export function opensPointer(scan: Scan, open: number, to: number): boolean {
  const { kinds, values } = scan.tokens;
  let at = open + 1;
  while (at < to && kinds[at] === T_IDENTIFIER) {
    const flag = scan.symbols.flags[values[at]!]!;
    if ((flag & (F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_QUALIFIER)) === 0) {
      // `(MACRO *name)(…)`: a calling convention. With a type, it would be a parameter `(type *name)`.
      return (flag & F_UPPER) !== 0 && kinds[at + 1] === STAR && kinds[behindGroup(scan, open, to)] === OPEN;
    }
    at++;
    if (kinds[at] === OPEN && at < to && (flag & F_ATTRIBUTE_CALL) !== 0) at = behindGroup(scan, at, to);
  }
  return at < to && kinds[at] === STAR;
}

/** `(name)(`: a parenthesised function name. */
function groupsName(scan: Scan, open: number, to: number): boolean {
  const { kinds, values } = scan.tokens;
  if (values[open] !== open + 2 || open + 3 >= to || kinds[open + 3] !== OPEN) return false;
  return kinds[open + 1] === T_IDENTIFIER && !isNoName(scan, open + 1);
}

/** Whether a word cannot be a name: a keyword, an attribute, an annotation. */
export function isNoName(scan: Scan, token: number): boolean {
  const flag = scan.symbols.flags[scan.tokens.values[token]!]!;
  return (flag & (F_KEYWORD | F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_ANNOTATION)) !== 0;
}

/**
 * Whether `WORD(…)`, with `WORD` at `word`, is a macro among the specifiers (an attribute, or a type made by a macro)
 * and not the declared function. `behind` is the token after its `)`.
 */
function isMacroInSpecifiers(
  scan: Scan,
  word: number,
  behind: number,
  to: number,
  isTyped: boolean,
): boolean {
  const { kinds, values } = scan.tokens;
  const { flags } = scan.symbols;
  if (behind >= to) return false;
  if (kinds[behind] === STAR) return true;
  if (kinds[behind] !== T_IDENTIFIER) return false;
  const flag = flags[values[behind]!]!;
  if ((flag & (F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_ANNOTATION)) !== 0) return false;
  if ((flag & F_KEYWORD) !== 0 || !isTyped) return true;
  return macroLikeness(flags[values[word]!]!) > 0 && macroLikeness(flag) === 0;
}

/** Reads `struct [attributes] [tag] [{ … }]` or `MACRO(tag, …) [{ … }]`; returns the token after it. */
function readTag(scan: Scan, keyword: number, to: number, spec: Specifiers): number {
  const { kinds, values } = scan.tokens;
  const isMacro = (scan.symbols.flags[values[keyword]!]! & F_STRUCT_MACRO) !== 0;
  let at = keyword + 1;
  spec.tagged = keyword;
  if (isMacro && kinds[at] === OPEN) {
    if (kinds[at + 1] === T_IDENTIFIER) spec.tag = at + 1;
    at = behindGroup(scan, at, to);
  }
  while (at < to) {
    if (kinds[at] === T_DIRECTIVE) {
      at = follow(scan, at);
      continue;
    }
    if (kinds[at] !== T_IDENTIFIER) break;
    const flag = scan.symbols.flags[values[at]!]!;
    if ((flag & F_ATTRIBUTE_CALL) !== 0) at = kinds[at + 1] === OPEN ? behindGroup(scan, at + 1, to) : at + 1;
    else if ((flag & F_ATTRIBUTE) !== 0) at++;
    else if (spec.tag < 0 && !isUnknownAttribute(scan, at, to)) spec.tag = at++;
    else if (spec.tag < 0) at++;
    else break;
  }
  const word = isMacro ? 'struct' : scan.nameOf(keyword);
  spec.base = spec.tag < 0 ? `${word} ` : scan.symbols.taggedType(values[keyword]!, values[spec.tag]!);
  if (at < to && kinds[at] === OPEN_BRACE) {
    spec.body = at;
    return behindGroup(scan, at, to);
  }
  return at;
}

/** `struct WORD tag {`: whether the word at `at` is `WORD`. */
function isUnknownAttribute(scan: Scan, at: number, to: number): boolean {
  const { kinds } = scan.tokens;
  return (
    at + 2 < to && kinds[at + 1] === T_IDENTIFIER && kinds[at + 2] === OPEN_BRACE && !isNoName(scan, at + 1)
  );
}

/** Reads `typeof(type)`; the type of an expression is unknown. Returns the token after it. */
function readTypeof(scan: Scan, open: number, to: number, spec: Specifiers): number {
  const { kinds, values } = scan.tokens;
  const behind = behindGroup(scan, open, to);
  const flag = kinds[open + 1] === T_IDENTIFIER ? scan.symbols.flags[values[open + 1]!]! : 0;
  if ((flag & (F_BUILTIN | F_RECORD | F_ENUM)) === 0) return behind;
  let at = open + 1;
  if ((flag & F_BUILTIN) !== 0) spec.base = scan.nameOf(at++);
  else {
    const tag = { ...spec };
    at = readTag(scan, at, behind - 1, tag);
    spec.base = tag.base;
  }
  for (; kinds[at] === STAR && at < behind; at++) spec.base = scan.symbols.pointerTo(spec.base);
  return behind;
}

function sectionOf(word: string): string {
  return word.startsWith('__') && (word.includes('init') || word.includes('exit')) ? word : '';
}
