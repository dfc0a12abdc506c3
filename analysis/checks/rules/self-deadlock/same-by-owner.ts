import { withoutSubclass } from '../../../base/subclass.js';
import { areInOnlyInstance, areOfOneObject } from '../../../graph/feasibility/only-instance.js';
import type { Term } from '../../../summaries/locks/terms.js';
import type { Surroundings } from '../../../summaries/surroundings.js';
import { areLockOfOwner, isLockOfPartsOwner } from './pointer-of-owner.js';

/**
 * Whether two lock terms of class `key` mean one lock although they name it differently: there is one such object, or both
 * lead to the owner of the same part.
 */
export function isSameByOwner(
  { program, classes }: Surroundings,
  [one, other]: readonly [Term, Term],
  key: string,
  file: string,
): boolean {
  const declared = classes.info(key)?.declaredAt?.file ?? '';
  return (
    areInOnlyInstance(program, one, other, declared) ||
    areOfOneObject(program, one, other, file) ||
    isLockOfPartsOwner(program, one, other, file) ||
    areLockOfOwner(program, classes, withoutSubclass(key), one, other)
  );
}
