import { isAbsolute, relative, resolve, sep } from 'node:path';
import { visible } from '../analysis/base/visible.js';

/** Returns a function that turns paths relative to a root into paths from the current folder. */
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

/** A word quoted for a shell. Words with control characters use the $'' form of bash and zsh. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (visible(word) === word) return `'${word.replaceAll("'", `'\\''`)}'`;
  return `$'${visible(word.replaceAll('\\', '\\\\').replaceAll("'", "\\'"))}'`;
}
