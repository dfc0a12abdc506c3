import { pointee } from '../../../base/ctype.js';
import { heldFor, modelledLock } from '../../../graph/contexts/operation-locks.js';
import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import type { Dependency } from '../../../graph/edges/dependency.js';
import { isInListedDevice, isOfHolder, isOfKeptDevice } from '../../../graph/waits/own-device.js';
import { queueCallbacks } from '../../../graph/waits/queue-locks.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import type { LockMode, Operation } from '../../../models/types.js';
import type { CheckContext } from '../../engine/check.js';

/** A function that its callers enter with a lock held. */
export interface Called {
  readonly fn: FunctionRef;
  readonly entry: OutsideEntry;
  readonly key: string;
  /** The other class of the lock: as the core names it, and as the driver that gave it does. */
  readonly alias?: string;
  readonly mode: LockMode;
  /** The calls that take the same instance; `undefined` if the class has only one instance. */
  readonly takenBy: readonly string[] | undefined;
  /** The path from the first argument to the instance that is held; `undefined` if the class has only one. */
  readonly ownLock: string | undefined;
  /** The type of the object that contains it, if the driver has one such object; `undefined` if it may be in any object. */
  readonly ownObject: string | undefined;
}

/** Functions that registries and op tables call under a lock, according to the models. */
export function* calledUnderLocks(context: CheckContext): Generator<Called> {
  const { around, collected, focus, contexts } = context;
  const { models, classes } = around;
  yield* calledUnderQueues(context);
  for (const [fn, entries] of contexts().all()) {
    if (focus?.has(fn.file) === false) continue;
    for (const entry of entries) {
      const { member } = entry;
      const operation = member && models.operation(member.record, member.field);
      const held = entry.holds ?? heldFor(operation);
      const told = entry.holds === undefined ? operation : undefined;
      const instance = { takenBy: takersOf(told), ownLock: told?.ownLock, ownObject: told?.ownObject };
      for (const lock of held) {
        const named = modelledLock(lock);
        if (named === undefined) continue;
        // The core takes it through its pointer, the driver that stored it there by its own name.
        const own = classes.named(named.name, 'mutex', fn.file);
        const given = classes.pointedTo(named.name, 'mutex', fn.file);
        for (const key of new Set([own, given])) {
          if (collected.acquisitions(key).length === 0 && !collected.sources.has(key)) continue;
          yield { fn, entry, key, alias: key === own ? given : own, mode: named.mode, ...instance };
        }
      }
    }
  }
}

/** Functions that run under the lock of their item's queue, of which each object has one: what joins it takes it. */
function* calledUnderQueues({ around, collected, focus, contexts }: CheckContext): Generator<Called> {
  for (const { handler: fn, key, joins } of queueCallbacks(around, collected)) {
    const [entry] = contexts().of(fn);
    if (entry === undefined || focus?.has(fn.file) === false) continue;
    yield { fn, entry, key, mode: 'write', takenBy: [joins], ownLock: undefined, ownObject: undefined };
  }
}

/** The calls that take the lock of the member's object; none is known to if only the member's argument leads to it. */
function takersOf(operation: Operation | undefined): Called['takenBy'] {
  return operation?.takenBy ?? (operation?.ownLock === undefined ? undefined : []);
}

/**
 * Whether the other side takes the lock of the object that the function is called for, and holds one of its owner, or of
 * what keeps the object, or one for all such objects of the driver: then only the code of one driver shows when it is called.
 */
export function isTakenForServed(
  program: Program,
  { fn, ownLock }: Called,
  side: Dependency,
): 'yes' | 'kept' | 'no' {
  const { lock, holds, root } = side;
  const type = servedType(fn);
  const terms = { lock: lock.term, holds: holds.term };
  if (type === undefined || ownLock === undefined) return 'no';
  if (isOfHolder(program, terms, type, ownLock, root.file)) return 'yes';
  const isKept =
    isOfKeptDevice(program, terms, type, ownLock, root.file) ||
    (holds.term.k === 'global' && isInListedDevice(program, lock.term, ownLock, root.file));
  return isKept ? 'kept' : 'no';
}

/** The type of the object that a function is called for, if it is given one. */
export function servedType({ item }: FunctionRef): string | undefined {
  return pointee(item?.parameters[0]?.type ?? '');
}
