/**
 * Globs over paths with `/`: `*`, `?`, `[a-z]`, `**`, `{a,b}`, `{1..9}`, `@(a|b)`, `?(a|b)`, `\` to escape, `!` in
 * front to negate. Wildcards do not match a leading dot. The cost of a match is bounded by the product of the lengths
 * of path and glob, and the length of globs is limited.
 */

/** Maximum number of alternatives that the braces of all globs expand to, and of their characters. */
const MOST_ALTERNATIVES = 1000;
const MOST_CHARACTERS = 10_000;
const MOST_DEPTH = 20;

interface Range {
  readonly isNegated: boolean;
  readonly pairs: readonly (readonly [number, number])[];
}

const ANY = Symbol('?');
const STAR = Symbol('*');
const GLOBSTAR = Symbol('**');
/** One character, or a star for any number of them. */
type Token = number | Range | typeof ANY | typeof STAR;
type Segment = readonly Token[] | typeof GLOBSTAR;

interface Pattern {
  readonly isNegated: boolean;
  readonly alternatives: readonly (readonly Segment[])[];
}

/** The error in a glob, for people. */
class GlobError extends Error {
  override readonly name = 'GlobError';
}

export type Globs =
  | { readonly matches: (path: string) => boolean }
  /** Of an invalid glob. */
  | { readonly index: number; readonly error: string };

/** A matcher for paths that any of the globs matches; or the index of an invalid glob, with the reason. */
export function parseGlobs(globs: readonly string[]): Globs {
  const patterns: Pattern[] = [];
  const budget = { alternatives: MOST_ALTERNATIVES, characters: MOST_CHARACTERS };
  for (const [index, glob] of globs.entries()) {
    try {
      patterns.push(parseGlob(glob, budget));
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      return { index, error: error.message };
    }
  }
  return {
    matches: (path) => {
      const names = path.split('/');
      return patterns.some(
        ({ isNegated, alternatives }) => alternatives.some((each) => matchesPath(each, names)) !== isNegated,
      );
    },
  };
}

/**
 * A matcher for globs that were validated before.
 * @throws {Error} if one of them is invalid
 */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  const parsed = parseGlobs(globs);
  if ('error' in parsed) throw new Error(`${globs[parsed.index] ?? ''}: ${parsed.error}`);
  return parsed.matches;
}

interface Budget {
  alternatives: number;
  characters: number;
}

function parseGlob(glob: string, budget: Budget): Pattern {
  if (glob.length > budget.characters) throw tooMuch();
  const isNegated = glob.startsWith('!') && glob[1] !== '(';
  const text = (isNegated ? glob.slice(1) : glob).replace(/^(?:\.\/)+/, '');
  if (text === '') throw new GlobError('it is empty');
  const alternatives = expanded(text, budget).map((each) => {
    budget.alternatives -= 1;
    budget.characters -= each.length;
    if (budget.alternatives < 0 || budget.characters < 0) throw tooMuch();
    return each.split('/').map(parseSegment);
  });
  return { isNegated, alternatives };
}

function tooMuch(): GlobError {
  return new GlobError(
    `the globs together are too long: at most ${MOST_CHARACTERS} characters and ${MOST_ALTERNATIVES} alternatives`,
  );
}

/** All expansions without braces and groups. */
function expanded(text: string, budget: Budget, depth = 0): string[] {
  if (depth > MOST_DEPTH) throw new GlobError('its braces are nested too deep');
  const group = firstGroup(text);
  if (!group) return [text];
  const { start, end, parts } = group;
  const heads = parts.flatMap((part) => expanded(part, budget, depth + 1));
  const tails = expanded(text.slice(end), budget, depth);
  if (heads.length * tails.length > budget.alternatives) throw tooMuch();
  const before = text.slice(0, start);
  return heads.flatMap((head) => tails.map((tail) => before + head + tail));
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly string[];
}

/** The signs of a group. */
interface Brackets {
  readonly opening: string;
  readonly closing: string;
  readonly separator: string;
}

const BRACES: Brackets = { opening: '{', closing: '}', separator: ',' };
const ALTERNATIVES: Brackets = { opening: '(', closing: ')', separator: '|' };

/** The first brace expression or group with alternatives. */
function firstGroup(text: string): Group | undefined {
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '\\') at += 1;
    else if (sign === '[') at = classEnd(text, at) ?? at;
    else if (sign === '{') {
      const group = groupAt(text, at, at + 1, BRACES);
      if (group) return group.parts.length > 1 ? group : (rangeOf(group) ?? group);
    } else if (text[at + 1] === '(' && '@?+*!'.includes(sign)) {
      if (sign !== '@' && sign !== '?') throw new GlobError(`${sign}(…) is not supported`);
      const group = groupAt(text, at, at + 2, ALTERNATIVES);
      if (group) return sign === '?' ? { ...group, parts: ['', ...group.parts] } : group;
    }
  }
  return undefined;
}

