import type { Site } from '../../summaries/state/types.js';
import type { Program } from '../../link/types.js';

/**
 * Whether two paths go through code of one driver: a common file, or files of which one names a global function of the
 * other. Drivers in one folder that share only a layer's records are not linked.
 */
export function areLinked(program: Program, first: readonly Site[], second: readonly Site[]): boolean {
  const [here, there] = [filesOf(first), filesOf(second)];
  return here.some((a) =>
    there.some((b) => a === b || namesFunctionOf(program, a, b) || namesFunctionOf(program, b, a)),
  );
}

function filesOf(steps: readonly Site[]): readonly string[] {
  return [...new Set(steps.map(({ fn }) => fn.file))];
}

function namesFunctionOf(program: Program, user: string, owner: string): boolean {
  const given = new Set(
    program.outline(owner)?.functions.flatMap(({ name, isStatic }) => (isStatic ? [] : [name])) ?? [],
  );
  if (given.size === 0) return false;
  const named = program.outline(user)?.functions ?? [];
  return named.some(({ calls, references }) => [...calls, ...references].some((name) => given.has(name)));
}
