import type { CType } from '../base/ctype.js';
import type { Scan } from './scan.js';
import {
  F_ANNOTATION,
  F_ATTRIBUTE,
  F_ATTRIBUTE_CALL,
  F_BUILTIN,
  F_ENUM,
  F_EXTERN,
  F_INLINE,
  F_KEYWORD,
  F_QUALIFIER,
  F_RECORD,
  F_STATIC,
  F_STORAGE,
  F_TYPEDEF,
  F_TYPEOF,
  F_UNDERSCORES,
  F_UPPER,
  textOf,
} from './symbols.js';
import { T_DIRECTIVE, T_ELLIPSIS, T_IDENTIFIER, T_STRING } from './tokens.js';
import type { FunctionAnnotation, Parameter } from './types.js';

const OPEN = 40;
const STAR = 42;
const COMMA = 44;
const EQUALS = 61;
const OPEN_BRACKET = 91;
const OPEN_BRACE = 123;
const DEEPEST = 40;

/** Declaration specifiers as read by {@link readSpecifiers}. */
export interface Specifiers {
  /** `''` when not known, e.g. a type made by a macro; `struct ` etc. without a tag for an anonymous record. */
  base: CType;
  isStatic: boolean;
  isExtern: boolean;
  isTypedef: boolean;
  isInline: boolean;
  section: string;
  /** Token of `struct`, `union` or `enum`; -1 for other types. */
  tagged: number;
  /** Token of its tag, -1 when anonymous. */
  tag: number;
  /** Token of its `{`, -1 for a mere reference. */
  body: number;
  /** Words besides storage, qualifiers and attributes: whether anything here can be a type. */
  words: number;
  /** First token of the first declarator. */
  next: number;
}

/** A declarator as read by {@link readDeclarator}. */
export interface Declarator {
  /** Token of the name; -1 for an abstract one. */
  name: number;
  type: CType;
  /** Token of `(` of its parameters when it declares a function (or a pointer to one), else -1. */
  parameters: number;
  /** The name itself is a function, no pointer to one. */
  isFunction: boolean;
  annotations: FunctionAnnotation[];
  /** First token behind, usually `,`, `;`, `=`, `:` or `{`. */
  next: number;
}

/** The token to go on with behind a directive: only one arm of a group inside an item is followed. */
export function follow(scan: Scan, directive: number): number {
  const what = scan.arms.at(directive);
  if (what === undefined || 'arms' in what) return directive + 1;
  const { group } = what;
  if (what.index > 0) return Math.min(group.endToken + 1, scan.tokens.count);
  const chosen = group.arms[group.chosen];
  return Math.min((chosen?.token ?? group.endToken) + 1, scan.tokens.count);
}

/** Behind the bracket that `open` opens; `open + 1` when it has no partner before `to`. */
export function behindGroup(scan: Scan, open: number, to: number): number {
  const close = scan.tokens.values[open]!;
  return close > open && close < to ? close + 1 : open + 1;
}

