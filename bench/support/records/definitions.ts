import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A definition or declaration in a kernel tree. */
export interface Definition {
  readonly file: string;
  readonly line: number;
  readonly kind: 'macro' | 'function' | 'type' | 'field' | 'class' | 'constant';
  /** Parameters as written; `undefined` if they are unknown or the macro has none. */
  readonly parameters?: readonly string[];
  /** Returned by a function, as written before its name. */
  readonly returns?: string;
  /** The number that a macro stands for. */
  readonly value?: number;
}

/** Definitions by name, the one to cite first. */
export type Definitions = ReadonlyMap<string, readonly Definition[]>;

/** `6.12` from the Makefile of a tree. */
export function versionOf(tree: string): string {
  const makefile = readFileSync(join(tree, 'Makefile'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (\\d+)`, 'm').exec(makefile)?.[1] ?? '0';
  return `${value('VERSION')}.${value('PATCHLEVEL')}`;
}

const MACRO = /^[ \t]*#[ \t]*define[ \t]+(\w+)(?:(\(([^)]*)\))|[ \t]+(\d+|0x[\da-fA-F]+)\b)?/gm;
/** At the beginning of a line: return type, name, parameters up to the closing bracket at depth one. */
const FUNCTION =
  /^(?![ \t#}]|return\b|else\b|case\b|typedef\b)([\w \t*()",]*?[\s*])?(\w+)[ \t]*\(((?:[^();]|\((?:[^();]|\([^();]*\))*\))*)\)(?=[\s\w()",]*[;{]|\n)/gm;
const RECORD =
  /^[ \t]*(?:typedef[ \t]+)?(?:(?:struct|union)[ \t]+(\w+)[^;{\n(),*]*|context_lock_struct\((\w+)\)[ \t]*)\n?\{/gm;
const TYPEDEF =
  /^typedef\b[^;{}]*?\b(\w+)(?:\[\w*\])?[ \t]*;|^\}[ \t]*(?:__\w+[ \t]*(?:\([^)]*\))?[ \t]*)*(\w+)[ \t]*;/gm;
const GUARD =
  /^(DEFINE_(?:LOCK_)?GUARD(?:_[012])?|DEFINE_(?:LOCK_)?GUARD(?:_1)?_COND|DEFINE_FREE|DEFINE_CLASS)\((\w+)(?:,\s*(_\w+))?/gm;
/** The parts of a guard class that is written out: its flag, if it is conditional, and its constructor. */
const CONDITIONAL_CLASS = /^__DEFINE_CLASS_IS_CONDITIONAL\((\w+), true\)/gm;
const CONSTRUCTOR = /\bclass_(\w+)_constructor\(/g;
const CONSTANT = /^[ \t]+(\w+)[ \t]*(?:=[^,\n]*)?,/gm;
/** Macros that define a function named by an argument. */
const MADE = /^[A-Z_]+\((?:[\w \t*]+,[ \t]*)?(\w+),/gm;

/** The most authoritative files come first. */
function rank(file: string): number {
  if (/^tools\/|^scripts\/|^samples\/|\/testing\//.test(file)) return 9;
  if (file.startsWith('arch/')) return file.startsWith('arch/x86/') ? 5 : 7;
  if (file.startsWith('include/linux/')) return 0;
  if (file.startsWith('include/')) return 1;
  return /^(?:kernel|mm|fs|net|block|lib)\//.test(file) ? 2 : 3;
}

/** Every C source and header of the tree that defines a requested name. */
export function definitionsIn(tree: string, wanted: ReadonlySet<string>): Definitions {
  const found = new Map<string, Definition[]>();
  const records = new Set(
    [...wanted].filter((name) => name.includes('.')).map((name) => name.split('.')[0] ?? ''),
  );
  for (const file of sources(tree, '')) {
    const text = withoutComments(readFileSync(join(tree, file), 'latin1'));
    const lines = lineCounter(text);
    const note = (name: string, at: number, definition: Omit<Definition, 'file' | 'line'>): void => {
      if (!wanted.has(name)) return;
      const list = found.get(name) ?? [];
      found.set(name, list);
      list.push({ file, line: lines(at), ...definition });
    };
    for (const match of text.matchAll(MACRO)) {
      note(match[1] ?? '', match.index, {
        kind: 'macro',
        ...(match[2] ? { parameters: split(match[3] ?? '') } : {}),
        ...(match[4] ? { value: Number(match[4]) } : {}),
      });
    }
    for (const match of text.matchAll(FUNCTION)) {
      const [, returns = '', name = '', parameters = ''] = match;
      const at = match.index + match[0].lastIndexOf(name, match[0].indexOf('(', returns.length));
      if (returns.trim() !== '' || file.endsWith('.c')) {
        note(name, Math.max(match.index, at), {
          kind: 'function',
          parameters: split(parameters),
          returns: returns.trim(),
        });
      }
    }
    for (const match of text.matchAll(RECORD)) {
      const name = match[1] ?? match[2] ?? '';
      note(`struct ${name}`, match.index, { kind: 'type' });
      if (records.has(name)) fieldsOf(text, match.index + match[0].length, name, note);
    }
    for (const match of text.matchAll(TYPEDEF))
      note(match[1] ?? match[2] ?? '', match.index, { kind: 'type' });
    for (const match of text.matchAll(GUARD)) {
      const [, macro = '', name = '', suffix = ''] = match;
      const prefix = macro === 'DEFINE_FREE' ? 'free:' : macro.endsWith('COND') ? 'cond_guard:' : 'guard:';
      note(`${prefix}${name}${prefix === 'cond_guard:' ? suffix : ''}`, match.index, { kind: 'class' });
    }
    for (const [pattern, prefix] of [
      [CONDITIONAL_CLASS, 'cond_guard:'],
      [CONSTRUCTOR, 'guard:'],
    ] as const)
      for (const match of text.matchAll(pattern))
        note(`${prefix}${match[1] ?? ''}`, match.index, { kind: 'class' });
    for (const match of text.matchAll(MADE)) note(match[1] ?? '', match.index, { kind: 'function' });
    for (const match of text.matchAll(CONSTANT)) note(match[1] ?? '', match.index, { kind: 'constant' });
  }
  for (const list of found.values()) list.sort((a, b) => rank(a.file) - rank(b.file) || order(a) - order(b));
  return found;
}

/**
 * Among the places in one folder, a body outranks a declaration, a form with parameters outranks one without, and a type
 * outranks a macro call that names it.
 */
function order({ kind, parameters }: Definition): number {
  const isOwn = kind === 'type' || (kind === 'function' && parameters !== undefined);
  return (isOwn ? 0 : 1) + (kind === 'constant' ? 2 : 0);
}

/** The same text, with blanks in place of comments. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//g, (comment) => comment.replaceAll(/[^\n]/g, ' '));
}

function fieldsOf(
  text: string,
  from: number,
  record: string,
  note: (name: string, at: number, definition: Omit<Definition, 'file' | 'line'>) => void,
): void {
  let depth = 1;
  let at = from;
  for (; at < text.length && depth > 0; at++) depth += text[at] === '{' ? 1 : text[at] === '}' ? -1 : 0;
  const body = text.slice(from, at);
  for (const match of body.matchAll(
    /\(\*[ \t]*(?:(?:const|__\w+)[ \t]+)?(\w+)\)[ \t]*\(|(\w+)(?:\[[^\]]*\])?[ \t]*(?:[,;]|__\w+)/g,
  )) {
    note(`${record}.${match[1] ?? match[2] ?? ''}`, from + match.index, { kind: 'field' });
  }
}

function split(parameters: string): string[] {
  const parts: string[] = [];
  let [depth, from] = [0, 0];
  for (let at = 0; at <= parameters.length; at++) {
    const letter = parameters[at];
    if (letter === '(') depth++;
    else if (letter === ')') depth--;
    else if ((letter === ',' && depth === 0) || letter === undefined) {
      parts.push(parameters.slice(from, at).replace(/\s+/g, ' ').trim());
      from = at + 1;
    }
  }
  return parts.length === 1 && (parts[0] === '' || parts[0] === 'void') ? [] : parts;
}

/** Line of an offset; offsets may come in any order. */
function lineCounter(text: string): (at: number) => number {
  return (at) => {
    let line = 1;
    for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) line++;
    return line;
  };
}

function* sources(tree: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(tree, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && !/^(?:Documentation|\.git|tools)$/.test(entry.name))
      yield* sources(tree, path);
    else if (entry.isFile() && /\.[ch]$/.test(entry.name)) yield path;
  }
}
