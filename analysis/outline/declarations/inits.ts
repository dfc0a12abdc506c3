import { baseOf, type CType } from '../../base/ctype.js';
import type { Scan } from '../tokens/scan.js';
import { readSpecifiers } from './specifiers.js';
import { textOf } from '../tokens/symbols.js';
import {
  CLOSE,
  CLOSE_BRACE,
  COMMA,
  EQUALS,
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUESTION,
  SEMICOLON,
  STAR,
  T_IDENTIFIER,
} from '../tokens/tokens.js';
import type { LockInitItem, LockPointerItem, Parameter, WrittenPath } from '../types.js';
import { argumentsIn, behindGroup, type TokenRange } from '../tokens/walk.js';

/** lockdep never prints a longer expression as a name. */
const LONGEST = 200;
/** Declarations are near the start of their block: at most this many tokens back. */
const FURTHEST = 4000;

/** A function designator. */
const NAME = /^&?([A-Za-z_]\w*)$/;

/** A variable or a member, not a declaration. */
const PATH = /^\w+(?:(?:->|\.)\w+|\[\w+\])*$/;

/** The lock names that the initialiser call at token `call` determines. */
export function readInit(
  scan: Scan,
  call: number,
  bodyStart: number,
  parameters: readonly Parameter[],
): LockInitItem | undefined {
  const naming = scan.models.lockNaming(scan.nameOf(call));
  const open = call + 1;
  if (naming === undefined || scan.tokens.kinds[open] !== OPEN) return undefined;
  const close = behindGroup(scan, open, scan.tokens.count) - 1;
  const args = argumentsIn(scan, open + 1, close).slice(0, 4);
  const texts = args.map(({ from, to }) => argumentText(scan, from, to));
  let root = wordOf(scan, args[naming.lockArg]);
  const key = wordOf(scan, args[naming.keyArg ?? -1]);
  let lock = texts[naming.lockArg] ?? '';
  if (naming.lockArg < 0 && naming.names.length > 0) {
    const from = assignedBefore(scan, call, bodyStart);
    const target =
      from < 0 ? undefined : (storedLater(scan, from, call, bodyStart) ?? { from, to: call - 1 });
    const text = target === undefined ? '' : argumentText(scan, target.from, target.to);
    if (target !== undefined && PATH.test(text)) {
      lock = text;
      root = firstWord(scan, target.from, target.to);
    }
  }
  if (lock === '' || lock.length > LONGEST) return undefined;
  const { attributes } = naming;
  return {
    lock,
    names: naming.names.map((format) => fill(format, texts)).filter((name) => name !== ''),
    type: root < 0 ? '' : typeOfWord(scan, root, bodyStart, parameters),
    handler: NAME.exec(texts[naming.handlerArg ?? texts.length] ?? '')?.[1] ?? '',
    keyLine: key < 0 ? 0 : lineOfWord(scan, key, bodyStart),
    mayRecurse: attributes !== undefined && !attributes.none.includes(texts[attributes.arg] ?? ''),
    line: scan.lineAt(scan.tokens.starts[call]!),
  };
}

/** The start of `p->queue` in the statement `p->queue = call(…);`; -1 if the call is no assigned value. */
function assignedBefore(scan: Scan, call: number, bodyStart: number): number {
  const { kinds } = scan.tokens;
  if (kinds[call - 1] !== EQUALS) return -1;
  let start = call - 1;
  while (start > bodyStart && !endsStatement(kinds[start - 1]!)) start--;
  return kinds[start] === T_IDENTIFIER && start < call - 1 ? start : -1;
}

/** The member in `p->queue = made;`, the first that a variable given the call's value is stored in. */
function storedLater(
  scan: Scan,
  statement: number,
  call: number,
  bodyStart: number,
): { readonly from: number; readonly to: number } | undefined {
  const { kinds, values, count } = scan.tokens;
  const variable = call - 2;
  const isDeclared =
    statement === variable
      ? declarationOf(scan, variable, bodyStart) !== undefined
      : declaredAt(scan, variable, bodyStart) !== '';
  if (kinds[variable] !== T_IDENTIFIER || !isDeclared) return undefined;
  const last = Math.min(count, call + FURTHEST);
  let depth = 0;
  for (let at = bodyStart; at < call; at++) depth += nesting(kinds[at]!);
  for (let at = call, start = call; at < last && depth > 0; at++) {
    depth += nesting(kinds[at]!);
    if (endsStatement(kinds[at]!)) start = at + 1;
    if (kinds[at] !== EQUALS || start >= at - 1 || kinds[at + 2] !== SEMICOLON) continue;
    if (kinds[at + 1] === T_IDENTIFIER && values[at + 1] === values[variable]) return { from: start, to: at };
  }
  return undefined;
}

function nesting(kind: number): number {
  return kind === OPEN_BRACE ? 1 : kind === CLOSE_BRACE ? -1 : 0;
}

/** Reads an assignment of a lock's address to the member at token `member`. */
export function readPointer(
  scan: Scan,
  member: number,
  bodyStart: number,
  parameters: readonly Parameter[],
): LockPointerItem | undefined {
  const { kinds, count } = scan.tokens;
  let start = member;
  // Behind the head of a loop or a condition, a word follows a parenthesis.
  const isBehindHead = (): boolean => kinds[start - 1] === CLOSE && kinds[start] === T_IDENTIFIER;
  while (start > bodyStart && !endsStatement(kinds[start - 1]!) && !isBehindHead()) start--;
  const from = member + 2;
  let end = from;
  while (end < count && !endsStatement(kinds[end]!)) end++;
  // Skips a part of a longer statement: after a condition, or before another assignment.
  if (kinds[start] !== T_IDENTIFIER || kinds[end] !== SEMICOLON) return undefined;
  for (let at = from; at < end; at++) if (kinds[at] === EQUALS || kinds[at] === QUESTION) return undefined;
  const path = (first: number, last: number): WrittenPath => {
    const root = firstWord(scan, first, last);
    const type = root < 0 ? '' : typeOfWord(scan, root, bodyStart, parameters);
    return { text: argumentText(scan, first, last), type };
  };
  return { member: path(start, member + 1), lock: path(from, end) };
}

