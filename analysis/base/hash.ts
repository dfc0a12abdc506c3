/**
 * A stable 64-bit hash of a text as 16 hex digits: two FNV-1a lanes over UTF-16 units, mixed at the end.
 * For identity and caches, not against adversaries.
 */
export function hashText(text: string): string {
  return hashed(text, hex);
}

/** 53 of those bits as an integer. */
export function hashNumber(text: string): number {
  return hashed(text, exact);
}

/** A number holds 53 of the 64 bits exactly. */
const HIGH_BITS_LOST = 11;

function exact(high: number, low: number): number {
  return (high >>> HIGH_BITS_LOST) * 2 ** 32 + (low >>> 0);
}

function hashed<T>(text: string, made: (high: number, low: number) => T): T {
  let low = 0x811c9dc5;
  let high = 0x9e3779b1;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x85ebca6b);
  }
  low = mix(low ^ (high >>> 13) ^ text.length);
  return made(mix(high ^ low), low);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

const DIGITS = 16;
const codes = Array.from({ length: DIGITS }, () => 0);

/** Flattened: V8 keeps the parts of a concatenated string, which take three times the memory. */
function hex(high: number, low: number): string {
  for (let at = 0; at < DIGITS; at++) {
    const digit = ((at < 8 ? high : low) >>> (28 - (at & 7) * 4)) & 15;
    codes[at] = digit < 10 ? 48 + digit : 87 + digit;
  }
  return String.fromCharCode(...codes);
}
