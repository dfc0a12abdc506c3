import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.js';

const GENERATED = new Set(['node_modules', 'out', 'dist', '.git', '.run', '.trees', '.out', '.cache']);

/** Files of the repository below a folder, sorted, relative to the root; generated folders left out. */
export function filesUnder(folder: string): string[] {
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of readdirSync(join(ROOT, directory), { withFileTypes: true })) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory() && !GENERATED.has(entry.name)) walk(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  walk(folder);
  return found.sort();
}

export function sourcesUnder(folder: string): string[] {
  return filesUnder(folder).filter((path) => path.endsWith('.ts'));
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A stretch of a TypeScript source: code without what is quoted, or one literal or comment. */
export interface Piece {
  readonly kind: 'code' | 'string' | 'template' | 'comment' | 'regexp';
  /** Without quotes for a string. */
  readonly text: string;
  readonly line: number;
}

/** Cuts a TypeScript source into code, literals and comments. Good enough for house rules. */
export function pieces(source: string): Piece[] {
  const found: Piece[] = [];
  const quoted =
    /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])*\/[a-z]*/g;
  let from = 0;
  let line = 1;
  const add = (kind: Piece['kind'], text: string, raw: string): void => {
    if (raw !== '') found.push({ kind, text, line });
    line += raw.split('\n').length - 1;
  };
  for (let match = quoted.exec(source); match; match = quoted.exec(source)) {
    const raw = match[0];
    const before = source.slice(from, match.index);
    const isComment = raw.startsWith('//') || raw.startsWith('/*');
    if (raw.startsWith('/') && !isComment && !/(?:^|[(,=:[!&|?{};+>]|\breturn)\s*$/.test(before)) {
      quoted.lastIndex = match.index + 1;
      continue;
    }
    add('code', before, before);
    if (isComment) add('comment', raw, raw);
    else if (raw.startsWith('/')) add('regexp', raw, raw);
    else if (raw.startsWith('`')) add('template', raw.slice(1, -1), raw);
    else add('string', raw.slice(1, -1), raw);
    from = match.index + raw.length;
  }
  const rest = source.slice(from);
  add('code', rest, rest);
  return found;
}

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const statement = /^\s*(import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
  for (const match of source.matchAll(statement)) {
    found.push({ specifier: match[3] ?? '', typeOnly: match[2] !== undefined });
  }
  for (const match of source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push({ specifier: match[1] ?? '', typeOnly: false });
  }
  return found;
}
