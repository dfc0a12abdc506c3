import type { Arm, Group } from '../outline/tokens/arms.js';
import type { Scan } from '../outline/tokens/scan.js';
import { T_DIRECTIVE, T_IDENTIFIER } from '../outline/tokens/tokens.js';

const CLOSE_PARENTHESIS = 41;
const COLON = 58;
const SEMICOLON = 59;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** `#if` arms made of whole statements: all of them stay in the sanitised text, and exclude one another. */
export interface ArmGroup {
  readonly arms: readonly KeptArm[];
  readonly start: number;
  readonly end: number;
}

export interface KeptArm {
  readonly start: number;
  readonly end: number;
  /** The condition of this arm: literals of a Condition, including the negated ones of earlier arms. */
  readonly literals: readonly string[];
  /** `#else`: applies if no earlier arm does. */
  readonly isElse: boolean;
}

export interface ArmChoice {
  readonly groups: readonly ArmGroup[];
  readonly isDropped: (token: number) => boolean;
}

const NONE: ArmChoice = { groups: [], isDropped: () => false };

/**
 * Decides which `#if` arms of a text stay. All arms made of whole statements do. If arms cut through a statement or a
 * brace, one is followed, consistent with the others of the text.
 */
export function chooseArms(scan: Scan): ArmChoice {
  const { groups } = scan.arms;
  if (groups.length === 0) return NONE;
  const { tokens } = scan;
  const dropped = new Uint8Array(tokens.count);
  const kept: ArmGroup[] = [];
  for (const group of groups) {
    const first = group.arms[0]!;
    if (dropped[first.token] === 1) continue;
    if (!group.isCut && isWhole(scan, group, dropped)) {
      const arms = group.arms.map((arm) => keptArm(scan, arm));
      kept.push({ arms, start: arms[0]!.start, end: arms[arms.length - 1]!.end });
      continue;
    }
    for (const arm of group.arms) if (arm.index !== group.chosen) dropped.fill(1, arm.token, arm.endToken);
  }
  return { groups: kept, isDropped: (token) => dropped[token] === 1 };
}

function keptArm(scan: Scan, arm: Arm): KeptArm {
  const { tokens } = scan;
  return {
    start: tokens.ends[arm.token]!,
    end: arm.endToken < tokens.count ? tokens.starts[arm.endToken]! : scan.length,
    literals: arm.literals,
    isElse: arm.group.hasElse && arm.index === arm.group.arms.length - 1,
  };
}

/** Whether every arm begins and ends at a statement boundary. */
function isWhole(scan: Scan, group: Group, dropped: Uint8Array): boolean {
  const { kinds, count } = scan.tokens;
  let before = group.arms[0]!.token - 1;
  while (before >= 0 && (kinds[before] === T_DIRECTIVE || dropped[before] === 1)) before--;
  if (before < 0 || !endsStatement(scan, before)) return false;
  let after = group.endToken + 1;
  while (after < count && kinds[after] === T_DIRECTIVE) after++;
  if (after < count && continues(scan, after)) return false;
  return group.arms.every((arm) => {
    let last = arm.endToken - 1;
    while (last > arm.token && kinds[last] === T_DIRECTIVE) last--;
    if (last <= arm.token) return true;
    let first = arm.token + 1;
    while (kinds[first] === T_DIRECTIVE) first++;
    return endsStatement(scan, last) && !continues(scan, first);
  });
}

function endsStatement(scan: Scan, token: number): boolean {
  const { kinds, values } = scan.tokens;
  switch (kinds[token]) {
    case SEMICOLON:
      return true;
    case CLOSE_BRACE:
      return values[token]! < 0 || opensBlock(scan, values[token]!);
    case OPEN_BRACE:
      return opensBlock(scan, token);
    case COLON:
      return isLabelColon(scan, token);
    default:
      return false;
  }
}

/** Whether statements follow a `{`, not a list of values. */
function opensBlock(scan: Scan, brace: number): boolean {
  const { kinds, values } = scan.tokens;
  let before = brace - 1;
  while (before >= 0 && kinds[before] === T_DIRECTIVE) before--;
  if (before < 0) return true;
  switch (kinds[before]) {
    case SEMICOLON:
    case OPEN_BRACE:
    case CLOSE_BRACE:
    case COLON:
    case 40:
      return true;
    case CLOSE_PARENTHESIS: {
      // `if (…) {` and `for_each(…) {`, not the compound literal `(type){`.
      const head = values[before]! - 1;
      return head >= 0 && kinds[head] === T_IDENTIFIER;
    }
    case T_IDENTIFIER: {
      const word = scan.nameOf(before);
      return word === 'else' || word === 'do';
    }
    default:
      return false;
  }
}

/** `name:`, `default:` and `case …:`, but not the colon of `a ? b : c`. */
function isLabelColon(scan: Scan, colon: number): boolean {
  const { kinds } = scan.tokens;
  for (let at = colon - 1; at >= 0; at--) {
    const kind = kinds[at]!;
    if (kind === 63) return false;
    if (
      kind === SEMICOLON ||
      kind === OPEN_BRACE ||
      kind === CLOSE_BRACE ||
      kind === COLON ||
      kind === T_DIRECTIVE
    )
      return true;
  }
  return true;
}

function continues(scan: Scan, token: number): boolean {
  return scan.tokens.kinds[token] === T_IDENTIFIER && scan.nameOf(token) === 'else';
}
