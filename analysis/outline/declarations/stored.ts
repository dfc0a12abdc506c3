import { F_KEYWORD, F_UPPER, type IdentifierTable } from '../tokens/symbols.js';
import {
  CLOSE,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUESTION,
  SEMICOLON,
  T_ARROW,
  T_IDENTIFIER,
  type TokenBuffer,
} from '../tokens/tokens.js';

/** Tokens of a conditional expression that stores one of two functions. */
const LONGEST_CHOICE = 40;
const NOTHING: readonly number[] = [];
/** Numbers of a store in the list that {@link putsInto} extends. */
export const FILL = 4;

/** The tokens of a body. */
interface Body {
  readonly from: number;
  readonly to: number;
}

/** A member or, with -1 as `member`, a variable that a statement assigns; `at` is its token. */
interface Assigned {
  readonly member: number;
  readonly variable: number;
  readonly at: number;
}

/** Notes what a statement, or a literal with a type of its own, stores in a member or in a variable. */
export function putsInto(
  puts: number[],
  tokens: TokenBuffer,
  flags: IdentifierTable['flags'],
  { member, variable, at }: Assigned,
  value: number,
  { from, to }: Body,
): void {
  const { kinds, values } = tokens;
  const names = isInLiteral(tokens, at, value, from) ? [value] : storedAt(kinds, value, to);
  for (const name of names) {
    const isNamed = (flags[values[name]!]! & (F_UPPER | F_KEYWORD)) === 0;
    if (isNamed) puts.push(member, values[name]!, variable, at);
  }
}

/** Whether the member at token `at` is one of a literal, and its value a name: `(struct ops){ .open = f, … }`. */
function isInLiteral(tokens: TokenBuffer, at: number, value: number, from: number): boolean {
  const { kinds } = tokens;
  const before = kinds[at - 2];
  const behind = kinds[value + 1];
  return (
    kinds[at - 1] === DOT &&
    (before === OPEN_BRACE || before === COMMA) &&
    kinds[value] === T_IDENTIFIER &&
    (behind === COMMA || behind === CLOSE_BRACE) &&
    literalAround(tokens, at, from) !== undefined
  );
}

/** The tokens of the names that a value may be: `f;`, `functions[i];`, `rows[i].f;`, `condition ? f : g;`. */
function storedAt(kinds: Uint8Array, from: number, to: number): readonly number[] {
  if (from >= to) return NOTHING;
  if (kinds[from] === T_IDENTIFIER && kinds[from + 1] === SEMICOLON) return [from];
  if (elementEnd(kinds, from, to) > 0) return [from];
  let end = from + 1;
  while (end < to && end < from + LONGEST_CHOICE && kinds[end] !== SEMICOLON) end++;
  const isChoice =
    kinds[end] === SEMICOLON &&
    kinds[end - 1] === T_IDENTIFIER &&
    kinds[end - 2] === COLON &&
    kinds[end - 3] === T_IDENTIFIER &&
    kinds[end - 4] === QUESTION;
  return isChoice ? [end - 3, end - 1] : NOTHING;
}

/**
 * The token of the semicolon behind an element of an array at `from`, `functions[i];` or `rows[i].f;`; 0 for anything else.
 */
export function elementEnd(kinds: Uint8Array, from: number, to: number): number {
  if (kinds[from] !== T_IDENTIFIER || kinds[from + 1] !== OPEN_BRACKET) return 0;
  let close = from + 1;
  for (let depth = 0; close < to && kinds[close] !== SEMICOLON; close++) {
    if (kinds[close] === OPEN_BRACKET) depth++;
    else if (kinds[close] === CLOSE_BRACKET && --depth === 0) break;
  }
  if (kinds[close] !== CLOSE_BRACKET) return 0;
  const isMember = kinds[close + 1] === DOT && kinds[close + 2] === T_IDENTIFIER;
  const end = isMember ? close + 3 : close + 1;
  return kinds[end] === SEMICOLON ? end : 0;
}

/**
 * The token of the first word in `v.field`, `v->member.field` and `v[i].field`, with the last dot or arrow at `at`; -1 for
 * anything else. `members` receives those in between, the last one first.
 */
export function rootBefore(tokens: TokenBuffer, at: number, from: number, members?: number[]): number {
  const { kinds, values } = tokens;
  for (let dot = at; dot > from; dot--) {
    const word = kinds[dot - 1] === CLOSE_BRACKET ? beforeIndex(kinds, dot - 1, from) : dot - 1;
    if (word < from || kinds[word] !== T_IDENTIFIER) return -1;
    const before = kinds[word - 1];
    if (before !== T_ARROW && before !== DOT) return word;
    members?.push(values[word]!);
    dot = word;
  }
  return -1;
}

/**
 * The tokens of the type of a literal, `struct ops` in `(struct ops){ .open = f }` and in `struct ops ops = { .open = f }`,
 * from one of its members at token `at`; `undefined` for a literal inside another one, and an array's.
 */
export function literalAround(
  { kinds, values }: TokenBuffer,
  at: number,
  from: number,
): readonly [from: number, to: number] | undefined {
  for (let token = at - 2; token > from; token--) {
    const kind = kinds[token];
    if (kind === OPEN_BRACE) {
      const close = token - 1;
      if (kinds[close] === EQUALS) return typeBefore(kinds, close - 1, from);
      const open = kinds[close] === CLOSE ? values[close]! : -1;
      return open >= from && kinds[open - 1] !== T_IDENTIFIER ? [open + 1, close] : undefined;
    }
    if (kind === SEMICOLON || kind === OPEN || kind === OPEN_BRACKET) return undefined;
    const isClosing = kind === CLOSE || kind === CLOSE_BRACE || kind === CLOSE_BRACKET;
    if (isClosing && values[token]! >= from && values[token]! < token) token = values[token]!;
  }
  return undefined;
}

/** The tokens of the type in the declaration of the variable at a token; `undefined` for a member, a pointer or an array. */
function typeBefore(
  kinds: Uint8Array,
  name: number,
  from: number,
): readonly [from: number, to: number] | undefined {
  let first = name;
  while (first >= from && kinds[first] === T_IDENTIFIER) first--;
  const before = kinds[first];
  const isStatement = first < from || before === SEMICOLON || before === OPEN_BRACE || before === CLOSE_BRACE;
  return isStatement && first < name - 1 ? [first + 1, name] : undefined;
}

/** The token in front of the bracket that the one at `close` closes. */
function beforeIndex(kinds: Uint8Array, close: number, from: number): number {
  let depth = 1;
  let at = close;
  while (depth > 0 && --at > from) {
    if (kinds[at] === CLOSE_BRACKET) depth++;
    else if (kinds[at] === OPEN_BRACKET) depth--;
  }
  return at - 1;
}
