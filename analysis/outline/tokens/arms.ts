import { added, conjunction, isImpossible, NEVER, nameTest, negation, parseTest } from './conditions.js';
import type { Test } from './conditions.js';
import { conditionOfAll } from './literals.js';
import { textOf, type IdentifierTable } from './symbols.js';
import {
  D_ELIF,
  D_ELSE,
  D_ENDIF,
  D_IF,
  D_IFDEF,
  D_IFNDEF,
  T_DIRECTIVE,
  wordEnd,
  wordStart,
  type TokenBuffer,
} from './tokens.js';
import type { Condition } from '../types.js';

/** A text as tokens. */
export interface Tokenized {
  readonly units: Uint16Array;
  readonly tokens: TokenBuffer;
  readonly symbols: IdentifierTable;
}

/** One arm of a group: the tokens between two of its directives. */
export interface Arm {
  readonly group: Group;
  readonly index: number;
  /** Token of the directive that begins it. */
  readonly token: number;
  /** Token of the directive that ends it; the token count if the text ends first. */
  endToken: number;
  /** Literals that hold in this arm, in addition to those of the enclosing arms. */
  readonly literals: readonly string[];
  /** {@link literals}, together with those of the enclosing arms. */
  readonly all: readonly string[];
  /** `all` as one text. */
  readonly condition: Condition;
}

/** `#if … #elif … #else … #endif`. */
export interface Group {
  readonly parent: Arm | undefined;
  readonly arms: Arm[];
  /** Token of `#endif`; the token count if it is missing. */
  endToken: number;
  hasElse: boolean;
  /** An arm opens or closes a bracket without its partner, so only one arm can be followed. */
  isCut: boolean;
  /** The followed arm if the group is cut; -1 if none applies. */
  chosen: number;
  /** Negated tests of all arms so far, for the next arm's condition. */
  seen: readonly string[];
}

/** Names that no C compiler defines for C: arms for assembler and C++ are never followed. */
export const NEVER_DEFINED = ['__cplusplus', '__ASSEMBLY__', '__ASSEMBLER__'];

/** The assumptions made about conditions, so that cut groups choose consistent arms. */
export class Assumptions {
  private readonly known = new Map<string, boolean>(NEVER_DEFINED.map((name) => [name, false]));

  /** The first arm that is not known to be false; -1 if there is none. */
  choose(group: Group): number {
    return group.arms.findIndex((arm) => arm.literals.every((literal) => this.mayHold(literal)));
  }

  /** Assumes that an arm's condition holds. */
  assume(arm: Arm): void {
    for (const literal of arm.literals) {
      const negative = literal.startsWith('!');
      this.known.set(negative ? literal.slice(1) : literal, !negative);
    }
  }

  private mayHold(literal: string): boolean {
    if (isImpossible(literal)) return false;
    const negative = literal.startsWith('!');
    const known = this.known.get(negative ? literal.slice(1) : literal);
    return known === undefined || known !== negative;
  }
}

/** All arms of a text, with lookups by token. */
export class ArmTable {
  readonly groups: Group[] = [];
  /** Per conditional directive, in order: its token and the innermost arm after it. */
  private readonly tokens: number[] = [];
  private readonly behind: (Arm | undefined)[] = [];
  private readonly byToken = new Map<number, Arm | Group>();
  private hint = -1;

  constructor(scan: Tokenized) {
    const { tokens } = scan;
    let open: Arm | undefined;
    for (let mark = 0; mark < tokens.markCount; mark++) {
      const token = tokens.marks[mark]!;
      if (tokens.kinds[token] !== T_DIRECTIVE) continue;
      const kind = tokens.values[token]!;
      if (kind < D_IF) continue;
      open = this.step(scan, token, kind, open, mark);
    }
    for (let arm = open; arm !== undefined; arm = arm.group.parent) {
      arm.endToken = tokens.count;
      arm.group.endToken = tokens.count;
    }
  }

  /** The innermost arm that contains a token. Cheapest in ascending order. */
  armAt(token: number): Arm | undefined {
    const { tokens } = this;
    let at = this.hint;
    if (at >= 0 && tokens[at]! > token) {
      let low = -1;
      while (low < at) {
        const middle = (low + at + 1) >> 1;
        if (tokens[middle]! > token) at = middle - 1;
        else low = middle;
      }
    }
    while (at + 1 < tokens.length && tokens[at + 1]! <= token) at++;
    this.hint = at;
    return at < 0 ? undefined : this.behind[at];
  }

