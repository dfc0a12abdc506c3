import type { FunctionRef } from '../../../link/types.js';
import type { ExecutionContext } from '../../../models/types.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import { MOST_UP } from '../../text/callers.js';
import type { FixInput } from '../../types.js';

/** Who holds a lock that a function is called with. */
export interface Holder {
  readonly who: string;
  /** The context in which the kernel calls a member of a table with the lock; `undefined` for a visible caller. */
  readonly operation?: ExecutionContext | 'unknown';
}

/**
 * The locks, as shown, that some caller of the functions may hold, each with its holder: callers that are visible, at any
 * of their calls, and those of the members of tables that the functions are stored in.
 */
export function heldAbove(
  input: FixInput,
  from: readonly (FunctionRef | undefined)[],
): ReadonlyMap<string, Holder> {
  const held = new Map<string, Holder>();
  const seen = new Set(from.filter((fn) => fn !== undefined));
  const open = [...seen].map((fn): readonly [FunctionRef, number] => [fn, 0]);
  for (const [fn, level] of open) {
    for (const { member } of input.analysis.inspection.entries(fn)) {
      if (member === undefined) continue;
      const operation = input.models.operation(member.record, member.field);
      for (const lock of operation?.locksHeld?.flatMap((each) => each.replace(/\(\w+\)$/, '').split('|')) ??
        [])
        held.set(
          lock,
          held.get(lock) ?? {
            who: `who calls ${member.field}()`,
            operation: operation?.context ?? 'unknown',
          },
        );
    }
    for (const caller of input.program.callers(fn)) {
      const { heldAt } = input.analysis.summary(caller) ?? {};
      const calls = eventsOf(input.program.skeleton(caller)).filter(
        (event) => event.k === 'call' && event.callee === fn.name,
      );
      for (const lock of calls.flatMap(({ id }) => heldAt?.get(id) ?? []))
        held.set(lock.id, held.get(lock.id) ?? { who: `${caller.name}()` });
      if (seen.has(caller) || level === MOST_UP) continue;
      seen.add(caller);
      open.push([caller, level + 1]);
    }
  }
  return held;
}
