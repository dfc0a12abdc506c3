import { hashText } from '../../base/hash.js';

/** The fingerprint of the finding about a circle of classes, by their keys in order, from wherever it starts. */
export function cycleId(cycle: readonly string[]): string {
  return hashText(`lock-order-cycle\n${canonical(cycle).join('\n')}`);
}

/** The rotation of a cycle that begins with its least class. */
function canonical(cycle: readonly string[]): readonly string[] {
  const least = cycle.indexOf([...cycle].sort()[0] ?? '');
  return [...cycle.slice(least), ...cycle.slice(0, least)];
}
