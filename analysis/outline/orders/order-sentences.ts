import { isLockish, orderName } from './order-names.js';
import type { CommentLine } from './order-lines.js';
import type { FoundOrder } from './found-order.js';

/** Represents the lock that the comment documents. */
export const SUBJECT = '';

const NAME = String.raw`[&@]?[A-Za-z_][\w]*(?:(?:->|\.|::)\w+)*(?:\(\))?(?:'s)?(?:\s+(?:lock|locks|mutex|spinlock|semaphore|rwsem))?`;
const NAMES = String.raw`${NAME}(?:\s+and\s+${NAME})?`;
const ARTICLE = String.raw`(?:(?:the|a|an|any|our|its|each|every|IRQ-safe|individual|global)\s+)*`;
const TAKEN = String.raw`(?:taken|acquired|grabbed|obtained|locked|held)`;
const MAY = String.raw`(?:(?:is|are|must|should|needs? to|has to|have to|can|may|to|always|also|be|only|usually|and)\s+)*`;
const TAKING = String.raw`(?:(?:taking|acquiring|locking|grabbing|obtaining|we take|you take|we acquire)\s+)?`;

/** `inner` says that the first name is the inner lock. */
const FORMS: readonly { readonly pattern: RegExp; readonly inner: boolean }[] = [
  form(
    String.raw`(${NAME})?,?\s*(?:also\s+|otherwise\s+|always\s+|${MAY})(?:nests?|nested|nesting)\s+(?:inside|under|within|below|beneath|in)(?:\s+of)?\s+${ARTICLE}(${NAMES})`,
    true,
  ),
  form(
    String.raw`(${NAME})?,?\s*(?:also\s+|otherwise\s+|always\s+|${MAY})(?:nests?|nested|nesting)\s+outside(?:\s+of)?\s+${ARTICLE}(${NAMES})`,
    false,
  ),
  form(
    String.raw`(${NAME})?\s*,?\s*${MAY}${TAKEN}(?:\s+first)?\s+before\s+${TAKING}${ARTICLE}(${NAMES})`,
    false,
  ),
  form(String.raw`(${NAME})?\s*,?\s*${MAY}${TAKEN}\s+after\s+${TAKING}${ARTICLE}(${NAMES})`, true),
  form(
    String.raw`(${NAME})\s+${MAY}${TAKEN}\s+(?:inside|under|within)(?:\s+of)?\s+${ARTICLE}(${NAMES})`,
    true,
  ),
  form(String.raw`(${NAME})\s+${MAY}${TAKEN}\s+outside(?:\s+of)?\s+${ARTICLE}(${NAMES})`, false),
  form(
    String.raw`\b(?:order(?:ing)?|hierarchy)(?:\s+is)?:?\s+${ARTICLE}(${NAME}),?\s+(?:first,?\s+then|before|(?:and\s+)?then)\s+${ARTICLE}(${NAME})`,
    false,
  ),
];
const LIST = new RegExp(
  String.raw`\block\w*\s+(?:order|ordering|hierarchy)(?:\s+is)?:?\s+(${NAME}(?:,\s*(?:then\s+)?${NAME})+)`,
  'gi',
);
/** Words that negate a sentence. */
const DENIED = /\b(?:not|never|cannot|n't|without|no longer|avoid|instead of)\b/i;
/** A lock's bare name. */
const ANY_LOCK = /[@&]?[A-Za-z]\w*(?:(?:->|\.|::)\w+)+|\b\w*_(?:lock|mutex|sem|rwsem)\b/g;
const PRONOUN = /^(?:it|this|lock|locks|that|and|which|must|is|are|spinlock|mutex|be|to|also)$/i;

function form(source: string, inner: boolean): { readonly pattern: RegExp; readonly inner: boolean } {
  return { pattern: new RegExp(source, 'gi'), inner };
}

/** Reads orders in prose: `a nests inside b`, `a must be taken before b`, `lock order: a, b, c`. */
export function readOrderSentences(lines: readonly CommentLine[]): FoundOrder[] {
  const found: FoundOrder[] = [];
  for (const { text, starts } of sentences(lines)) {
    const lineAt = (offset: number): number => starts.filter(({ at }) => at <= offset).at(-1)?.line ?? 0;
    for (const { pattern, inner } of FORMS) {
      for (const match of text.matchAll(pattern)) {
        const from = text.slice(Math.max(0, match.index - 24), match.index);
        if (DENIED.test(from.split(/[.;]/).at(-1) ?? '') || DENIED.test(match[0])) continue;
        const before = text.slice(0, match.index);
        const first = named(match[1], before);
        for (const words of (match[2] ?? '').split(/\s+and\s+/)) {
          const second = named(words, before.replace(match[1] ?? '', ''));
          if (first === undefined || second === undefined || first === second) continue;
          const locks = inner ? [second, first] : [first, second];
          found.push({ locks, line: lineAt(match.index), form: 'sentence' });
        }
      }
    }
    for (const match of text.matchAll(LIST)) {
      const locks = (match[1] ?? '').split(/,\s*(?:then\s+)?/).flatMap((part) => orderName(part) ?? []);
      if (locks.length >= 2 && locks.every(isLockish))
        found.push({ locks, line: lineAt(match.index), form: 'chain' });
    }
  }
  return found;
}

/**
 * The lock that a name in a sentence denotes. A pronoun denotes the last lock named before it, or {@link SUBJECT} if
 * there is none. `undefined` for words that name no lock.
 */
function named(words: string | undefined, before: string): string | undefined {
  const plain = words?.trim().replace(/'s$/, '') ?? '';
  if (PRONOUN.test(plain)) return lastLock(before) ?? SUBJECT;
  if (plain === '') return SUBJECT;
  if (!isLockish(plain) && !/[_.]|->|::/.test(plain)) return undefined;
  return orderName(plain);
}

function lastLock(before: string): string | undefined {
  const words = [...before.matchAll(ANY_LOCK)].map(([word]) => word);
  const last = words.at(-1);
  return last === undefined ? undefined : orderName(last);
}

interface Sentence {
  readonly text: string;
  readonly starts: readonly { readonly at: number; readonly line: number }[];
}

/** Maximum number of lines of a paragraph read together, because pronouns are resolved backwards within it. */
const LONGEST_PARAGRAPH = 40;

/** Paragraphs of a comment as one line each, with the offset of each original line. */
function sentences(lines: readonly CommentLine[]): Sentence[] {
  const paragraphs: CommentLine[][] = [[]];
  for (const line of lines) {
    if (line.text === '') paragraphs.push([]);
    else if (/^@\w+:/.test(line.text)) paragraphs.push([line]);
    else {
      const paragraph = paragraphs.at(-1) ?? [];
      if (paragraph.length < LONGEST_PARAGRAPH) paragraph.push(line);
      else paragraphs.push([line]);
    }
  }
  return paragraphs.map((paragraph) => {
    let text = '';
    const starts = paragraph.map((line) => {
      const at = text.length;
      text += `${line.text} `;
      return { at, line: line.line };
    });
    return { text, starts };
  });
}
