import { freedBy, scopeBegin, scopeEnd } from '../../models/records/scope-names.js';
import type { IdentifierTable } from '../tokens/symbols.js';
import {
  F_CONTROL,
  F_ENUM,
  F_KEYWORD,
  F_LOCK_INIT,
  F_LOCK_MEMBER,
  F_LOCK_SITE,
  F_TELLS_CONTEXT,
  F_PUT,
  F_RECORD,
  F_SCOPE,
  F_STATEMENT,
  F_UPPER,
} from '../tokens/symbols.js';
import {
  AMPERSAND,
  CLOSE,
  CLOSE_BRACE,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  OPEN,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUESTION,
  SEMICOLON,
  STAR,
  T_ARROW,
  T_DIRECTIVE,
  T_IDENTIFIER,
  T_PASTE,
} from '../tokens/tokens.js';
import type { TokenBuffer } from '../tokens/tokens.js';
import { elementEnd, FILL, putsInto, rootBefore } from './stored.js';

/** The names in a body, as unsorted lists of symbols without duplicates. */
export interface BodyFacts {
  readonly calls: number[];
  readonly indirectCalls: number[];
  readonly references: number[];
  /**
   * Fours: the symbols of a member or -1 for the variable itself, of the name stored in it, of its variable or -1; and the
   * token of the member or the variable. May contain duplicates.
   */
  readonly fills: number[];
  /** The same with a parameter in place of the name. */
  readonly stores: number[];
  /** Tokens of `struct`, `union` and `enum` that define a type. */
  readonly definitions: number[];
  /** Tokens of calls that initialise a lock. */
  readonly inits: number[];
  /** Tokens of members that may point to a lock and are assigned an address. */
  readonly pointers: number[];
  /** Alternates the word and the class of guards that are no lock sites; may contain duplicates. */
  readonly guards: number[];
  lockSites: number;
}

const facts: BodyFacts = {
  calls: [],
  indirectCalls: [],
  references: [],
  fills: [],
  stores: [],
  definitions: [],
  inits: [],
  pointers: [],
  guards: [],
  lockSites: 0,
};
/** Candidates for references that may still turn out to be locals. */
const values: number[] = [];
/** Candidates for stores to members: member, value, variable, token. */
const puts: number[] = [];

/**
 * Collects what tokens [from, to) call and name. `parameters` are symbols that are not references. The next call reuses
 * the result. With `isMacro`, brackets have no partners and references are not collected.
 */