/** Reads the lock that the call at token `call` gives to the object that it makes. */
export function readGiven(
  scan: Scan,
  call: number,
  bodyStart: number,
  parameters: readonly Parameter[],
): LockPointerItem | undefined {
  const given = scan.models.lockGiven(scan.nameOf(call));
  const open = call + 1;
  if (given === undefined || scan.tokens.kinds[open] !== OPEN) return undefined;
  const close = behindGroup(scan, open, scan.tokens.count) - 1;
  const arg = argumentsIn(scan, open + 1, close)[given.lockArg];
  const root = wordOf(scan, arg);
  const text = arg === undefined ? '' : argumentText(scan, arg.from, arg.to);
  if (root < 0 || !/^&?\w/.test(text)) return undefined;
  const [tag = '', member = ''] = given.member.split('.');
  return {
    member: { text: `object->${member}`, type: `struct ${tag}*` },
    lock: { text, type: typeOfWord(scan, root, bodyStart, parameters) },
  };
}

/** The text as the preprocessor stringifies it: blanks and line breaks become one blank. */
function argumentText(scan: Scan, from: number, to: number): string {
  if (from >= to) return '';
  const start = scan.tokens.starts[from]!;
  const end = Math.min(scan.tokens.ends[to - 1]!, start + LONGEST + 1);
  return textOf(scan.units, start, end).replace(/\s+/g, ' ');
}

function fill(format: string, texts: readonly string[]): string {
  let isWhole = true;
  const name = format.replace(/([$"@])(\d)/g, (_, how: string, index: string) => {
    const text = texts[Number(index)] ?? '';
    const part = how === '$' ? text : how === '"' ? /^"(.*)"$/.exec(text)?.[1] : /(\w+)\W*$/.exec(text)?.[1];
    // A format stands for many names.
    isWhole &&= part !== undefined && part !== '' && (how !== '"' || !part.includes('%'));
    return part ?? '';
  });
  return isWhole ? name : '';
}

function wordOf(scan: Scan, arg: TokenRange | undefined): number {
  return arg === undefined ? -1 : firstWord(scan, arg.from, arg.to);
}

function firstWord(scan: Scan, from: number, to: number): number {
  for (let at = from; at < to; at++)
    if (scan.tokens.kinds[at] === T_IDENTIFIER && !scan.models.isMemberCall(scan.nameOf(at))) return at;
  return -1;
}

/** The type of a parameter or local by its nearest preceding declaration; `''` for anything else. */
export function typeOfWord(
  scan: Scan,
  word: number,
  bodyStart: number,
  parameters: readonly Parameter[],
): CType {
  const declared = declarationOf(scan, word, bodyStart);
  if (declared !== undefined) return declared.type;
  const name = scan.nameOf(word);
  return parameters.find((parameter) => parameter.name === name)?.type ?? '';
}

/** The line of the nearest preceding declaration; 0 if the function has none. */
function lineOfWord(scan: Scan, word: number, bodyStart: number): number {
  const declared = declarationOf(scan, word, bodyStart);
  return declared === undefined ? 0 : scan.lineAt(scan.tokens.starts[declared.at]!);
}

function declarationOf(
  scan: Scan,
  word: number,
  bodyStart: number,
): { readonly at: number; readonly type: CType } | undefined {
  const { kinds, values } = scan.tokens;
  const symbol = values[word]!;
  const first = Math.max(bodyStart, word - FURTHEST);
  for (let at = word - 1; at > first; at--) {
    if (kinds[at] !== T_IDENTIFIER || values[at] !== symbol) continue;
    const next = kinds[behindAttributes(scan, at + 1, word)];
    if (next !== EQUALS && next !== SEMICOLON && next !== COMMA && next !== OPEN_BRACKET) continue;
    const type = declaredAt(scan, at, first);
    if (type !== '') return { at, type: next === OPEN_BRACKET ? `${type}[]` : type };
  }
  return undefined;
}

/** Behind the attributes of a declarator, if there are any: `__free(kfree)`, `__maybe_unused`. */
function behindAttributes(scan: Scan, from: number, end: number): number {
  const { kinds } = scan.tokens;
  let at = from;
  while (at < end && kinds[at] === T_IDENTIFIER)
    at = kinds[at + 1] === OPEN ? behindGroup(scan, at + 1, end) : at + 1;
  return at;
}

/** The type of the declarator's name at `at`; `''` if the statement declares nothing. */
function declaredAt(scan: Scan, at: number, first: number): CType {
  const { kinds } = scan.tokens;
  let stars = 0;
  let before = at - 1;
  while (before > first && kinds[before] === STAR) {
    stars++;
    before--;
  }
  if (kinds[before] !== T_IDENTIFIER && kinds[before] !== COMMA) return '';
  let start = before;
  while (start > first && !endsStatement(kinds[start - 1]!)) start--;
  const spec = readSpecifiers(scan, start, at);
  const isFirst = spec.next === before + 1;
  if (spec.base === '' || baseOf(spec.base) !== spec.base) return '';
  return isFirst || kinds[before] === COMMA ? `${spec.base}${'*'.repeat(stars)}` : '';
}

function endsStatement(kind: number): boolean {
  return kind === SEMICOLON || kind === OPEN_BRACE || kind === CLOSE_BRACE;
}
