import { isDigit, isWordUnit } from '../../base/words.js';
import type { Shape } from '../../base/encoding/shapes.js';

/** A text with its last integer literal taken out; register and flag macros often differ only in that literal. */
interface Template {
  /** The text with {@link HOLE} in place of the literal's digits. */
  readonly frame: string;
  readonly value: number;
  /** Number of digits of a hexadecimal literal; 0 for a decimal one. */
  readonly digits: number;
  readonly upper: boolean;
}

const HOLE = '\0';
/** The number of hexadecimal digits that a double holds exactly. */
const MOST_DIGITS = 12;

const LITERAL = /^(?:0[xX]([0-9a-fA-F]+)|[0-9]+)/;

const NO_TEXT = 0;
const PLAIN = 1;
const DECIMAL = 2;
const HEXADECIMAL = 3;

/** Encodes a macro's replacement text. */
export const macroBody: Shape<string> = {
  bits: 2,
  headOf: (value) => {
    if (value === '') return NO_TEXT;
    const template = takeApart(value);
    if (template === undefined) return PLAIN;
    return template.digits === 0 ? DECIMAL : HEXADECIMAL;
  },
  write: (out, value, head) => {
    if (head === NO_TEXT) return;
    const template = head === PLAIN ? undefined : takeApart(value);
    out.string(template?.frame ?? value);
    if (template === undefined) return;
    if (head === HEXADECIMAL) out.byte(template.digits * 2 + (template.upper ? 1 : 0));
    out.unsigned(template.value);
  },
  read: (from, head) => {
    if (head === NO_TEXT) return '';
    const frame = from.string();
    if (head === PLAIN) return frame;
    if (head === DECIMAL) return putTogether({ frame, value: from.unsigned(), digits: 0, upper: false });
    const form = from.byte();
    return putTogether({ frame, value: from.unsigned(), digits: form >> 1, upper: form % 2 === 1 });
  },
};

/**
 * The value of a text that is only an integer literal in the form {@link macroBody} takes out; otherwise `undefined`.
 */
export function literalValue(text: string): number | undefined {
  const template = takeApart(text);
  return template !== undefined && /^(0[xX])?\0$/.test(template.frame) ? template.value : undefined;
}

function takeApart(text: string): Template | undefined {
  const from = lastLiteral(text);
  if (from === undefined) return undefined;
  const [literal = '', hex] = LITERAL.exec(text.slice(from)) ?? [];
  const digits = hex ?? literal;
  const start = from + literal.length - digits.length;
  const template: Template = {
    frame: text.slice(0, start) + HOLE + text.slice(start + digits.length),
    value: Number.parseInt(digits, hex === undefined ? 10 : 16),
    digits: hex === undefined ? 0 : digits.length,
    upper: /[A-F]/.test(digits),
  };
  const exact = template.digits <= MOST_DIGITS && Number.isSafeInteger(template.value);
  return exact && putTogether(template) === text ? template : undefined;
}

/** Where the last word starts that begins with a digit and does not follow a dot. */
function lastLiteral(text: string): number | undefined {
  let at = text.length - 1;
  while (at >= 0) {
    while (at >= 0 && !isWordUnit(text.charCodeAt(at))) at--;
    const end = at;
    while (at >= 0 && isWordUnit(text.charCodeAt(at))) at--;
    if (at < end && isDigit(text.charCodeAt(at + 1)) && text[at] !== '.') return at + 1;
  }
  return undefined;
}

function putTogether({ frame, value, digits, upper }: Template): string {
  const text = digits === 0 ? String(value) : value.toString(16).padStart(digits, '0');
  const hole = frame.indexOf(HOLE);
  return frame.slice(0, hole) + (upper ? text.toUpperCase() : text) + frame.slice(hole + 1);
}
