import type { FunctionRef } from '../../../../link/types.js';
import type { ExecutionContext } from '../../../../models/types.js';
import { functionsBelow } from '../../../moves/below.js';
import type { StoredMember } from '../../../moves/stored-member.js';
import type { FixInput } from '../../../types.js';

/** What runs in softirqs, and which waits end it. */
const AWAITED: ReadonlyMap<ExecutionContext, string> = new Map([
  ['timer', 'timer'],
  ['tasklet', 'tasklet'],
  ['softirq', 'napi'],
]);

/**
 * Why a function may need that no softirq runs meanwhile on its processor, which a process does not exclude: the file has a
 * timer, a tasklet or a poll that the function neither waits for nor shares a lock with. Operations of the table are stopped
 * with the queue.
 */
export function besideSoftirqs(
  input: FixInput,
  file: string,
  fn: FunctionRef,
  { record }: StoredMember,
): string | undefined {
  const { program, analysis, models } = input;
  const below = [...functionsBelow(program, [fn])];
  const waits = new Set<string>(
    below.flatMap(({ item }) => (item?.calls ?? []).flatMap((name) => models.api(name)?.awaits ?? [])),
  );
  const own = locksOf(input, below);
  for (const [index, item] of (program.outline(file)?.functions ?? []).entries()) {
    const other = program.functionAt(file, index);
    if (other === undefined || other === fn) continue;
    const entry = analysis.inspection
      .entries(other)
      .find(({ context, member }) => AWAITED.has(context) && member?.record !== record);
    if (entry === undefined || waits.has(AWAITED.get(entry.context) ?? '')) continue;
    const shared = [...locksOf(input, [...functionsBelow(program, [other])])].some((key) => own.has(key));
    if (!shared) return `${item.name}(), ${entry.title}, may run beside ${fn.name}() in a process`;
  }
  return undefined;
}

function locksOf({ analysis }: FixInput, fns: readonly FunctionRef[]): ReadonlySet<string> {
  return new Set(fns.flatMap((fn) => [...(analysis.summary(fn)?.lockOf.values() ?? [])]));
}
