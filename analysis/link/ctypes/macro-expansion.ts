import type { MacroItem } from '../../outline/types.js';

/** Limits of expansion: nesting depth, and length of the text in characters. */
const DEEPEST = 6;
const LONGEST = 8192;

const TOKEN = /\s+|##|#|[A-Za-z_]\w*|\d[\w.]*|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|./gs;
const IDENTIFIER = /^[A-Za-z_]/;

/** The function-like macro of a name, if there is one. */
export type FindMacro = (name: string) => MacroItem | undefined;

/** The expansion of a macro call, including nested calls. Text that is not understood stays as written. */
export function expandCall(macro: MacroItem, args: readonly string[], find: FindMacro, depth = 0): string {
  const body = substitute(macro, args);
  if (depth >= DEEPEST || body.length > LONGEST) return body;
  return expandText(body, (name) => (name === macro.name ? undefined : find(name)), depth + 1);
}

/** A text with its macro calls expanded. */
function expandText(text: string, find: FindMacro, depth: number): string {
  const tokens: readonly string[] = text.match(TOKEN) ?? [];
  let expanded = '';
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    const macro = IDENTIFIER.test(token) && nextIs(tokens, at + 1, '(') ? find(token) : undefined;
    if (macro === undefined) {
      expanded += token;
      continue;
    }
    const { args, end } = readArguments(tokens, tokens.indexOf('(', at + 1));
    expanded += expandCall(macro, args, find, depth);
    at = end;
  }
  return expanded;
}

function substitute(macro: MacroItem, args: readonly string[]): string {
  const parameters = macro.parameters ?? [];
  const values = new Map<string, string>();
  parameters.forEach((parameter, at) => {
    if (!parameter.endsWith('...')) values.set(parameter, args[at] ?? '');
    else
      values.set(
        parameter === '...' ? '__VA_ARGS__' : parameter.slice(0, -'...'.length),
        args.slice(at).join(', '),
      );
  });
  const tokens = macro.body.match(TOKEN) ?? [];
  let text = '';
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === '##') {
      // Pasting: remove the blanks on both sides.
      text = text.trimEnd();
      while (/^\s/.test(tokens[at + 1] ?? '')) at += 1;
    } else if (token === '#' && values.has(tokens[at + 1] ?? '')) {
      text += '""';
      at += 1;
    } else {
      text += values.get(token) ?? token;
    }
  }
  return text;
}

function nextIs(tokens: readonly string[], from: number, wanted: string): boolean {
  let at = from;
  while (/^\s/.test(tokens[at] ?? '')) at += 1;
  return tokens[at] === wanted;
}

/** The arguments between the parenthesis at `open` and its match, and the index of the match. */
function readArguments(tokens: readonly string[], open: number): { args: string[]; end: number } {
  const args: string[] = [];
  let text = '';
  let level = 0;
  let at = open;
  for (; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (token === '(' || token === '[' || token === '{') level += 1;
    else if (token === ')' || token === ']' || token === '}') level -= 1;
    if (level === 0) break;
    if (token === ',' && level === 1) {
      args.push(text.trim());
      text = '';
    } else if (at > open) text += token;
  }
  args.push(text.trim());
  return { args, end: at };
}

export interface Designator {
  /** `a.b` for `.a = { .b = value }`. */
  readonly path: string;
  /** All identifiers in the value; functions may be wrapped in calls and conditions. */
  readonly names: readonly string[];
}

/** The designated members in the text of an initialiser. */
export function designators(text: string): Designator[] {
  const found: Designator[] = [];
  const tokens = (text.match(TOKEN) ?? []).filter((token) => !/^\s/.test(token));
  readMembers(tokens, 0, '', found);
  return found;
}

/** Reads members up to the closing brace of this level; returns the index after it. */
function readMembers(tokens: readonly string[], from: number, prefix: string, found: Designator[]): number {
  let at = from;
  while (at < tokens.length) {
    const token = tokens[at] ?? '';
    if (token === '}') return at + 1;
    if (token === '{') {
      at = readMembers(tokens, at + 1, prefix, found);
      continue;
    }
    if (token !== '.' || !IDENTIFIER.test(tokens[at + 1] ?? '')) {
      at += 1;
      continue;
    }
    let path = prefix;
    while (tokens[at] === '.' && IDENTIFIER.test(tokens[at + 1] ?? '')) {
      path = path === '' ? (tokens[at + 1] ?? '') : `${path}.${tokens[at + 1] ?? ''}`;
      at += 2;
      while (tokens[at] === '[') at = tokens.indexOf(']', at) + 1 || tokens.length;
    }
    if (tokens[at] !== '=') continue;
    at += 1;
    if (tokens[at] === '{') {
      at = readMembers(tokens, at + 1, path, found);
      continue;
    }
    const names: string[] = [];
    let level = 0;
    for (; at < tokens.length; at++) {
      const part = tokens[at] ?? '';
      if (level === 0 && (part === ',' || part === '}' || part === ';')) break;
      if (part === '(' || part === '{') level += 1;
      else if (part === ')' || part === '}') level -= 1;
      else if (IDENTIFIER.test(part)) names.push(part);
    }
    if (names.length > 0) found.push({ path, names });
  }
  return at;
}
