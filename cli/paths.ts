import { isAbsolute, relative, resolve, sep } from 'node:path';
import { visible } from '../analysis/base/visible.js';
import type { Finding } from '../analysis/checks/types.js';

/** Returns a function that turns paths relative to a root into paths from the current folder. */
export function fromHere(root: string): (file: string) => string {
  const here = process.cwd();
  return (file) => {
    const path = resolve(root, file);
    const near = relative(here, path) || '.';
    return isOutside(near) ? path : near.replaceAll(sep, '/');
  };
}

/** Returns a function that gives a finding whose places are paths from the current folder. */
export function findingFromHere(root: string): (finding: Finding) => Finding {
  const pathOf = fromHere(root);
  const placed = <P extends { readonly file: string }>(place: P): P => ({
    ...place,
    file: pathOf(place.file),
  });
  return (finding) => ({ ...finding, at: placed(finding.at), story: finding.story.map(placed) });
}

/** The same for a patch: `patch -p1` and `git apply` refuse paths that lead out of the current folder. */
export function patchPaths(root: string): (file: string) => string {
  const pathOf = fromHere(root);
  return (file) => (isAbsolute(pathOf(file)) ? file : pathOf(file));
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
