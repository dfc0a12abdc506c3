/** Values of constants by name. */
export interface KnownConstants {
  get(name: string): number | undefined;
  /** The number that the call of a macro with these arguments makes; `undefined` if the macro makes none. */
  made(name: string, args: readonly number[]): number | undefined;
}

/** The number with the bit of these arguments set, or with a range of them; `undefined` if a double cannot hold it. */
export function bitsMade(kind: 'one' | 'range' | undefined, args: readonly number[]): number | undefined {
  const [high, low = high] = args;
  const isWellFormed = args.length === (kind === 'range' ? 2 : 1);
  if (kind === undefined || high === undefined || low === undefined || !isWellFormed) return undefined;
  if (low < 0 || high < low || high > 52) return undefined;
  return kind === 'one' ? 2 ** high : 2 ** (high + 1) - 2 ** low;
}
