/** Draws `count` of `items` without repetition, the same ones for the same seed (mulberry32). */
export function drawn<T>(items: readonly T[], count: number, seed: number): T[] {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const left = [...items];
  const out: T[] = [];
  while (out.length < count && left.length > 0) {
    out.push(...left.splice(Math.floor(random() * left.length), 1));
  }
  return out;
}
