import { hashText } from '../../base/hash.js';

/** The fingerprint of a cycle of classes, by their keys in order, independent of where it starts. */
export function cycleId(cycle: readonly string[]): string {
  return hashText(`lock-order-cycle\n${canonical(cycle).join('\n')}`);
}

/** The rotation of a cycle that starts with its smallest class. */
function canonical(cycle: readonly string[]): readonly string[] {
  const least = cycle.indexOf([...cycle].sort()[0] ?? '');
  return [...cycle.slice(least), ...cycle.slice(0, least)];
}
