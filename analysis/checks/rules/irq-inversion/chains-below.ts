import { BOUNDS } from '../../../base/bounds.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Chains of lock classes, each acquired under the one before it, from a class that handlers take: shortest first. A class
 * is followed once, and not at all if `isEnd` says so when its turn comes.
 * @param mayWait whether the owner of the lock before a class can wait for it
 */
export function* chainsBelow(
  context: CheckContext,
  key: string,
  mayWait: (key: string) => boolean,
  isEnd: (key: string) => boolean,
): Generator<readonly string[]> {
  const followed = new Set([key]);
  let rim: readonly (readonly string[])[] = [[key]];
  for (let links = 0; links < BOUNDS.inversionLinks && rim.length > 0; links++) {
    const next: string[][] = [];
    for (const chain of rim) {
      const last = chain.at(-1) as string;
      if (links > 0 && (followed.has(last) || isEnd(last))) continue;
      followed.add(last);
      for (const other of takenUnder(context, last, mayWait)) {
        if (chain.includes(other)) continue;
        next.push([...chain, other]);
        yield [...chain, other];
      }
    }
    rim = next;
  }
}

/** The classes acquired under `key` for which its owner may wait. */
function takenUnder(
  { collected, acquiredWithin }: CheckContext,
  key: string,
  mayWait: (key: string) => boolean,
): readonly string[] {
  const below = new Set<string>();
  for (const source of collected.sources.get(key) ?? []) {
    const to =
      source.k === 'acquire'
        ? [source.acquire.lock.key ?? '']
        : [...acquiredWithin.classes(source.target, 1)];
    for (const other of to) if (other !== key && other !== '') below.add(other);
  }
  return [...below].filter(mayWait).sort().slice(0, BOUNDS.locksUnderHandlerLock);
}
