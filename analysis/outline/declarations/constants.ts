import type { KnownConstants } from './known-constants.js';
import type { Outliner } from '../outliner.js';
import type { Scan } from '../tokens/scan.js';
import { textOf } from '../tokens/symbols.js';
import {
  CLOSE,
  COMMA,
  EQUALS,
  OPEN,
  T_CHARACTER,
  T_DIRECTIVE,
  T_IDENTIFIER,
  T_NUMBER,
} from '../tokens/tokens.js';
import type { TokenBuffer } from '../tokens/tokens.js';
import { behindGroup, nextComma } from '../tokens/walk.js';

const DEEPEST = 50;

/** Notes the enumerators of the enumeration whose `{` is at `open`; those without a value count up. */
export function readConstants(out: Outliner, open: number): void {
  const { scan } = out;
  const { kinds } = scan.tokens;
  const close = behindGroup(scan, open, scan.tokens.count) - 1;
  let value: number | undefined = 0;
  let at = open + 1;
  while (at < close) {
    if (kinds[at] !== T_IDENTIFIER) {
      at++;
      continue;
    }
    const end = enumeratorEnd(scan, at, close);
    let equals = at + 1;
    while (equals < end && kinds[equals] !== EQUALS) equals++;
    if (equals < end) value = evaluate(scan, scan.tokens, equals + 1, end, out.known);
    if (value !== undefined) {
      out.addConstant(scan.nameOf(at), value);
      value++;
    }
    at = end;
  }
}

/** The comma after an enumerator, or a directive before it. */
function enumeratorEnd(scan: Scan, from: number, close: number): number {
  const comma = nextComma(scan, from, close);
  for (let at = from; at < comma; at++) if (scan.tokens.kinds[at] === T_DIRECTIVE) return at;
  return comma;
}

/** Value of the integer constant expression in tokens [from, to); `undefined` if unknown. */
export function evaluate(
  scan: Scan,
  tokens: TokenBuffer,
  from: number,
  to: number,
  known: KnownConstants,
): number | undefined {
  if (to === from + 1 && tokens.kinds[from] === T_NUMBER) {
    return parseNumber(scan.units, tokens.starts[from]!, tokens.ends[from]!);
  }
  if (to - from > 200 || to <= from) return undefined;
  const evaluator = new Evaluator(scan, tokens, from, to, known);
  const value = evaluator.binary(0, 0);
  return evaluator.at === to && value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

class Evaluator {
  constructor(
    private readonly scan: Scan,
    private readonly tokens: TokenBuffer,
    public at: number,
    private readonly to: number,
    private readonly known: KnownConstants,
  ) {}

  binary(lowest: number, depth: number): number | undefined {
    let left = this.unary(depth);
    while (left !== undefined && this.at < this.to) {
      const operator = this.operator();
      const rank = RANKS[operator];
      if (rank === undefined || rank <= lowest) return left;
      this.at++;
      const right = this.binary(rank, depth + 1);
      left = right === undefined ? undefined : apply(operator, left, right);
    }
    return left;
  }

  /**
   * The token after `type)` if the parentheses contain only words, none of them a constant, and an operand follows;
   * otherwise 0.
   */
  private behindCast(): number {
    const { kinds, values } = this.tokens;
    let at = this.at;
    while (
      at < this.to &&
      kinds[at] === T_IDENTIFIER &&
      this.known.get(this.scan.symbols.names[values[at]!]!) === undefined
    )
      at++;
    if (at === this.at || at + 1 >= this.to || kinds[at] !== CLOSE) return 0;
    const next = kinds[at + 1]!;
    return next === OPEN || next === T_NUMBER || next === T_IDENTIFIER || next === T_CHARACTER ? at + 1 : 0;
  }

  /** The value of a macro call whose parenthesis is next. */
  private made(name: string, depth: number): number | undefined {
    const { kinds } = this.tokens;
    const args: number[] = [];
    do {
      this.at++;
      const arg = this.binary(0, depth + 1);
      if (arg === undefined || this.at >= this.to) return undefined;
      args.push(arg);
    } while (kinds[this.at] === COMMA);
    return kinds[this.at++] === CLOSE ? this.known.made(name, args) : undefined;
  }

  private operator(): string {
    return textOf(this.scan.units, this.tokens.starts[this.at]!, this.tokens.ends[this.at]!);
  }

  private unary(depth: number): number | undefined {
    if (this.at >= this.to || depth > DEEPEST) return undefined;
    const { kinds, starts, ends, values } = this.tokens;
    const token = this.at++;
    switch (kinds[token]) {
      case T_NUMBER:
        return parseNumber(this.scan.units, starts[token]!, ends[token]!);
      case T_CHARACTER:
        return ends[token] === starts[token]! + 3 ? this.scan.units[starts[token]! + 1] : undefined;
      case T_IDENTIFIER: {
        const name = this.scan.symbols.names[values[token]!]!;
        return this.at < this.to && kinds[this.at] === OPEN ? this.made(name, depth) : this.known.get(name);
      }
      case OPEN: {
        const cast = this.behindCast();
        if (cast > this.at) {
          this.at = cast;
          return this.unary(depth + 1);
        }
        const value = this.binary(0, depth + 1);
        if (this.at >= this.to || kinds[this.at] !== CLOSE) return undefined;
        this.at++;
        return value;
      }
      case 45:
        return negated(this.unary(depth + 1));
      case 43:
        return this.unary(depth + 1);
      case 126: {
        const value = this.unary(depth + 1);
        return value === undefined ? undefined : -value - 1;
      }
      case 33: {
        const value = this.unary(depth + 1);
        return value === undefined ? undefined : value === 0 ? 1 : 0;
      }
      default:
        return undefined;
    }
  }
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value === 0 ? 0 : -value;
}

const RANKS: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '>': 7,
  '<=': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};

