import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A function's text without white space; `undefined` if the file or the function does not exist. */
export function bodyOf(tree: string, file: string, name: string): string | undefined {
  const path = join(tree, file);
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, 'latin1');
  const start = new RegExp(`^[^\\s#/*].*\\b${name}\\([^;]*?\\n\\{|^${name}\\([^;]*?\\n\\{`, 'm').exec(text);
  if (start === null) return undefined;
  const end = text.indexOf('\n}', start.index);
  return text.slice(start.index, end).replace(/\s+/g, '');
}
