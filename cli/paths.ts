import { isAbsolute, relative, resolve, sep } from 'node:path';

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

/** A word as a shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
