import type { FunctionRef } from '../../../link/types.js';
import { calledAs, plainFunction, stackRole, type StackRole } from '../../../models/stacks.js';
import type { Event } from '../../../skeleton/types.js';
import type { SourceWorld } from '../world.js';
import { eventsOf } from '../../../skeleton/lowering/events.js';

/** Lock operations and waits of a function that call `through` at run time; all of them for `''`. */
export function waitEvents(fn: FunctionRef, through: string, world: SourceWorld): readonly Event[] {
  const { models } = world;
  const name = plainFunction(through);
  const role = stackRole(name) ?? roleOfApi(name, world);
  if (name !== '' && !role) return [];
  return eventsOf(world.program.skeleton(fn)).filter((event) => {
    if (event.k === 'acquire' || event.k === 'try') {
      if (name === '' || calledAs(name).includes(event.api)) return true;
      return role?.k === 'lock' && isKin(models.lockApi(event.api)?.kind, role.kind);
    }
    if (event.k !== 'wait') return false;
    if (name === '' || event.api === name) return true;
    return role?.k === 'wait' && models.api(event.api)?.awaits === role.awaits;
  });
}

function roleOfApi(name: string, { models }: SourceWorld): StackRole | undefined {
  const lock = calledAs(name)
    .map((word) => models.lockApi(word))
    .find((api) => api !== undefined);
  if (lock) return { k: 'lock', kind: lock.kind };
  const awaits = models.api(name)?.awaits;
  return awaits === undefined ? undefined : { k: 'wait', awaits };
}

/** Whether two kinds share their wait functions, as the raw and the sleeping variant of a lock do. */
function isKin(one: string | undefined, other: string): boolean {
  const family = (kind: string): string =>
    kind
      .replace(/^raw_|^ww_/, '')
      .replace('seqlock', 'spinlock')
      .replace('local_lock', 'spinlock');
  return one !== undefined && family(one) === family(other);
}