/** Reads declaration specifiers from tokens [from, to). What is the type and what the name is told by position. */
export function readSpecifiers(scan: Scan, from: number, to: number): Specifiers {
  const { kinds, values } = scan.tokens;
  const { flags } = scan.symbols;
  const spec: Specifiers = {
    base: '',
    isStatic: false,
    isExtern: false,
    isTypedef: false,
    isInline: false,
    section: '',
    tagged: -1,
    tag: -1,
    body: -1,
    words: 0,
    next: to,
  };
  /** Words that are the type, the name, or macros unknown to the models. */
  let last = -1;
  let previous = -1;
  let type = -1;
  let builtin = '';
  let isTyped = false;
  let at = from;
  while (at < to) {
    const kind = kinds[at]!;
    if (kind === T_DIRECTIVE) {
      at = follow(scan, at);
      continue;
    }
    if (kind === T_STRING && spec.isExtern) {
      at++;
      continue;
    }
    if (kind === OPEN && last >= 0 && !opensPointer(scan, at, to)) {
      const behind = behindGroup(scan, at, to);
      if (!isMacroInSpecifiers(scan, last, behind, to, isTyped || previous >= 0)) break;
      if (previous < 0 && !isTyped) spec.words++;
      last = previous;
      at = behind;
      continue;
    }
    if (kind !== T_IDENTIFIER) break;
    const flag = flags[values[at]!]!;
    if ((flag & F_KEYWORD) === 0) {
      if ((flag & (F_ATTRIBUTE_CALL | F_ANNOTATION)) !== 0 && kinds[at + 1] === OPEN && at + 1 < to) {
        at = behindGroup(scan, at + 1, to);
        continue;
      }
      if ((flag & (F_ATTRIBUTE | F_ANNOTATION)) !== 0) {
        if (spec.section === '') spec.section = sectionOf(scan.nameOf(at));
        at++;
        continue;
      }
      previous = last;
      if (previous >= 0) type = betterType(flags, values, type, previous);
      last = at++;
      spec.words++;
      continue;
    }
    if ((flag & F_STORAGE) !== 0) {
      if ((flag & F_STATIC) !== 0) spec.isStatic = true;
      if ((flag & F_EXTERN) !== 0) spec.isExtern = true;
      if ((flag & F_TYPEDEF) !== 0) spec.isTypedef = true;
      if ((flag & F_INLINE) !== 0) spec.isInline = true;
      at++;
    } else if ((flag & F_QUALIFIER) !== 0) at++;
    else if ((flag & F_BUILTIN) !== 0) {
      builtin = builtin === '' ? scan.nameOf(at) : `${builtin} ${scan.nameOf(at)}`;
      isTyped = true;
      spec.words++;
      at++;
    } else if ((flag & (F_RECORD | F_ENUM)) !== 0) {
      if (isTyped || last >= 0) {
        // A second type: the words before were macros.
        last = -1;
        previous = -1;
      }
      at = readTag(scan, at, to, spec);
      isTyped = true;
      spec.words++;
    } else if ((flag & F_TYPEOF) !== 0) {
      isTyped = true;
      spec.words++;
      at = kinds[at + 1] === OPEN && at + 1 < to ? readTypeof(scan, at + 1, to, spec) : at + 1;
    } else if ((flag & F_ATTRIBUTE_CALL) !== 0) {
      at = kinds[at + 1] === OPEN && at + 1 < to ? behindGroup(scan, at + 1, to) : at + 1;
    } else break;
  }
  const stop = at < to ? kinds[at]! : 0;
  let name = -1;
  if (last >= 0) {
    const isPointer = stop === STAR || (stop === OPEN && opensPointer(scan, at, to));
    if (!isPointer && (isTyped || previous >= 0 || stop === OPEN)) {
      name = last;
      // A word behind type and name is an attribute the models do not know.
      if (
        stop !== OPEN &&
        stop !== OPEN_BRACKET &&
        previous >= 0 &&
        (isTyped || type !== previous || hasTwo(scan, previous, from))
      ) {
        const lastFlag = flags[values[last]!]!;
        const previousFlag = flags[values[previous]!]!;
        if ((lastFlag & (F_UNDERSCORES | F_UPPER)) !== 0 && (previousFlag & F_UPPER) === 0) name = previous;
      }
    } else type = betterType(flags, values, type, last);
  }
  if (builtin !== '') spec.base = builtin;
  else if (!isTyped && type >= 0) spec.base = scan.nameOf(type);
  spec.next = name >= 0 ? name : at;
  return spec;
}

/** Whether a word that is neither keyword nor attribute stands before `token` in the same specifiers. */
function hasTwo(scan: Scan, token: number, from: number): boolean {
  const { kinds, values } = scan.tokens;
  for (let at = token - 1; at >= from && kinds[at] === T_IDENTIFIER; at--) {
    const flag = scan.symbols.flags[values[at]!]!;
    if ((flag & (F_KEYWORD | F_ATTRIBUTE)) === 0 || (flag & F_BUILTIN) !== 0) return true;
  }
  return false;
}

/** Of two words one of which is the type: rather not a macro-like one, rather the later one. */
function betterType(flags: Int32Array, values: Int32Array, known: number, candidate: number): number {
  if (known < 0) return candidate;
  return macroLikeness(flags[values[candidate]!]!) <= macroLikeness(flags[values[known]!]!)
    ? candidate
    : known;
}

function macroLikeness(flag: number): number {
  if ((flag & F_UPPER) !== 0) return 2;
  return (flag & F_UNDERSCORES) !== 0 ? 1 : 0;
}

/** `(*`, `(^` or `(attribute *`: the parenthesis groups a declarator and holds no parameters. */
function opensPointer(scan: Scan, open: number, to: number): boolean {
  const { kinds, values } = scan.tokens;
  let at = open + 1;
  while (at < to && kinds[at] === T_IDENTIFIER) {
    const flag = scan.symbols.flags[values[at]!]!;
    if ((flag & (F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_QUALIFIER)) === 0) {
      // `(MACRO *name)(…)`: a calling convention. A type here would be a parameter `(type *name)`.
      return (flag & F_UPPER) !== 0 && kinds[at + 1] === STAR && kinds[behindGroup(scan, open, to)] === OPEN;
    }
    at++;
    if (kinds[at] === OPEN && at < to && (flag & F_ATTRIBUTE_CALL) !== 0) at = behindGroup(scan, at, to);
  }
  return at < to && kinds[at] === STAR;
}

