import { isDefinedForKernels, isNeverDefined, versionTest } from '../../models/preprocessor.js';
import { opposite } from './literals.js';
import { F_UPPER, textOf } from './symbols.js';
import type { IdentifierTable } from './symbols.js';
import { CLOSE, OPEN, T_IDENTIFIER, T_LOGIC, T_NUMBER, TokenBuffer, tokenize } from './tokens.js';

/** A literal that is never true: the condition of text under `#if 0`. */
export const NEVER = '(0)';
/** A literal that no build of kernel code makes true: the condition of text for other systems or older kernels. */
export const FOREIGN = '(foreign)';

/**
 * The literals implied by a preprocessor expression when it is true, and when it is false; an empty list implies
 * nothing.
 */
export interface Test {
  readonly whenTrue: readonly string[];
  readonly whenFalse: readonly string[];
  readonly text: string;
}

const ALWAYS_TEST: Test = { whenTrue: [], whenFalse: [NEVER], text: '1' };
const NEVER_TEST: Test = { whenTrue: [NEVER], whenFalse: [], text: '0' };
const KERNEL_TEST: Test = { whenTrue: [], whenFalse: [FOREIGN], text: '1' };
const FOREIGN_TEST: Test = { whenTrue: [FOREIGN], whenFalse: [], text: '0' };
const DEEPEST = 64;

/** `#ifdef name`. */
export function nameTest(name: string): Test {
  if (isNeverDefined(name)) return NEVER_TEST;
  const known = isDefinedForKernels(name);
  if (known !== undefined) return known ? KERNEL_TEST : FOREIGN_TEST;
  return { whenTrue: [name], whenFalse: [`!${name}`], text: name };
}

export function negation(test: Test): Test {
  const text = test.text.startsWith('!') ? test.text.slice(1) : `!${bracketed(test.text)}`;
  return { whenTrue: test.whenFalse, whenFalse: test.whenTrue, text };
}

/** Maximum number of literals of one condition. Dropping further ones only weakens the condition. */
const MOST_LITERALS = 64;

/** Whether text under this literal is never compiled. */
export function isImpossible(literal: string): boolean {
  return literal === NEVER || literal === FOREIGN;
}

/** The conjunction of literals in order, without duplicates; only an impossible one if there is one, or if two contradict each other. */
export function conjunction(outer: readonly string[], literals: readonly string[]): readonly string[] {
  if (literals.length === 0 || outer.some(isImpossible)) return outer;
  const kept = [...outer];
  for (const literal of literals) {
    if (isImpossible(literal)) return [literal];
    if (kept.includes(opposite(literal))) return [NEVER];
    if (kept.length < MOST_LITERALS && !kept.includes(literal)) kept.push(literal);
  }
  return kept;
}

/** Appends literals to earlier ones, up to the limit of {@link conjunction}. */
export function added(earlier: readonly string[], later: readonly string[]): readonly string[] {
  return earlier.length < MOST_LITERALS ? [...earlier, ...later] : earlier;
}

/** Wraps a text with operators in parentheses, once. */
function bracketed(text: string): string {
  return /^\w+$/u.test(text) || (text.startsWith('(') && closesAtEnd(text)) ? text : `(${text})`;
}

function closesAtEnd(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(') depth++;
    else if (text[at] === ')' && --depth === 0) return at === text.length - 1;
  }
  return false;
}

function both(left: Test, right: Test): Test {
  if (left.whenTrue.length === 0) return right;
  if (right.whenTrue.length === 0) return left;
  if (left.whenTrue.includes(FOREIGN) || right.whenTrue.includes(FOREIGN)) return FOREIGN_TEST;
  if (left.whenTrue.includes(NEVER) || right.whenTrue.includes(NEVER)) return NEVER_TEST;
  const text = `${left.text} && ${right.text}`;
  return { whenTrue: [...left.whenTrue, ...right.whenTrue], whenFalse: [`!(${text})`], text };
}

function either(left: Test, right: Test): Test {
  if (left.whenFalse.length === 0) return right;
  if (right.whenFalse.length === 0) return left;
  if (left.whenFalse.includes(FOREIGN) || right.whenFalse.includes(FOREIGN)) return KERNEL_TEST;
  if (left.whenFalse.includes(NEVER) || right.whenFalse.includes(NEVER)) return ALWAYS_TEST;
  const text = `${left.text} || ${right.text}`;
  return { whenTrue: [`(${text})`], whenFalse: [...left.whenFalse, ...right.whenFalse], text: `(${text})` };
}

const buffer = new TokenBuffer();

/** Parses the expression of `#if` or `#elif` in units[from..to). Keeps what it does not understand as text. */
export function parseTest(units: Uint16Array, from: number, to: number, symbols: IdentifierTable): Test {
  tokenize(units, from, to, symbols, buffer, false);
  return new TestParser(units, symbols).parse();
}