  conditionAt(token: number): Condition {
    return this.armAt(token)?.condition ?? '';
  }

  /** The arm that a directive begins, or the group that it ends. */
  at(token: number): Arm | Group | undefined {
    return this.byToken.get(token);
  }

  private step(
    scan: Tokenized,
    token: number,
    kind: number,
    open: Arm | undefined,
    mark: number,
  ): Arm | undefined {
    if (kind === D_ENDIF) {
      if (open === undefined) return undefined;
      open.endToken = token;
      open.group.endToken = token;
      this.note(token, open.group, open.group.parent);
      return open.group.parent;
    }
    let group = open?.group;
    if (kind <= D_IFNDEF) {
      group = { parent: open, arms: [], endToken: -1, hasElse: false, isCut: false, chosen: 0, seen: [] };
      this.groups.push(group);
    }
    let before = open;
    if (group === undefined) {
      // An `#else` without `#if`: the text belongs to a function that began in an arm.
      group = { parent: undefined, arms: [], endToken: -1, hasElse: false, isCut: true, chosen: 0, seen: [] };
      before = { group, index: 0, token: -1, endToken: token, literals: [], all: [], condition: '' };
      group.arms.push(before);
      this.groups.push(group);
    }
    if (kind > D_IFNDEF && before !== undefined) before.endToken = token;
    const test = kind === D_ELSE ? undefined : testOf(scan, token, kind);
    if (kind === D_ELSE) group.hasElse = true;
    const literals = test === undefined ? group.seen : added(group.seen, test.whenTrue);
    const guard = this.groups.length === 1 && group.arms.length === 0 && isIncludeGuard(scan, mark, literals);
    const all = conjunction(group.parent?.all ?? [], guard ? [] : literals);
    const condition = conditionOfAll(all);
    const arm: Arm = { group, index: group.arms.length, token, endToken: -1, literals, all, condition };
    group.arms.push(arm);
    group.seen = test === undefined ? [NEVER] : added(group.seen, test.whenFalse);
    this.note(token, arm, arm);
    return arm;
  }

  private note(token: number, what: Arm | Group, inner: Arm | undefined): void {
    this.tokens.push(token);
    this.behind.push(inner);
    this.byToken.set(token, what);
  }
}

/**
 * Whether the text's first group is `#ifndef X` directly followed by `#define X`; its condition carries no information.
 */
function isIncludeGuard(scan: Tokenized, mark: number, literals: readonly string[]): boolean {
  const { tokens, units } = scan;
  const token = tokens.marks[mark]! + 1;
  if (token >= tokens.count || tokens.kinds[token] !== T_DIRECTIVE) return false;
  const keyword = wordStart(units, tokens.starts[token]! + 1, tokens.ends[token]!);
  const start = wordStart(units, wordEnd(units, keyword, tokens.ends[token]!), tokens.ends[token]!);
  const name = textOf(units, start, wordEnd(units, start, tokens.ends[token]!));
  const [literal] = literals;
  if (literal === undefined || name === '') return false;
  return literal === `!${name}` || literal.startsWith(`(!${name} ||`);
}

function testOf(scan: Tokenized, token: number, kind: number): Test {
  const { units, tokens, symbols } = scan;
  const end = tokens.ends[token]!;
  const keyword = wordStart(units, tokens.starts[token]! + 1, end);
  const keywordEnd = wordEnd(units, keyword, end);
  // `elifdef` and `elifndef` state their sense in the keyword, like `ifdef` and `ifndef`.
  const shape = kind === D_ELIF ? keywordEnd - keyword : 0;
  if (kind === D_IFDEF || kind === D_IFNDEF || shape > 4) {
    const start = wordStart(units, keywordEnd, end);
    const test = nameTest(textOf(units, start, wordEnd(units, start, end)));
    return kind === D_IFNDEF || shape === 8 ? negation(test) : test;
  }
  return parseTest(units, keywordEnd, end, symbols);
}
