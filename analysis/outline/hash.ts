const HEX = '0123456789abcdef';
const DIGITS = Uint16Array.from(HEX, (digit) => digit.charCodeAt(0));

/**
 * A stable 64-bit hash of units, fed piece by piece: two multiplicative lanes, two units a step. Not
 * against adversaries.
 */
export class UnitHash {
  private low = 0x811c9dc5 | 0;
  private high = 0x9e3779b1 | 0;
  private length = 0;

  add(units: Uint16Array, from: number, to: number): void {
    let { low, high } = this;
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
    this.low = low;
    this.high = high;
    this.length += to - from;
  }

  /** 16 hex digits. */
  digest(): string {
    const low = mix(this.low ^ (this.high >>> 13) ^ this.length);
    const high = mix(this.high ^ low);
    for (let digit = 0; digit < 8; digit++) {
      hex[7 - digit] = DIGITS[(high >>> (digit * 4)) & 15]!;
      hex[15 - digit] = DIGITS[(low >>> (digit * 4)) & 15]!;
    }
    return String.fromCharCode.apply(null, hex as unknown as number[]);
  }
}

const hex = new Uint16Array(16);

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

export function hashUnits(units: Uint16Array, from: number, to: number): string {
  const hash = new UnitHash();
  hash.add(units, from, to);
  return hash.digest();
}