export function scanBody(
  tokens: TokenBuffer,
  symbols: IdentifierTable,
  from: number,
  to: number,
  parameters: readonly number[],
  isMacro: boolean,
): BodyFacts {
  const { kinds, values: data, count } = tokens;
  const { flags, called, fieldCalled, referenced, local, declared } = symbols;
  const stamp = symbols.nextStamp();
  const body = { from, to };
  facts.calls.length = 0;
  facts.indirectCalls.length = 0;
  facts.references.length = 0;
  facts.fills.length = 0;
  facts.stores.length = 0;
  puts.length = 0;
  facts.definitions.length = 0;
  facts.inits.length = 0;
  facts.pointers.length = 0;
  facts.guards.length = 0;
  facts.lockSites = 0;
  values.length = 0;
  for (const symbol of parameters) local[symbol] = stamp;
  for (let at = from; at < to; at++) {
    if (kinds[at] !== T_IDENTIFIER) continue;
    const symbol = data[at]!;
    const flag = flags[symbol]!;
    if ((flag & F_KEYWORD) !== 0) {
      if ((flag & (F_RECORD | F_ENUM)) !== 0 && definesType(kinds, at, to)) facts.definitions.push(at);
      continue;
    }
    const before = at > from ? kinds[at - 1]! : OPEN_BRACE;
    const next = at + 1 < count ? kinds[at + 1]! : CLOSE_BRACE;
    if (before === T_ARROW || before === DOT) {
      if (callsField(tokens, at, next, from, to, isMacro) && fieldCalled[symbol] !== stamp) {
        fieldCalled[symbol] = stamp;
        facts.indirectCalls.push(symbol);
      } else if (!isMacro) {
        const equals = behindIndex(tokens, at + 1);
        if (kinds[equals] === EQUALS) {
          const value = kinds[equals + 1] === AMPERSAND ? equals + 2 : equals + 1;
          if (value === at + 3 && (flag & F_LOCK_MEMBER) !== 0) facts.pointers.push(at);
          const root = rootBefore(tokens, at - 1, from);
          const variable = root < 0 ? -1 : data[root]!;
          putsInto(puts, tokens, flags, { member: symbol, variable, at }, value, body);
        }
      }
      continue;
    }
    if (next === OPEN) {
      if (before === T_PASTE) continue;
      if (called[symbol] !== stamp) {
        called[symbol] = stamp;
        facts.calls.push(symbol);
      }
      if ((flag & F_PUT) !== 0) {
        const release = releaseOf(tokens, symbols, at, to);
        if (release !== undefined && called[release] !== stamp && local[release] !== stamp) {
          called[release] = stamp;
          facts.calls.push(release);
        }
      }
      if ((flag & F_LOCK_INIT) !== 0) facts.inits.push(at);
      if ((flag & (F_LOCK_SITE | F_SCOPE)) !== 0 && isSite(tokens, symbols, at, flag, count))
        facts.lockSites++;
      else if ((flag & F_SCOPE) !== 0 && kinds[at + 2] === T_IDENTIFIER)
        facts.guards.push(symbol, data[at + 2]!);
      continue;
    }
    if (isMacro) continue;
    if (callsThrough(tokens, at, from, to) && fieldCalled[symbol] !== stamp) {
      fieldCalled[symbol] = stamp;
      facts.indirectCalls.push(symbol);
    }
    if ((flag & F_LOCK_SITE) !== 0 && isChosen(kinds, at)) facts.lockSites++;
    if (next === T_IDENTIFIER) continue;
    if (next === SEMICOLON && isStatementStart(before)) {
      if (called[symbol] !== stamp) {
        called[symbol] = stamp;
        facts.calls.push(symbol);
      }
      continue;
    }
    if ((flag & F_TELLS_CONTEXT) !== 0 && referenced[symbol] !== stamp) {
      referenced[symbol] = stamp;
      values.push(symbol);
    }
    const isDeclarator = before === T_IDENTIFIER || before === STAR || before === COMMA;
    if (isDeclarator) declared[symbol] = stamp;
    if (isValueEnd(next)) {
      if (isValueStart(tokens, flags, at, before, from)) {
        if (referenced[symbol] !== stamp && (flag & F_UPPER) === 0) {
          referenced[symbol] = stamp;
          values.push(symbol);
        }
        continue;
      }
      if (isDeclarator) local[symbol] = stamp;
    } else if (next === EQUALS || next === OPEN_BRACKET || next === T_ARROW || next === DOT) {
      local[symbol] = stamp;
      const equals = isStatementStart(before) ? behindIndex(tokens, at + 1) : at;
      if (kinds[equals] === EQUALS)
        putsInto(puts, tokens, flags, { member: -1, variable: symbol, at }, equals + 1, body);
    }
  }
  for (const symbol of values) if (local[symbol] !== stamp) facts.references.push(symbol);
  for (const symbol of facts.calls)
    if (local[symbol] === stamp && declared[symbol] === stamp && fieldCalled[symbol] !== stamp)
      facts.indirectCalls.push(symbol);
  for (let at = 0; at < puts.length; at += FILL) {
    const value = puts[at + 1]!;
    const isParameter = local[value] === stamp && parameters.includes(value);
    const isElement = declared[value] !== stamp && isOfArray(tokens, puts[at + 3]!, to);
    if (local[value] === stamp && !isParameter && !isElement) continue;
    const variable = puts[at + 2]!;
    if (puts[at]! < 0 && (declared[variable] === stamp || parameters.includes(variable))) continue;
    const isOwn = declared[variable] === stamp && !parameters.includes(variable);
    const list = isParameter ? facts.stores : facts.fills;
    list.push(puts[at]!, value, isOwn ? -1 : variable, puts[at + 3]!);
  }
  return facts;
}