/** The contents of brackets, split; `undefined` if they do not close and are literal. */
function groupAt(
  text: string,
  start: number,
  from: number,
  { opening, closing, separator }: Brackets,
): Group | undefined {
  const parts: string[] = [];
  let open = 1;
  let begin = from;
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\\') at += 1;
    else if (sign === opening) open += 1;
    else if (sign === closing) open -= 1;
    if (open === 0 || (open === 1 && sign === separator)) {
      parts.push(text.slice(begin, at));
      begin = at + 1;
    }
    if (open === 0) return { start, end: at + 1, parts };
  }
  return undefined;
}

/** `{1..9}`, `{a..f}`. Braces around anything else that is no list are literal. */
function rangeOf(group: Group): Group | undefined {
  const [part = ''] = group.parts;
  const numbers = /^(\d{1,9})\.\.(\d{1,9})$/.exec(part);
  const letters = /^([a-zA-Z])\.\.([a-zA-Z])$/.exec(part);
  const ends = numbers
    ? [Number(numbers[1]), Number(numbers[2])]
    : letters
      ? [letters[1]?.charCodeAt(0) ?? 0, letters[2]?.charCodeAt(0) ?? 0]
      : undefined;
  const [first = 0, last = 0] = ends ?? [];
  if (!ends) return { ...group, parts: [`\\{${part}\\}`] };
  if (Math.abs(last - first) >= MOST_ALTERNATIVES) throw tooMuch();
  const parts: string[] = [];
  for (let each = Math.min(first, last); each <= Math.max(first, last); each += 1)
    parts.push(numbers ? String(each) : String.fromCharCode(each));
  return { ...group, parts };
}

/** Index of the bracket that ends a class; `undefined` if none does and the bracket is literal. */
function classEnd(text: string, start: number): number | undefined {
  let at = start + 1;
  if (text[at] === '!' || text[at] === '^') at += 1;
  if (text[at] === ']') at += 1;
  for (; at < text.length && text[at] !== '/'; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === ']') return at;
  }
  return undefined;
}

function parseSegment(text: string): Segment {
  if (text === '**') return GLOBSTAR;
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const end = sign === '[' ? classEnd(text, at) : undefined;
    if (sign === '*') {
      if (tokens.at(-1) !== STAR) tokens.push(STAR);
    } else if (sign === '?') tokens.push(ANY);
    else if (end !== undefined) {
      tokens.push(classOf(text.slice(at + 1, end)));
      at = end;
    } else {
      if (sign === '\\' && at + 1 < text.length) at += 1;
      tokens.push(text.charCodeAt(at));
    }
  }
  return tokens;
}

function classOf(text: string): Range {
  const isNegated = text.startsWith('!') || text.startsWith('^');
  const signs: { readonly code: number; readonly isPlain: boolean }[] = [];
  for (let at = isNegated ? 1 : 0; at < text.length; at += 1) {
    const isPlain = text[at] !== '\\' || at + 1 === text.length;
    if (!isPlain) at += 1;
    signs.push({ code: text.charCodeAt(at), isPlain });
  }
  const pairs: [number, number][] = [];
  for (let at = 0; at < signs.length; at += 1) {
    const first = signs[at]?.code ?? 0;
    const dash = signs[at + 1];
    const last = signs[at + 2];
    if (dash?.isPlain === true && dash.code === 0x2d && last) {
      pairs.push([first, last.code]);
      at += 2;
    } else pairs.push([first, first]);
  }
  return { isNegated, pairs };
}

function matchesPath(segments: readonly Segment[], names: readonly string[]): boolean {
  let segment = 0;
  let name = 0;
  // The last `**` and how far it matched. Backtracking returns only to that one.
  let star = -1;
  let reach = 0;
  for (;;) {
    const wanted = segments[segment];
    if (wanted === GLOBSTAR) {
      star = segment;
      segment += 1;
      reach = name;
    } else if (wanted !== undefined && name < names.length && matchesName(wanted, names[name] ?? '')) {
      segment += 1;
      name += 1;
    } else if (wanted === undefined && name === names.length) return true;
    else if (star < 0 || reach >= names.length || isHiddenName(names[reach] ?? '')) return false;
    else {
      reach += 1;
      name = reach;
      segment = star + 1;
    }
  }
}

function isHiddenName(name: string): boolean {
  return name.startsWith('.');
}

function matchesName(tokens: readonly Token[], name: string): boolean {
  if (isHiddenName(name) && tokens[0] !== DOT) return false;
  let token = 0;
  let at = 0;
  let star = -1;
  let reach = 0;
  for (;;) {
    const wanted = tokens[token];
    if (wanted === STAR) {
      star = token;
      token += 1;
      reach = at;
    } else if (wanted !== undefined && at < name.length && matchesSign(wanted, name.charCodeAt(at))) {
      token += 1;
      at += 1;
    } else if (wanted === undefined && at === name.length) return true;
    else if (star < 0 || reach >= name.length) return false;
    else {
      reach += 1;
      at = reach;
      token = star + 1;
    }
  }
}

const DOT = 0x2e;

function matchesSign(token: Exclude<Token, typeof STAR>, code: number): boolean {
  if (token === ANY) return true;
  if (typeof token === 'number') return token === code;
  return token.pairs.some(([first, last]) => first <= code && code <= last) !== token.isNegated;
}