/**
 * `WORD(…)` with `WORD` at `word`: whether it is a macro within the specifiers (an attribute, a type made
 * by a macro) and not the function that is declared. `behind` is the token after its `)`.
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

/** `struct [attributes] [tag] [{ … }]`; returns the token behind. */
function readTag(scan: Scan, keyword: number, to: number, spec: Specifiers): number {
  const { kinds, values } = scan.tokens;
  let at = keyword + 1;
  spec.tagged = keyword;
  while (at < to) {
    if (kinds[at] === T_DIRECTIVE) {
      at = follow(scan, at);
      continue;
    }
    if (kinds[at] !== T_IDENTIFIER) break;
    const flag = scan.symbols.flags[values[at]!]!;
    if ((flag & F_ATTRIBUTE_CALL) !== 0) at = kinds[at + 1] === OPEN ? behindGroup(scan, at + 1, to) : at + 1;
    else if ((flag & F_ATTRIBUTE) !== 0) at++;
    else if (spec.tag < 0) spec.tag = at++;
    else break;
  }
  const word = scan.nameOf(keyword);
  spec.base = spec.tag < 0 ? `${word} ` : `${word} ${scan.nameOf(spec.tag)}`;
  if (at < to && kinds[at] === OPEN_BRACE) {
    spec.body = at;
    return behindGroup(scan, at, to);
  }
  return at;
}

/** `typeof(type)`; the type of an expression is not known. Returns the token behind. */
function readTypeof(scan: Scan, open: number, to: number, spec: Specifiers): number {
  const { kinds, values } = scan.tokens;
  const behind = behindGroup(scan, open, to);
  const first = open + 1;
  const close = behind - 1;
  if (
    kinds[first] === T_IDENTIFIER &&
    (scan.symbols.flags[values[first]!]! & (F_BUILTIN | F_RECORD | F_ENUM)) !== 0
  ) {
    const inner = readSpecifiers(scan, first, close);
    spec.base = readDeclarator(scan, inner.next, close, inner.base).type;
  }
  return behind;
}

function sectionOf(word: string): string {
  return word.startsWith('__') && (word.includes('init') || word.includes('exit')) ? word : '';
}

/** One declarator in tokens [from, to) on top of a base type. */
export function readDeclarator(scan: Scan, from: number, to: number, base: CType): Declarator {
  const result: Declarator = {
    name: -1,
    type: base,
    parameters: -1,
    isFunction: false,
    annotations: [],
    next: from,
  };
  result.next = readLevel(scan, from, to, base, result, 0);
  result.isFunction = result.type.endsWith('()');
  readTail(scan, to, result);
  return result;
}

/** Pointers, then a name or a group, then arrays and parameters; the group applies last. */
function readLevel(
  scan: Scan,
  from: number,
  to: number,
  base: CType,
  result: Declarator,
  depth: number,
): number {
  const { kinds, values } = scan.tokens;
  let type = base;
  let at = from;
  for (; at < to; at++) {
    const kind = kinds[at]!;
    if (kind === STAR || kind === 94) type = pointerTo(type);
    else if (kind === T_DIRECTIVE) at = follow(scan, at) - 1;
    else if (kind === T_IDENTIFIER) {
      const flag = scan.symbols.flags[values[at]!]!;
      if ((flag & F_ATTRIBUTE_CALL) !== 0) {
        if (kinds[at + 1] === OPEN) at = behindGroup(scan, at + 1, to) - 1;
      } else if ((flag & (F_QUALIFIER | F_ATTRIBUTE)) === 0) {
        // Of several words in a row the last is the name; the others are macros.
        if (kinds[at + 1] !== T_IDENTIFIER || at + 1 >= to || isNoName(scan, at + 1)) break;
      }
    } else break;
  }
  let group = -1;
  if (at < to && kinds[at] === T_IDENTIFIER) {
    result.name = at++;
    // A name made by a macro: `NAME(part)(parameters)`.
    if (kinds[at] === OPEN && at < to) {
      const behind = behindGroup(scan, at, to);
      if (behind < to && kinds[behind] === OPEN) at = behind;
    }
  } else if (at < to && kinds[at] === OPEN && depth < DEEPEST && groupsDeclarator(scan, at, to)) {
    group = at;
    at = behindGroup(scan, at, to);
  }
  let arrays = 0;
  let hasParameters = false;
  while (at < to) {
    if (kinds[at] === OPEN_BRACKET) arrays++;
    else if (kinds[at] === OPEN && !hasParameters) {
      hasParameters = true;
      result.parameters = at;
    } else if (kinds[at] === T_DIRECTIVE && !hasParameters) {
      at = follow(scan, at);
      continue;
    } else break;
    at = behindGroup(scan, at, to);
  }
  if (hasParameters) type = `${type}()`;
  if (arrays > 0) type += '[]'.repeat(arrays);
  result.type = type;
  if (group >= 0) {
    const outerParameters = result.parameters;
    result.parameters = -1;
    readLevel(scan, group + 1, behindGroup(scan, group, to) - 1, type, result, depth + 1);
    if (result.parameters < 0) result.parameters = outerParameters;
  }
  return at;
}