function apply(operator: string, left: number, right: number): number | undefined {
  switch (operator) {
    case '||':
      return left !== 0 || right !== 0 ? 1 : 0;
    case '&&':
      return left !== 0 && right !== 0 ? 1 : 0;
    case '|':
      return Number(BigInt(left) | BigInt(right));
    case '^':
      return Number(BigInt(left) ^ BigInt(right));
    case '&':
      return Number(BigInt(left) & BigInt(right));
    case '==':
      return left === right ? 1 : 0;
    case '!=':
      return left === right ? 0 : 1;
    case '<':
      return left < right ? 1 : 0;
    case '>':
      return left > right ? 1 : 0;
    case '<=':
      return left <= right ? 1 : 0;
    case '>=':
      return left >= right ? 1 : 0;
    case '<<':
      return right < 0 || right > 62 ? undefined : checked(left * 2 ** right);
    case '>>':
      return right < 0 || right > 62 ? undefined : Math.floor(left / 2 ** right);
    case '+':
      return checked(left + right);
    case '-':
      return checked(left - right);
    case '*':
      return checked(left * right);
    case '/':
      return right === 0 ? undefined : Math.trunc(left / right);
    case '%':
      return right === 0 ? undefined : left % right;
    default:
      return undefined;
  }
}

function checked(value: number): number | undefined {
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * The value of an integer literal, with or without suffixes; `undefined` for floating-point numbers and for values that
 * a double cannot hold exactly.
 */
export function parseNumber(units: Uint16Array, from: number, to: number): number | undefined {
  let base = 10;
  let at = from;
  if (units[at] === 48 && to - from > 1) {
    const mark = units[at + 1]! | 32;
    if (mark === 120) {
      base = 16;
      at += 2;
    } else if (mark === 98) {
      base = 2;
      at += 2;
    } else {
      base = 8;
      at++;
    }
  }
  const first = at;
  let value = 0;
  for (; at < to; at++) {
    const digit = digitOf(units[at]!);
    if (digit >= base) break;
    value = value * base + digit;
  }
  for (let suffix = at; suffix < to; suffix++) {
    const letter = units[suffix]! | 32;
    if (letter !== 117 && letter !== 108) return undefined;
  }
  if (at === first && base !== 8) return undefined;
  return Number.isSafeInteger(value) ? value : undefined;
}

function digitOf(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48;
  const letter = unit | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : 99;
}
