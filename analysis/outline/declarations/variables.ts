import { readDeclarator } from './declarators.js';
import type { Declarator } from './declarators.js';
import type { Outliner } from '../outliner.js';
import type { Scan } from '../tokens/scan.js';
import { readSpecifiers } from './specifiers.js';
import type { Specifiers } from './specifiers.js';
import { F_KEYWORD, F_UPPER, textOf } from '../tokens/symbols.js';
import {
  AMPERSAND,
  CLOSE,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  T_DIRECTIVE,
  T_IDENTIFIER,
  T_NUMBER,
  T_STRING,
} from '../tokens/tokens.js';
import type { InitializerMember } from '../types.js';
import { noteProtocol } from './protocols.js';
import { noteScopeDefinition } from './scopes.js';
import { behindGroup, nextComma } from '../tokens/walk.js';
import { lastMember, memberPath, positional, withoutPosition } from '../designators.js';

const DEEPEST = 40;
const NO_MEMBERS: readonly InitializerMember[] = [];

/** Notes a variable; `end` is the token after its initialiser. */
export function noteVariable(out: Outliner, spec: Specifiers, declarator: Declarator, end: number): void {
  const { scan } = out;
  const { name, type, next } = declarator;
  let members = NO_MEMBERS;
  if (next < end && scan.tokens.kinds[next] === EQUALS) {
    const list: InitializerMember[] = [];
    let arrays = 0;
    for (let rest = type; rest.endsWith('[]'); rest = rest.slice(0, -2)) arrays++;
    readInitializer(scan, next + 1, end, '', arrays, list, 0);
    const constant = spec.isConst && !/[*\]]$/u.test(type) ? loneName(scan, next + 1, end) : -1;
    if (constant >= 0 && list.length === 0) list.push({ field: '', value: scan.nameOf(constant) });
    if (list.length > 0) members = list;
    noteRecursive(out, name, next + 1);
  }
  for (const { name: by, argument } of declarator.annotations)
    out.guards.push({ tag: '', field: scan.nameOf(name), by, lock: argument });
  const variable = {
    name: scan.nameOf(name),
    nameSpan: scan.tokenSpan(name),
    type,
    isStatic: spec.isStatic,
    isExtern: spec.isExtern,
    condition: scan.arms.conditionAt(name),
    definedBy: '',
    members,
  };
  out.variables.push(variable);
  noteProtocol(out, variable, name);
}

/** Notes a lock whose initialiser at token `value` makes it recursive. */
function noteRecursive({ scan, lockInits }: Outliner, name: number, value: number): void {
  if (scan.tokens.kinds[value] !== T_IDENTIFIER) return;
  if (scan.models.lockNaming(scan.nameOf(value))?.attributes === undefined) return;
  const line = scan.lineAt(scan.tokens.starts[value]!);
  lockInits.push({
    lock: `&${scan.nameOf(name)}`,
    names: [],
    type: '',
    handler: '',
    keyLine: 0,
    mayRecurse: true,
    line,
  });
}

/** Notes `MACRO(arguments)` at file scope: as a variable if a model says so, otherwise as a macro use. */
export function noteMacroUse(out: Outliner, spec: Specifiers, word: number, end: number): void {
  const { scan } = out;
  const open = word + 1;
  const close = behindGroup(scan, open, scan.tokens.count) - 1;
  const macro = scan.nameOf(word);
  noteScopeDefinition(out, word, close);
  const model = scan.models.declarator(macro);
  const values: string[] = [];
  let nameToken = -1;
  let count = '';
  let givenType = '';
  let at = open + 1;
  for (let index = 0; at < close; index++) {
    const stop = nextComma(scan, at, close);
    const token = loneName(scan, at, stop);
    values.push(token < 0 ? '' : scan.nameOf(token));
    if (model !== undefined && index === model.nameArg)
      nameToken = token < 0 ? firstName(scan, at, stop) : token;
    else if (model !== undefined && index === model.countArg)
      count = textOf(scan.units, scan.tokens.starts[at]!, scan.tokens.ends[stop - 1]!);
    else if (model?.type === '' && givenType === '') {
      const inner = readSpecifiers(scan, at, stop);
      givenType = readDeclarator(scan, inner.next, stop, inner.base).type;
    }
    at = stop + 1;
  }
  const condition = scan.arms.conditionAt(word);
  if (spec.isTypedef) {
    const name = nameToken < 0 ? values.find((value) => value !== '') : scan.nameOf(nameToken);
    if (name !== undefined) out.typedefs.push({ name, type: model?.type ?? '' });
    return;
  }
  if (model === undefined || nameToken < 0) {
    out.macroUses.push({
      name: macro,
      arguments: values,
      line: scan.lineAt(scan.tokens.starts[word]!),
      condition,
    });
    return;
  }
  const members: InitializerMember[] = [];
  for (const [index, value] of values.entries()) {
    if (index !== model.nameArg && index !== model.countArg && value !== '' && /[a-z]/u.test(value))
      members.push({ field: model.members?.[index] || positional(index), value });
  }
  if (count !== '' && model.countArg !== undefined)
    members.push({ field: positional(model.countArg), value: count });
  let type = model.type === '' ? givenType : model.type;
  let next = close + 1;
  while (next < end && scan.tokens.kinds[next] === OPEN_BRACKET) {
    type += '[]';
    next = behindGroup(scan, next, end);
  }
  while (next < end && scan.tokens.kinds[next] !== EQUALS) next++;
  if (next < end) readInitializer(scan, next + 1, end, '', 0, members, 0);
  out.variables.push({
    name: scan.nameOf(nameToken),
    nameSpan: scan.tokenSpan(nameToken),
    type,
    isStatic: spec.isStatic || model.isStatic === true,
    isExtern: spec.isExtern || model.declaresOnly === true,
    condition,
    definedBy: macro,
    members,
  });
}