function isNoName(scan: Scan, token: number): boolean {
  const flag = scan.symbols.flags[scan.tokens.values[token]!]!;
  return (flag & (F_KEYWORD | F_ATTRIBUTE | F_ATTRIBUTE_CALL | F_ANNOTATION)) !== 0;
}

/** In a declarator without a name so far, `(` groups unless a parameter list stands in it. */
function groupsDeclarator(scan: Scan, open: number, to: number): boolean {
  const { kinds } = scan.tokens;
  if (opensPointer(scan, open, to)) return true;
  if (kinds[open + 1] === OPEN) return true;
  // `(name)(…)`, `(name)[…]`
  const close = scan.tokens.values[open]!;
  if (close === open + 2 && kinds[open + 1] === T_IDENTIFIER) {
    const behind = close + 1 < to ? kinds[close + 1] : 0;
    return behind === OPEN && !isNoName(scan, open + 1);
  }
  return (
    kinds[open + 1] === T_IDENTIFIER &&
    kinds[open + 2] === OPEN &&
    !isNoName(scan, open + 1) &&
    kinds[close + 1] === OPEN
  );
}

/** Attributes and lock annotations behind a declarator. */
function readTail(scan: Scan, to: number, result: Declarator): void {
  const { kinds, values, starts, ends } = scan.tokens;
  let at = result.next;
  while (at < to) {
    const kind = kinds[at]!;
    if (kind === T_DIRECTIVE) {
      at = follow(scan, at);
      continue;
    }
    if (kind !== T_IDENTIFIER) break;
    const isCall = at + 1 < to && kinds[at + 1] === OPEN;
    const behind = isCall ? behindGroup(scan, at + 1, to) : at + 1;
    if ((scan.symbols.flags[values[at]!]! & F_ANNOTATION) !== 0) {
      const argument = isCall ? textOf(scan.units, ends[at + 1]!, starts[behind - 1]!).trim() : '';
      result.annotations.push({ name: scan.nameOf(at), argument });
    }
    at = behind;
  }
  result.next = at;
}

/** A pointer to a function is written `(*)`, see CType. */
function pointerTo(type: CType): CType {
  return type.endsWith('()') ? `${type.slice(0, -2)}(*)` : `${type}*`;
}

/** The parameters between `open` and its partner; a variadic tail is none. `names` receives their symbols. */
export function readParameters(scan: Scan, open: number, names?: number[]): Parameter[] {
  const { kinds } = scan.tokens;
  const close = scan.tokens.values[open]!;
  const list: Parameter[] = [];
  let at = open + 1;
  while (at < close) {
    const end = nextComma(scan, at, close);
    const spec = readSpecifiers(scan, at, end);
    const declarator = readDeclarator(scan, spec.next, end, spec.base);
    const type = declarator.isFunction ? pointerTo(declarator.type) : declarator.type;
    const name = declarator.name < 0 ? '' : scan.nameOf(declarator.name);
    if (declarator.name >= 0) names?.push(scan.tokens.values[declarator.name]!);
    if (!(type === 'void' && name === '') && kinds[at] !== T_ELLIPSIS) list.push({ name, type });
    at = end + 1;
  }
  return list;
}

/** The next comma outside brackets in [from, to), or `to`. Only followed arms are looked at. */
export function nextComma(scan: Scan, from: number, to: number): number {
  const { kinds } = scan.tokens;
  let at = from;
  while (at < to) {
    const kind = kinds[at]!;
    if (kind === COMMA) return at;
    if (kind === OPEN || kind === OPEN_BRACKET || kind === OPEN_BRACE) at = behindGroup(scan, at, to);
    else if (kind === T_DIRECTIVE) at = follow(scan, at);
    else at++;
  }
  return to;
}

/** Behind an initialiser that begins at `from`. */
export function behindInitializer(scan: Scan, from: number, to: number): number {
  return scan.tokens.kinds[from] === EQUALS ? nextComma(scan, from, to) : from;
}

export { COMMA, EQUALS, OPEN, OPEN_BRACE, OPEN_BRACKET };
