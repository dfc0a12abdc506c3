import type { Finding } from '../../../analysis/checks/types.js';
import { percent } from '../options.js';

export interface KnownComment {
  readonly file: string;
  readonly line: number;
  readonly order: readonly string[];
  readonly kind: string;
  readonly span?: number;
}

export type PairVerdict = 'holds' | 'broken' | 'both' | 'never together' | 'not checked';

export interface CheckedPair {
  readonly first: string;
  readonly second: string;
  readonly verdict: PairVerdict;
  /**
   * Functions that take them as the comment says, and those that take them in the opposite order: `file:line
   * function()`.
   */
  readonly along: readonly Place[];
  readonly against: readonly Place[];
  readonly why: string;
}

export interface Place {
  readonly text: string;
  readonly confidence: Finding['confidence'];
}

export interface CheckedComment extends KnownComment {
  readonly pairs: readonly CheckedPair[];
  /** The reader of comments found a statement about two of these locks there. */
  readonly isRead: boolean;
}

const VERDICTS: Readonly<Record<PairVerdict, string>> = {
  holds: 'taken in this order, never the other way round',
  both: 'taken in both orders',
  broken: 'taken the other way round only',
  'never together': 'never seen taken together',
  'not checked': 'cannot be checked',
};
const PLACES_SHOWN = 3;

export interface OrderPage {
  readonly text: string;
  readonly figures: Readonly<Record<string, number>>;
}

/** The result as a page of the documentation, and its figures. */
export function renderPage(comments: readonly CheckedComment[], files: number): OrderPage {
  const counts = new Map<string, number>();
  for (const comment of comments) {
    const verdict = verdictOf(comment);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  const pairs = comments.flatMap((comment) => comment.pairs);
  const pairCount = (verdict: PairVerdict): number => pairs.filter((pair) => pair.verdict === verdict).length;
  const read = comments.filter(({ isRead }) => isRead).length;
  const all = comments.length;
  const figures = {
    files,
    comments: all,
    read,
    pairs: pairs.length,
    ...Object.fromEntries(
      Object.keys(VERDICTS).map((verdict) => [`pairs ${verdict}`, pairCount(verdict as PairVerdict)]),
    ),
    ...Object.fromEntries([...counts].map(([verdict, count]) => [`comments ${verdict}`, count])),
  };
  const lines = [
    '# Orders that comments of Linux 6.1 state, and what the code does',
    '',
    `${all} statements about the order of locks were collected from the comments of Linux 6.1.192 by hand. Each pair`,
    'of neighbours in them was checked against the static graph: the second lock taken while the first is held, in one',
    'function or one call below, or the other way round. Conditions and instances are not looked at, so that an entry',
    `in the wrong order is a place to read, no mistake yet. Read were the ${files} C files that stand beside the comments,`,
    'with the headers they include; other code may take the locks as well.',
    '',
    '```sh',
    'node out/bench/quality/declared-orders.js --tree TREE --orders FILE --paths near --page bench/reports/declared-orders.md',
    '```',
    '',
    '| pairs of locks | count |',
    '| -------------- | ----- |',
    ...(Object.keys(VERDICTS) as PairVerdict[]).map(
      (verdict) => `| ${VERDICTS[verdict]} | ${pairCount(verdict)} |`,
    ),
    `| all | ${pairs.length} |`,
    '',
    '| statements | count |',
    '| ---------- | ----- |',
    ...[...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([verdict, count]) => `| ${verdict} | ${count} |`),
    `| all | ${all} |`,
    '',
    `Lockorder's own reading of comments finds ${read} of the ${all} statements (${percent(read, all)}).`,
    '',
    '## Taken against the comment',
    '',
    'Functions whose acquisitions go against a statement, with the confidence of the dependency. Most of them are no',
    'mistakes: the statement means other instances, another file system, or is older than the code.',
    '',
    ...comments.flatMap((comment) =>
      comment.pairs
        .filter(({ verdict }) => verdict === 'broken' || verdict === 'both')
        .map((pair) => `- ${place(comment)}: ${pair.first} before ${pair.second}; ${told(pair)}`),
    ),
    '',
    '## Cannot be checked',
    '',
    ...reasons(comments),
    '',
    '## Every statement',
    '',
    '| statement | order | verdict | read |',
    '| --------- | ----- | ------- | ---- |',
    ...comments.map(
      (comment) =>
        `| ${place(comment)} | ${comment.order.map((name) => name.replaceAll('|', ' or ')).join(' < ')} | ${verdictOf(comment)} | ${comment.isRead ? 'yes' : 'no'} |`,
    ),
    '',
  ];
  return { text: lines.join('\n'), figures };
}

function place({ file, line }: CheckedComment): string {
  return `${file}:${line}`;
}

function told({ along, against }: CheckedPair): string {
  return `${list(against)} against, ${along.length} along`;
}

function list(places: readonly Place[]): string {
  const rank = { high: 0, medium: 1, low: 2 } as const;
  const sorted = [...places].sort(
    (a, b) => rank[a.confidence] - rank[b.confidence] || (a.text < b.text ? -1 : 1),
  );
  const shown = sorted.slice(0, PLACES_SHOWN).map(({ text, confidence }) => `${text} (${confidence})`);
  const more = places.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The verdict on a statement as a whole: the worst of its pairs, if any could be checked. */
function verdictOf({ pairs }: CheckedComment): string {
  const has = (verdict: PairVerdict): boolean => pairs.some((pair) => pair.verdict === verdict);
  if (has('broken')) return 'broken';
  if (has('both')) return 'both orders seen';
  if (has('holds')) return pairs.every(({ verdict }) => verdict === 'holds') ? 'holds' : 'holds in part';
  return has('never together') ? 'never together' : 'not checked';
}

function reasons(comments: readonly CheckedComment[]): string[] {
  const byReason = new Map<string, Set<string>>();
  for (const comment of comments) {
    for (const { why } of comment.pairs) {
      if (why === '') continue;
      const places = byReason.get(why) ?? new Set();
      byReason.set(why, places.add(place(comment)));
    }
  }
  return [...byReason]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([why, places]) => `- ${why}: ${[...places].join(', ')}`);
}
