const HEAD = [
  '#include <linux/semaphore.h>',
  '',
  'static DEFINE_SEMAPHORE(first);',
  'static DEFINE_SEMAPHORE(second);',
].join('\n');

function taking(name: string, ...locks: readonly string[]): string {
  return [
    '',
    `void ${name}(void)`,
    '{',
    ...locks.map((lock) => `\tdown(&${lock});`),
    ...[...locks].reverse().map((lock) => `\tup(&${lock});`),
    '}',
    '',
  ].join('\n');
}

const ONE_WAY = taking('one_way', 'first', 'second');
const OTHER_WAY = taking('other_way', 'second', 'first');
const ONCE_MORE = taking('once_more', 'first', 'second');

/** Two functions take two semaphores in one order, `other_way` in the other. */
export const CYCLE = `${HEAD}\n${ONE_WAY}${OTHER_WAY}${ONCE_MORE}`;
/** All three in one order: what the fix of {@link CYCLE} makes of it. */
export const FIXED = CYCLE.replace(OTHER_WAY, taking('other_way', 'first', 'second'));
/** The same locks, nothing wrong. */
export const CLEAN = `${HEAD}\n${ONE_WAY}${ONCE_MORE}`;
