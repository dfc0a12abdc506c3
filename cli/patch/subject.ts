import { shortName } from '../../analysis/graph/orders/side.js';

/** One way of saying a title in fewer words. Every change that the title names stays. */
type Shortening = (title: string, locks: readonly string[]) => string;

const replacing =
  (phrase: RegExp, by: string): Shortening =>
  (title) =>
    title.replace(phrase, by);

/** The struct in the name of a lock. */
const STRUCT = /(?<![\w./-])[A-Za-z_]\w*\.(?=[A-Za-z_]\w*(?:[\s,]|$))/g;

/** In the order in which they are tried: what says least goes first. */
const SHORTENINGS: readonly Shortening[] = [
  // Why, for whom, and where.
  replacing(/ \(one of \d+ .*\)$/, ''),
  replacing(/(?:, (?!and )|: ).*$/, ''),
  replacing(/ for callers that .*$/, ''),
  replacing(/ in \w+\(\)(?: and (?:\w+\(\)|\d+ other functions))?/, ''),
  replacing(/ before \w+\(\) returns$/, ''),
  // Which lock.
  withoutStructs,
  withoutLockNames,
  replacing(/ (?:after the lock is released|before the lock is taken)$/, ' outside the lock'),
  replacing(/ (?:after the lock is taken|before the lock is released)$/, ' under the lock'),
  // The operation that a function takes over says what the change is about.
  replacing(/^Use \w+\(\) as (\w+\(\))/, 'Use $1'),
];

/**
 * Shortens a title by whole phrases until it fits. A title that cannot be said in so few words stays longer: a phrase
 * that is cut in two may say the opposite.
 * @param locks the ids of the locks that the title may name
 */
export function shortened(title: string, columns: number, locks: readonly string[] = []): string {
  let short = title;
  for (const shorten of SHORTENINGS) if (short.length > columns) short = shorten(short, locks);
  return short;
}

/** Without the structs of locks, unless too little would be left to tell the lock by. */
function withoutStructs(title: string): string {
  const members = new Set(title.match(/(?<![\w./-])[A-Za-z_]\w*\.[A-Za-z_]\w*(?=[\s,]|$)/g));
  const short = new Set([...members].map((name) => name.replace(STRUCT, '')));
  return short.size < members.size || short.has('lock') ? title : title.replaceAll(STRUCT, '');
}

/** With `the lock` for its name, if the title names only one. */
function withoutLockNames(title: string, locks: readonly string[]): string {
  const names = locks.flatMap((id) => [shortName(id), shortName(id).replace(/^.*\./, '')]);
  const words = title.split(/(?=,? )/);
  const nameIn = (word: string): string => word.replace(/^,? /, '');
  const named = new Set(words.map(nameIn).filter((word) => names.includes(word)));
  if (named.size !== 1) return title;
  return words
    .map((word, at) => {
      if (!named.has(nameIn(word))) return word;
      return words[at - 1] === ' both' ? ' locks' : ' the lock';
    })
    .join('');
}
