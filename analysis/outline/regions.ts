import type { Models } from '../models/types.js';
import type { Arm, Group } from './arms.js';
import { Scan } from './scan.js';
import { T_DIRECTIVE, T_IDENTIFIER } from './tokens.js';
import type { Condition } from './types.js';

const OPEN = 40;
const COLON = 58;
const SEMICOLON = 59;
const OPEN_BRACKET = 91;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** A group of arms `#if … #elif … #else … #endif`, with offsets into the text given. */
export interface ConditionGroup {
  /** From the `#` of `#if` to behind `#endif`; to the end of the text when that is missing. */
  readonly start: number;
  readonly end: number;
  readonly arms: readonly ConditionArm[];
  readonly hasElse: boolean;
  /** Index of the enclosing group in the list, and of its arm; -1 for none. */
  readonly parent: number;
  readonly parentArm: number;
  /** Some arm opens or closes a bracket that it does not close or open itself. */
  readonly isCut: boolean;
  /**
   * The arm to keep when only one can be kept, in agreement with the other groups' choices; -1 when it is
   * the empty alternative.
   */
  readonly chosen: number;
  /** Every arm holds whole statements or declarations, and whole ones stand before and behind. */
  readonly isWhole: boolean;
}

export interface ConditionArm {
  /** The directive that begins the arm; its end is that of its line. */
  readonly directiveStart: number;
  readonly directiveEnd: number;
  /** What stands in the arm: [directiveEnd, end), `end` being the next directive's `#`. */
  readonly end: number;
  /** With the conditions of the enclosing groups. */
  readonly condition: Condition;
  /** Brackets in it match among themselves. */
  readonly isBalanced: boolean;
  /** It is empty, or begins and ends like whole statements. */
  readonly isWhole: boolean;
}

/**
 * The groups of arms in a text, in order of their `#if`. The text may be that of one function; an `#else`
 * without `#if` (the function began in an arm) makes a group whose first arm begins with the text.
 */
export function conditionGroups(text: string, models: Models): ConditionGroup[] {
  const scan = new Scan(text, models);
  const { groups } = scan.arms;
  const indexes = new Map<Group, number>(groups.map((group, index) => [group, index]));
  const depths = bracketsAt(scan);
  return groups.map((group) => {
    const { starts, ends, count } = scan.tokens;
    const arms = group.arms.map((arm) => describe(scan, arm, text.length));
    const first = group.arms[0]!.token;
    return {
      start: first < 0 ? 0 : starts[first]!,
      end: group.endToken < count ? ends[group.endToken]! : text.length,
      arms,
      hasElse: group.hasElse,
      parent: group.parent === undefined ? -1 : indexes.get(group.parent.group)!,
      parentArm: group.parent?.index ?? -1,
      isCut: group.isCut,
      chosen: group.chosen,
      isWhole:
        !group.isCut &&
        (depths.get(first) ?? true) &&
        endsStatement(scan, first - 1) &&
        !isWord(scan, group.endToken + 1, 'else') &&
        arms.every((arm) => arm.isWhole),
    };
  });
}

function describe(scan: Scan, arm: Arm, length: number): ConditionArm {
  const { kinds, values, starts, ends, count } = scan.tokens;
  let isBalanced = true;
  for (let at = arm.token + 1; at < arm.endToken; at++) {
    if (!isBracket(kinds[at]!)) continue;
    if (values[at]! <= arm.token || values[at]! >= arm.endToken) isBalanced = false;
  }
  let first = arm.token + 1;
  let last = arm.endToken - 1;
  while (first <= last && kinds[first] === T_DIRECTIVE) first++;
  while (last >= first && kinds[last] === T_DIRECTIVE) last--;
  const isWhole = isBalanced && (first > last || (endsStatement(scan, last) && !isWord(scan, first, 'else')));
  return {
    directiveStart: arm.token < 0 ? 0 : starts[arm.token]!,
    directiveEnd: arm.token < 0 ? 0 : ends[arm.token]!,
    end: arm.endToken < count ? starts[arm.endToken]! : length,
    condition: arm.condition,
    isBalanced,
    isWhole,
  };
}

function isBracket(kind: number): boolean {
  return (
    kind === OPEN ||
    kind === 41 ||
    kind === OPEN_BRACKET ||
    kind === 93 ||
    kind === OPEN_BRACE ||
    kind === CLOSE_BRACE
  );
}

/** Whether a statement may begin behind the token: directives before it are passed over. */
function endsStatement(scan: Scan, token: number): boolean {
  const { kinds } = scan.tokens;
  let at = token;
  while (at >= 0 && kinds[at] === T_DIRECTIVE) at--;
  if (at < 0) return true;
  const kind = kinds[at]!;
  return kind === SEMICOLON || kind === OPEN_BRACE || kind === CLOSE_BRACE || kind === COLON;
}

function isWord(scan: Scan, token: number, word: string): boolean {
  const { kinds, count } = scan.tokens;
  let at = token;
  while (at < count && kinds[at] === T_DIRECTIVE) at++;
  return at < count && kinds[at] === T_IDENTIFIER && scan.nameOf(at) === word;
}

/** Per directive whether it stands between statements: directly in braces or in nothing. */
function bracketsAt(scan: Scan): ReadonlyMap<number, boolean> {
  const { kinds, values, marks, markCount } = scan.tokens;
  const open: number[] = [];
  const found = new Map<number, boolean>();
  for (let mark = 0; mark < markCount; mark++) {
    const token = marks[mark]!;
    const kind = kinds[token]!;
    while (open.length > 0 && values[open[open.length - 1]!]! <= token) open.pop();
    if (kind === T_DIRECTIVE) {
      const inner = open[open.length - 1];
      found.set(token, inner === undefined || kinds[inner] === OPEN_BRACE);
    } else if (values[token]! > token) open.push(token);
  }
  return found;
}
