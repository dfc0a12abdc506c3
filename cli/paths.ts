import { isAbsolute, relative, resolve, sep } from 'node:path';
import { visible } from '../analysis/base/visible.js';

/** Paths as they can be opened from the current folder, made from those relative to a root. */
export function fromHere(root: string): (file: string) => string {
  const here = process.cwd();
  return (file) => {
    const path = resolve(root, file);
    const near = relative(here, path) || '.';
    return isOutside(near) ? path : near.replaceAll(sep, '/');
  };
}

function isOutside(near: string): boolean {
  return near === '..' || near.startsWith(`..${sep}`) || isAbsolute(near);
}

/** A word as a shell reads it back; one with signs that a terminal would obey as bash and zsh write those. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (visible(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `$'${visible(word.replaceAll('\\', '\\\\').replaceAll("'", "\\'"))}'`;
}
