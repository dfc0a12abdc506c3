import type { Program } from './types.js';

/**
 * The answer known for a key, or a new one. A new one is kept unless it lacks skeletons that it has demanded: whoever asks
 * again demands them, too, and sees more once they have arrived.
 */
export function wholeAnswer<K, V>(
  known: Map<K, V>,
  key: K,
  program: Pick<Program, 'demandsMade'>,
  find: () => V,
): V {
  const old = known.get(key);
  if (old !== undefined || known.has(key)) return old as V;
  const before = program.demandsMade;
  const found = find();
  if (program.demandsMade === before) known.set(key, found);
  return found;
}