/** Whether the value assigned to the member at token `at` is an element of an array. */
function isOfArray(tokens: TokenBuffer, at: number, to: number): boolean {
  return elementEnd(tokens.kinds, behindIndex(tokens, at + 1) + 1, to) > 0;
}

/** The token behind indices at `at`, or `at` if there are none: an array of functions is one slot, whatever its dimensions. */
function behindIndex({ kinds, values }: TokenBuffer, at: number): number {
  let behind = at;
  while (kinds[behind] === OPEN_BRACKET && values[behind]! > behind) behind = values[behind]! + 1;
  return behind;
}

/** The symbol of the function that the put at `at` calls for the last reference: `kref_put(&x->ref, release)`. */
function releaseOf(
  { kinds, values }: TokenBuffer,
  { models, names }: IdentifierTable,
  at: number,
  to: number,
): number | undefined {
  const arg = models.referencePut(names[values[at]!]!)?.releaseArg;
  let commas = 0;
  let depth = 0;
  for (let i = at + 1; i < to; i++) {
    const kind = kinds[i]!;
    if (kind === OPEN) depth++;
    else if (kind === CLOSE && --depth === 0) return undefined;
    else if (kind === COMMA && depth === 1 && ++commas === arg) {
      const name = kinds[i + 1] === AMPERSAND ? i + 2 : i + 1;
      const isBare = kinds[name] === T_IDENTIFIER && (kinds[name + 1] === CLOSE || kinds[name + 1] === COMMA);
      return isBare ? values[name] : undefined;
    }
  }
  return undefined;
}

/** `struct {`, `struct tag {`. */
function definesType(kinds: Uint8Array, at: number, to: number): boolean {
  if (at + 2 >= to) return false;
  return kinds[at + 1] === OPEN_BRACE || (kinds[at + 1] === T_IDENTIFIER && kinds[at + 2] === OPEN_BRACE);
}

/** Whether the modelled word at `at`, followed by `(`, is a lock site and not a declaration or member. */
export function isSite(
  tokens: TokenBuffer,
  symbols: IdentifierTable,
  at: number,
  flag: number,
  to: number,
): boolean {
  const { kinds, values } = tokens;
  if (at > 0) {
    const before = kinds[at - 1]!;
    if (before === T_ARROW || before === DOT || before === STAR || before === T_PASTE) return false;
    if (before === T_IDENTIFIER && (symbols.flags[values[at - 1]!]! & F_STATEMENT) === 0) return false;
  }
  if ((flag & F_SCOPE) === 0) return true;
  return at + 2 < to && kinds[at + 2] === T_IDENTIFIER && symbols.isGuardSite(values[at + 2]!);
}

/** Whether a word is one of the two in `(condition ? f : g)(`. */
function isChosen(kinds: Uint8Array, at: number): boolean {
  const first = kinds[at - 1] === QUESTION ? at : at - 2;
  return (
    kinds[first - 1] === QUESTION &&
    kinds[first] === T_IDENTIFIER &&
    kinds[first + 1] === COLON &&
    kinds[first + 2] === T_IDENTIFIER &&
    kinds[first + 3] === CLOSE &&
    kinds[first + 4] === OPEN
  );
}

