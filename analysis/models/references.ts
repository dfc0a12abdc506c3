/** Calls that say whether a reference is the last one, and what they return then. */
export const lastReferenceTests: ReadonlyMap<string, 'zero' | 'nonzero'> = new Map([
  ['refcount_dec_not_one', 'zero'],
  ['atomic_dec_unless_one', 'zero'],
  ['lockref_put_or_lock', 'zero'],
  ['lockref_put_not_zero', 'zero'],
]);