/** The identifier that makes up [from, to), apart from casts and a leading `&`; -1 if there is more. */
function loneName(scan: Scan, from: number, to: number): number {
  const { kinds, values } = scan.tokens;
  let at = from;
  while (at < to) {
    if (kinds[at] === AMPERSAND || kinds[at] === T_DIRECTIVE) at++;
    else if (kinds[at] === OPEN && behindGroup(scan, at, to) < to) at = behindGroup(scan, at, to);
    else break;
  }
  if (at !== to - 1) {
    // `(name)`
    if (at < to && kinds[at] === OPEN && kinds[to - 1] === CLOSE && values[at] === to - 1)
      return loneName(scan, at + 1, to - 1);
    return -1;
  }
  if (kinds[at] !== T_IDENTIFIER) return -1;
  return (scan.symbols.flags[values[at]!]! & F_KEYWORD) === 0 ? at : -1;
}

function firstName(scan: Scan, from: number, to: number): number {
  const { kinds, values } = scan.tokens;
  for (let at = from; at < to; at++) {
    if (kinds[at] === T_IDENTIFIER && (scan.symbols.flags[values[at]!]! & F_KEYWORD) === 0) return at;
  }
  return -1;
}

/** Collects the names in the initialiser [from, to). `arrays` levels of braces contain elements, not members. */
function readInitializer(
  scan: Scan,
  from: number,
  to: number,
  path: string,
  arrays: number,
  into: InitializerMember[],
  depth: number,
): void {
  const { kinds, values } = scan.tokens;
  if (from >= to || depth > DEEPEST) return;
  if (kinds[from] === OPEN_BRACE) {
    const close = values[from]!;
    if (close > from) readList(scan, from + 1, Math.min(close, to), path, arrays, into, depth + 1);
    return;
  }
  const name = loneName(scan, from, to);
  if (name >= 0) {
    const value = scan.nameOf(name);
    if (
      (scan.symbols.flags[values[name]!]! & F_UPPER) === 0 ||
      value === scan.models.moduleOwner ||
      scan.models.isWatchingName(path)
    )
      into.push({ field: path, value });
    return;
  }
  // `&variable.member` names the variable.
  if (kinds[from] === AMPERSAND && from + 2 < to && kinds[from + 1] === T_IDENTIFIER) {
    if (kinds[from + 2] === DOT && (scan.symbols.flags[values[from + 1]!]! & (F_UPPER | F_KEYWORD)) === 0)
      into.push({ field: path, value: scan.nameOf(from + 1) });
    return;
  }
  // A compound literal `(type) { … }` or a macro with arguments.
  if (kinds[from] === OPEN && values[from]! > from && values[from]! + 1 < to) {
    readInitializer(scan, values[from]! + 1, to, path, arrays, into, depth + 1);
  } else if (kinds[from] === AMPERSAND && from + 1 < to && kinds[from + 1] === OPEN) {
    readInitializer(scan, from + 1, to, path, arrays, into, depth + 1);
  } else if (kinds[from] === T_IDENTIFIER && from + 1 < to && kinds[from + 1] === OPEN) {
    readArguments(scan, from, to, path, into);
  }
}