class TestParser {
  private at = 0;
  /** A parenthesis is not closed, so nothing is known about any part. */
  private isBroken = false;

  constructor(
    private readonly units: Uint16Array,
    private readonly symbols: IdentifierTable,
  ) {}

  parse(): Test {
    const test = this.disjunction(0);
    // Text after the expression: none of it is reliable.
    return this.at < buffer.count || test === undefined ? opaque(this.text(0, buffer.count)) : test;
  }

  private disjunction(depth: number): Test | undefined {
    let test = this.chain(depth);
    while (test !== undefined && this.takeLogic(124)) {
      const right = this.chain(depth);
      test = right && either(test, right);
    }
    return test;
  }

  private chain(depth: number): Test | undefined {
    let test = this.term(depth);
    while (test !== undefined && this.takeLogic(38)) {
      const right = this.term(depth);
      test = right && both(test, right);
    }
    return test;
  }

  private takeLogic(unit: number): boolean {
    if (buffer.kinds[this.at] !== T_LOGIC || this.at >= buffer.count) return false;
    if (this.units[buffer.starts[this.at]!] !== unit) return false;
    this.at++;
    return true;
  }

  /** A name, a test of one name, a negation, a parenthesised expression; any other operand as text. */
  private term(depth: number): Test | undefined {
    const start = this.at;
    const simple = depth < DEEPEST ? this.simple(depth + 1) : undefined;
    if (this.isBroken) return undefined;
    if (simple !== undefined && this.atOperandEnd()) return simple;
    this.at = start;
    let open = 0;
    while (this.at < buffer.count) {
      const kind = buffer.kinds[this.at]!;
      if (open === 0 && (kind === T_LOGIC || kind === CLOSE)) break;
      if (kind === OPEN) open++;
      else if (kind === CLOSE) open--;
      this.at++;
    }
    return this.at === start ? undefined : operand(this.text(start, this.at));
  }

  private atOperandEnd(): boolean {
    const kind = this.at < buffer.count ? buffer.kinds[this.at] : CLOSE;
    return kind === T_LOGIC || kind === CLOSE;
  }

  private simple(depth: number): Test | undefined {
    if (this.at >= buffer.count) return undefined;
    const kind = buffer.kinds[this.at]!;
    if (kind === 33) {
      this.at++;
      const inner = this.simple(depth);
      return inner && negation(inner);
    }
    if (kind === OPEN) {
      this.at++;
      const inner = depth < DEEPEST ? this.disjunction(depth) : undefined;
      if (inner !== undefined && this.take(CLOSE)) return inner;
      this.isBroken = true;
      return undefined;
    }
    if (kind === T_NUMBER) {
      const number = Number.parseInt(this.text(this.at, ++this.at), 10);
      return Number.isNaN(number) ? undefined : number === 0 ? NEVER_TEST : ALWAYS_TEST;
    }
    return kind === T_IDENTIFIER ? this.name() : undefined;
  }

  /** `NAME`, `defined NAME`, `defined(NAME)`, and a macro that tests one name: `IS_…(NAME)`. */
  private name(): Test | undefined {
    const symbol = buffer.values[this.at]!;
    const name = this.symbols.names[symbol]!;
    this.at++;
    if (name === 'defined' && buffer.kinds[this.at] === T_IDENTIFIER && this.at < buffer.count) {
      return nameTest(this.symbols.names[buffer.values[this.at++]!]!);
    }
    if (this.at >= buffer.count || buffer.kinds[this.at] !== OPEN) return nameTest(name);
    if (name !== 'defined' && (this.symbols.flags[symbol]! & F_UPPER) === 0) return undefined;
    this.at++;
    if (this.at >= buffer.count || buffer.kinds[this.at] !== T_IDENTIFIER) return undefined;
    const tested = this.symbols.names[buffer.values[this.at++]!]!;
    return this.take(CLOSE) ? nameTest(tested) : undefined;
  }

  private take(kind: number): boolean {
    if (this.at >= buffer.count || buffer.kinds[this.at] !== kind) return false;
    this.at++;
    return true;
  }

  private text(from: number, to: number): string {
    const words: string[] = [];
    for (let at = from; at < to; at++) words.push(textOf(this.units, buffer.starts[at]!, buffer.ends[at]!));
    return words.join(' ');
  }
}

function operand(text: string): Test {
  const value = versionTest(text);
  if (value === undefined) return opaque(text);
  return value ? KERNEL_TEST : FOREIGN_TEST;
}

function opaque(text: string): Test {
  const inner = bracketed(text);
  const literal = inner.startsWith('(') ? inner : `(${inner})`;
  return { whenTrue: [literal], whenFalse: [`!${literal}`], text: literal };
}
