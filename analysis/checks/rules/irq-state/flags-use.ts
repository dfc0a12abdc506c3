import { flagsName } from '../../../summaries/state/context.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';
import type { EventId, ExprId, Skeleton } from '../../../skeleton/types.js';
import type { FlagsUse } from './irq-release.js';

/** The name of the flags variable that an event passes; `undefined` if it passes none. */
export function flagsAt(program: Program, fn: FunctionRef, id: EventId, arg: number): string | undefined {
  for (const block of program.skeleton(fn)?.blocks ?? []) {
    for (const event of block.events)
      if (event.id === id && 'args' in event) return flagsName(fn, event.args[arg]);
  }
  return undefined;
}

/** How a function uses its flags variables. Its body is unpacked only if someone asks. */
export function flagsUse(program: Program, fn: FunctionRef): FlagsUse {
  const body = (): Skeleton | undefined => program.skeleton(fn);
  const nameOf = (id: ExprId): string => flagsName(fn, id);
  return {
    isShared: (event, arg) => {
      const flags = flagsAt(program, fn, event, arg);
      return (body()?.exprs ?? []).some((expr) => expr.k === 'address' && nameOf(expr.base) === flags);
    },
    isGiven: (event, arg) => {
      const skeleton = body();
      const flags = flagsAt(program, fn, event, arg);
      const given = skeleton?.exprs.find((_expr, id) => nameOf(id) === flags);
      const named = given?.k === 'deref' ? skeleton?.exprs[given.base] : given;
      return named?.k === 'parameter';
    },
    isConstant: (event, arg) => {
      const skeleton = body();
      const flags = flagsAt(program, fn, event, arg);
      const isLocal = skeleton?.exprs.some((expr, id) => expr.k === 'local' && nameOf(id) === flags) === true;
      return (
        isLocal &&
        eventsOf(skeleton).every(
          (one) =>
            one.k !== 'assign' || nameOf(one.target) !== flags || skeleton.exprs[one.value]?.k === 'constant',
        )
      );
    },
    at: (event, arg) => flagsAt(program, fn, event, arg),
    count: (event, arg) => {
      const flags = flagsAt(program, fn, event, arg);
      let found = 0;
      for (const { events, exit } of body()?.blocks ?? []) {
        for (const one of events)
          if ('args' in one && one.args.some((given) => nameOf(given) === flags)) found++;
        if (exit.k === 'return' && nameOf(exit.value) === flags) found++;
      }
      return found;
    },
  };
}