/** Notes the first of the constants in a member that says when operations may sleep, or which locks they are called with. */
function noteFlags(scan: Scan, from: number, field: string, into: InitializerMember[]): void {
  const isConstant = (scan.symbols.flags[scan.tokens.values[from]!]! & F_UPPER) !== 0;
  if (isConstant && scan.models.isContextMember(lastMember(field)))
    into.push({ field, value: scan.nameOf(from) });
}

/** Notes a string by which a table watches objects, and the number in a member that says when operations may sleep. */
function noteLiteral(scan: Scan, from: number, to: number, field: string, into: InitializerMember[]): void {
  const { kinds, starts, ends } = scan.tokens;
  const { models } = scan;
  const isTold =
    kinds[from] === T_STRING ? models.isWatchingName(field) : models.isContextMember(lastMember(field));
  if (from + 1 !== to || !isTold) return;
  into.push({ field, value: textOf(scan.units, starts[from]!, ends[from]!) });
}

function readArguments(scan: Scan, word: number, to: number, path: string, into: InitializerMember[]): void {
  const { values } = scan.tokens;
  const close = Math.min(values[word + 1]!, to);
  const members = scan.models.memberMacro(scan.nameOf(word));
  let at = word + 2;
  for (let index = 0; at < close; index++) {
    const stop = nextComma(scan, at, close);
    const name = loneName(scan, at, stop);
    if (name >= 0 && (scan.symbols.flags[values[name]!]! & F_UPPER) === 0) {
      const member = members?.[index];
      // It is in the place of a member, so the position carries no information.
      const field =
        member === undefined
          ? memberPath(path, `${scan.nameOf(word)}(${index})`)
          : memberPath(withoutPosition(path), member);
      into.push({ field, value: scan.nameOf(name) });
    }
    at = stop + 1;
  }
}

/** Reads the elements between braces, in all arms of a group. */
function readList(
  scan: Scan,
  from: number,
  to: number,
  path: string,
  arrays: number,
  into: InitializerMember[],
  depth: number,
): void {
  const { kinds } = scan.tokens;
  let at = from;
  let position = 0;
  while (at < to) {
    if (kinds[at] === T_DIRECTIVE || kinds[at] === COMMA) {
      at++;
      continue;
    }
    const end = elementEnd(scan, at, to);
    let field = path;
    let value = at;
    let isDesignated = false;
    if (kinds[at] === DOT || kinds[at] === OPEN_BRACKET) {
      isDesignated = true;
      while (value < end && kinds[value] !== EQUALS && kinds[value] !== OPEN_BRACE) {
        if (kinds[value] === DOT && kinds[value + 1] === T_IDENTIFIER && value + 1 < end) {
          field = field === '' ? scan.nameOf(value + 1) : `${field}.${scan.nameOf(value + 1)}`;
        }
        value = kinds[value] === OPEN_BRACKET ? behindGroup(scan, value, end) : value + 1;
      }
      if (kinds[value] === EQUALS) value++;
    } else if (kinds[at] === T_IDENTIFIER && kinds[at + 1] === COLON && at + 1 < end) {
      // The old spelling `field: value`.
      isDesignated = true;
      field = memberPath(field, scan.nameOf(at));
      value = at + 2;
    }
    if (!isDesignated && arrays === 0) field = memberPath(field, positional(position));
    if (kinds[value] === T_STRING || kinds[value] === T_NUMBER) noteLiteral(scan, value, end, field, into);
    else readInitializer(scan, value, end, field, Math.max(0, arrays - 1), into, depth);
    if (kinds[value] === T_IDENTIFIER) noteFlags(scan, value, field, into);
    position++;
    at = end;
  }
}

/** The comma or directive that ends an element; a macro that expands to members needs none. */
function elementEnd(scan: Scan, from: number, to: number): number {
  const { kinds } = scan.tokens;
  let at = from;
  if (kinds[from] === T_IDENTIFIER && kinds[from + 1] === OPEN && from + 1 < to) {
    at = behindGroup(scan, from + 1, to);
    if (at < to && (kinds[at] === DOT || kinds[at] === T_IDENTIFIER)) return at;
  }
  while (at < to) {
    const kind = kinds[at]!;
    if (kind === COMMA || kind === T_DIRECTIVE) return at;
    if (kind === OPEN || kind === OPEN_BRACE || kind === OPEN_BRACKET) at = behindGroup(scan, at, to);
    else at++;
  }
  return to;
}
