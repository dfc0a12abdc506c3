import { bodiesOfDriver } from '../../../link/bodies.js';
import { memberStores, type MemberStore } from '../../../skeleton/lowering/events.js';
import type { Skeleton } from '../../../skeleton/types.js';
import type { FunctionRef, Program } from '../../../link/types.js';

/**
 * Whether functions of a driver store in members of a name what `isWanted` accepts, and nothing that it refuses; `undefined`
 * means that the store is about other objects. Constants say nothing. Demands the bodies that are missing.
 */
export function isOnlyStored(
  program: Program,
  file: string,
  member: string,
  isWanted: (store: MemberStore, skeleton: Skeleton, fn: FunctionRef) => boolean | undefined,
): boolean {
  let isStored = false;
  let isMissing = false;
  for (const { fn, skeleton } of bodiesOfDriver(program, file)) {
    if (skeleton === undefined) {
      isMissing = true;
      continue;
    }
    for (const store of memberStores(skeleton)) {
      if (store.target.name !== member || skeleton.exprs[store.event.value]?.k === 'constant') continue;
      const answer = isWanted(store, skeleton, fn);
      if (answer === false) return false;
      isStored ||= answer === true;
    }
  }
  return isStored && !isMissing;
}
