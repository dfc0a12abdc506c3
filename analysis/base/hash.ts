/**
 * A stable 64-bit hash of a text as 16 hex digits: two FNV-1a lanes over UTF-16 units, mixed at the end.
 * For identity and caches, not against adversaries.
 */
export function hashText(text: string): string {
  const low = lowOf(text);
  return hex(mix(otherLane ^ low), low);
}

/** 53 of those bits as an integer. */
export function hashNumber(text: string): number {
  const low = lowOf(text);
  return (mix(otherLane ^ low) >>> HIGH_BITS_LOST) * 2 ** 32 + (low >>> 0);
}

/** Of 64 bits a number holds 53 exactly. */
const HIGH_BITS_LOST = 11;

/** What the second lane came to when {@link lowOf} ran last: a pair would be made for every text. */
let otherLane = 0;

function lowOf(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b1;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x85ebca6b);
  }
  otherLane = high;
  return mix(low ^ (high >>> 13) ^ text.length);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

const DIGITS = 16;
const codes = Array.from({ length: DIGITS }, () => 0);

/** In one piece: a text put together by the engine keeps its parts, which take three times the memory. */
function hex(high: number, low: number): string {
  for (let at = 0; at < DIGITS; at++) {
    const digit = ((at < 8 ? high : low) >>> (28 - (at & 7) * 4)) & 15;
    codes[at] = digit < 10 ? 48 + digit : 87 + digit;
  }
  return String.fromCharCode(...codes);
}