/** `x->f(`, `(*x->f)(`, `x->f[i](`. */
function callsField(
  tokens: TokenBuffer,
  at: number,
  next: number,
  from: number,
  to: number,
  isMacro: boolean,
): boolean {
  if (next === OPEN) return true;
  if (isMacro || (next !== CLOSE && next !== OPEN_BRACKET)) return false;
  const { kinds, values: data } = tokens;
  const partner = data[at + 1]!;
  const behind = behindIndex(tokens, at + 1);
  if (next === OPEN_BRACKET) return behind > at + 1 && behind < to && kinds[behind] === OPEN;
  if (at + 2 >= to || kinds[at + 2] !== OPEN || partner <= from) return false;
  // A parenthesis after a name is an argument list, not a group around the callee.
  const head = kinds[partner - 1]!;
  return head !== T_IDENTIFIER && head !== CLOSE;
}

/** `f[i](`, `(*f)(`, `(*f[i])(`. A type in front of the group makes it a declaration. */
function callsThrough(tokens: TokenBuffer, at: number, from: number, to: number): boolean {
  const { kinds } = tokens;
  const behind = behindIndex(tokens, at + 1);
  if (at - 2 < from || kinds[at - 1] !== STAR || kinds[at - 2] !== OPEN)
    return behind > at + 1 && behind < to && kinds[behind] === OPEN;
  const head = kinds[at - 3];
  if (head === T_IDENTIFIER || head === STAR) return false;
  return behind + 1 < to && kinds[behind] === CLOSE && kinds[behind + 1] === OPEN;
}

function isStatementStart(before: number): boolean {
  return before === SEMICOLON || before === OPEN_BRACE || before === CLOSE_BRACE || before === T_DIRECTIVE;
}

function isValueEnd(next: number): boolean {
  return (
    next === COMMA ||
    next === CLOSE ||
    next === SEMICOLON ||
    next === CLOSE_BRACE ||
    next === COLON ||
    next === QUESTION
  );
}

/** Whether the word at `at` is in a value position: after `=`, `return`, `?`, in an argument list or an initialiser. */
function isValueStart(
  tokens: TokenBuffer,
  flags: Int32Array,
  at: number,
  before: number,
  from: number,
): boolean {
  const { kinds, values: data } = tokens;
  switch (before) {
    case EQUALS:
    case QUESTION:
      return true;
    case COLON:
      return kinds[at + 1] !== COLON;
    case AMPERSAND:
    case OPEN_BRACE:
      return true;
    case COMMA:
      // A comma between declarators is outside brackets; the declared name is a local.
      return kinds[at + 1] !== SEMICOLON;
    case OPEN: {
      const head = at - 2;
      if (head < from || kinds[head] !== T_IDENTIFIER) return head >= from && kinds[head] === CLOSE;
      return (flags[data[head]!]! & F_CONTROL) === 0;
    }
    case T_IDENTIFIER:
      // Among these words, only `return` is directly followed by a value.
      return (flags[data[at - 1]!]! & F_CONTROL) !== 0;
    default:
      return false;
  }
}

/** The calls of a body: by name, and where the scopes of its guards begin and end. Sorted, without duplicates. */
export function calledNames(symbols: IdentifierTable, { calls, guards }: BodyFacts): readonly string[] {
  const named = sortedNames(symbols, calls);
  if (guards.length === 0) return named;
  const all = new Set(named);
  for (let at = 0; at < guards.length; at += 2) {
    const { models, names } = symbols;
    const name = names[guards[at + 1]!]!;
    if (models.scopeMacro(names[guards[at]!]!)?.form === 'cleanup') all.add(freedBy(models, name));
    else {
      const ends = models.guardCalls(name);
      all.add(ends?.setup ?? scopeBegin(name)).add(ends?.cleanup ?? scopeEnd(name));
    }
  }
  return [...all].sort();
}

/** Names of symbols, sorted. */
export function sortedNames(symbols: IdentifierTable, list: readonly number[]): readonly string[] {
  if (list.length === 0) return NONE;
  const names: string[] = [];
  for (const symbol of list) names.push(symbols.names[symbol]!);
  if (names.length > 1) names.sort();
  return names;
}

const NONE: readonly string[] = [];
