const HEX = '0123456789abcdef';
const DIGITS = Uint16Array.from(HEX, (digit) => digit.charCodeAt(0));

/**
 * A stable 48-bit hash of units: two multiplicative lanes, two units per step. Only compares versions of one function,
 * and functions of one file. Not collision-resistant against adversaries.
 */
export function hashUnits(units: Uint16Array, from: number, to: number): string {
  let low = 0x811c9dc5 | 0;
  let high = 0x9e3779b1 | 0;
  let at = from;
  for (const last = to - 1; at < last; at += 2) {
    const pair = units[at]! | (units[at + 1]! << 16);
    low = Math.imul(low ^ pair, 0x85ebca6b);
    low ^= low >>> 15;
    high = Math.imul(high ^ pair, 0xc2b2ae35);
    high ^= high >>> 13;
  }
  if (at < to) {
    low = Math.imul(low ^ units[at]!, 0x01000193);
    high = Math.imul(high ^ units[at]! ^ (low >>> 15), 0x85ebca6b);
  }
  return digits(low, high, to - from);
}

const LOW_DIGITS = 8;
const HIGH_DIGITS = 4;
const hex = new Uint16Array(HIGH_DIGITS + LOW_DIGITS);

/** 12 hex digits. */
function digits(lowLane: number, highLane: number, length: number): string {
  const low = mix(lowLane ^ (highLane >>> 13) ^ length);
  const high = mix(highLane ^ low);
  for (let digit = 0; digit < HIGH_DIGITS; digit++)
    hex[HIGH_DIGITS - 1 - digit] = DIGITS[(high >>> (digit * 4)) & 15]!;
  for (let digit = 0; digit < LOW_DIGITS; digit++)
    hex[hex.length - 1 - digit] = DIGITS[(low >>> (digit * 4)) & 15]!;
  return String.fromCharCode.apply(null, hex as unknown as number[]);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
