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
  for (const match of text.matchAll(COMMENT)) {
    const line = lineOf(text, match.index);
    const [, rule, reason] = BODY.exec(match[1] ?? match[2] ?? '') ?? [];
    if (rule === undefined || reason === undefined) {
      malformed.push({ line, problem: 'expected: lockorder-ignore RULE: reason' });
    } else if (!isRule(rule)) malformed.push({ line, problem: `there is no rule '${rule}'` });
    else {
      const offset = target(text, match.index, match.index + match[0].length);
      const words = reason.replace(/\s+/g, ' ');
      comments.push({ rule, reason: words, line, offset, targetLine: lineOf(text, offset) });
    }
  }
  return { comments, malformed };
}

function target(text: string, start: number, end: number): number {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (/\S/.test(before.replace(/\/\*.*?\*\//g, ''))) return start;
  FILLER.lastIndex = end;
  FILLER.exec(text);
  return Math.min(FILLER.lastIndex, text.length);
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

function isRule(word: string): word is RuleId {
  return (RULE_IDS as readonly string[]).includes(word);
}

/**
 * Whether a comment of this file applies to a finding: to a line of its story, or to a whole function in it.
 */
export function covers(
  comment: SuppressionComment,
  file: string,
  functions: readonly FunctionItem[],
  finding: Finding,
): boolean {
  if (comment.rule !== finding.rule) return false;
  const owner = functions.find((item) => item.start <= comment.offset && comment.offset <= item.bodyStart);
  return [finding.at, ...finding.story].some(
    (place) =>
      place.file === file &&
      ((place.line <= comment.targetLine && comment.targetLine <= place.endLine) ||
        (owner !== undefined &&
          place.function === owner.name &&
          owner.line <= place.line &&
          place.line <= owner.endLine)),
  );
}
