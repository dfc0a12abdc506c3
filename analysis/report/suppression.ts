import { LineTable } from '../base/span.js';
import type { FunctionItem } from '../outline/types.js';
import type { Finding, RuleId } from '../checks/types.js';
import { RULE_IDS } from './rules.js';

/** A comment `lockorder-ignore <rule>: reason` in a source file. */
export interface SuppressionComment {
  readonly rule: RuleId;
  readonly reason: string;
  /** 1-based line the comment starts on. */
  readonly line: number;
  /** Offset and 1-based line of the code it applies to: beside it, or the next code if it stands alone. */
  readonly offset: number;
  readonly targetLine: number;
}

/** A comment that looks like a suppression but is invalid. */
export interface MalformedSuppression {
  readonly line: number;
  readonly problem: string;
}

export interface Suppressions {
  readonly comments: readonly SuppressionComment[];
  readonly malformed: readonly MalformedSuppression[];
}

export const NO_SUPPRESSIONS: Suppressions = { comments: [], malformed: [] };

/** Whether a text contains suppression comments, valid or not. */
export function hasSuppressions({ comments, malformed }: Suppressions): boolean {
  return comments.length > 0 || malformed.length > 0;
}

const WORD = 'lockorder-ignore';
const COMMENT = /\/\*\s*lockorder-ignore\b([\s\S]*?)\*\/|\/\/[ \t]*lockorder-ignore\b(.*)/g;
const BODY = /^\s+([\w-]+)\s*:\s*(\S[\s\S]*?)\s*$/;
/** Blanks, comments and other suppressions between a comment and its code. */
const FILLER = /(?:\s|\/\*[\s\S]*?\*\/|\/\/.*)*/y;

/** Finds the suppression comments of a text. */
export function findSuppressions(text: string): Suppressions {
  if (!text.includes(WORD)) return NO_SUPPRESSIONS;
  const comments: SuppressionComment[] = [];
  const malformed: MalformedSuppression[] = [];
  const lines = new LineTable(text);
  const target = targets(text);
  for (const match of text.matchAll(COMMENT)) {
    const line = lines.lineAt(match.index);
    const [, rule, reason] = BODY.exec(match[1] ?? match[2] ?? '') ?? [];
    if (rule === undefined || reason === undefined) {
      malformed.push({ line, problem: 'expected: lockorder-ignore RULE: reason' });
    } else if (!isRule(rule)) malformed.push({ line, problem: `no rule '${rule}'` });
    else {
      const offset = target(match.index, match.index + match[0].length);
      const words = reason.replace(/\s+/g, ' ');
      comments.push({ rule, reason: words, line, offset, targetLine: lines.lineAt(offset) });
    }
  }
  return { comments, malformed };
}

/** Returns a function that gives the offset of the code a comment applies to; call it in text order. */
function targets(text: string): (start: number, end: number) => number {
  let from = 0;
  let to = 0;
  return (start, end) => {
    const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    if (/\S/.test(before.replace(/\/\*.*?\*\//g, ''))) return start;
    // Consecutive comments all apply to the code after the last one.
    if (from <= start && end <= to) return to;
    FILLER.lastIndex = end;
    FILLER.exec(text);
    [from, to] = [end, Math.min(FILLER.lastIndex, text.length)];
    return to;
  };
}

function isRule(word: string): word is RuleId {
  return (RULE_IDS as readonly string[]).includes(word);
}

/** The comments of one file, by what they apply to. */
export class CommentIndex {
  /** By rule, sorted by the line they apply to. */
  private readonly byLine = new Map<RuleId, SuppressionComment[]>();
  /** Suppressions above a whole function, by rule and function. */
  private readonly byFunction = new Map<
    string,
    { readonly owner: FunctionItem; readonly comment: SuppressionComment }[]
  >();

  constructor(
    private readonly file: string,
    comments: readonly SuppressionComment[],
    functions: readonly FunctionItem[],
  ) {
    const items = [...functions].sort((a, b) => a.start - b.start);
    for (const comment of comments) {
      const own = this.byLine.get(comment.rule) ?? [];
      this.byLine.set(comment.rule, own);
      own.push(comment);
      for (let at = firstAfter(items, ({ start }) => start, comment.offset) - 1; at >= 0; at--) {
        const owner = items[at];
        // Of several functions that begin at one place, each has its own body.
        if (!owner || owner.bodyStart < comment.offset) break;
        const key = `${comment.rule} ${owner.name}`;
        const ofOwner = this.byFunction.get(key) ?? [];
        this.byFunction.set(key, ofOwner);
        ofOwner.push({ owner, comment });
      }
    }
    for (const own of this.byLine.values()) own.sort((a, b) => a.targetLine - b.targetLine);
  }

  /** Comments that apply to a line of the finding's story in this file, or to a whole function in it. */
  *covering({ rule, at, story }: Finding): Generator<SuppressionComment> {
    const comments = this.byLine.get(rule) ?? [];
    for (const place of [at, ...story]) {
      if (place.file !== this.file) continue;
      const from = firstAfter(comments, ({ targetLine }) => targetLine, place.line - 1);
      for (const comment of comments.slice(from)) {
        if (comment.targetLine > place.endLine) break;
        yield comment;
      }
      for (const { owner, comment } of this.byFunction.get(`${rule} ${place.function}`) ?? [])
        if (owner.line <= place.line && place.line <= owner.endLine) yield comment;
    }
  }
}

/** Index of the first of sorted items that is beyond a value. */
function firstAfter<T>(items: readonly T[], of: (item: T) => number, value: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(items[middle] as T) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
