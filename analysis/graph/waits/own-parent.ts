import { parameter, rootOf, type Term } from '../../summaries/locks/terms.js';
import type { FunctionRef, Program } from '../../link/types.js';
import { eventAt, memberStores } from '../../skeleton/lowering/events.js';
import { placeBehind } from '../../skeleton/places.js';
import { functionsOf, owningPointer } from './own-device.js';

/**
 * Whether a lock is in the parent of the object that the function is called for, although it leads there from another
 * object: the driver's data contains the parent, and the driver made the other object with it, `cam->gain` with
 * `&cam->handler`.
 */
export function isInOwnParent(program: Program, lock: Term, { file }: FunctionRef): boolean {
  const parent = owningPointer(lock);
  const member = parent?.k === 'field' && parent.base.k === 'deref' ? parent.base.base : undefined;
  const data = member?.k === 'field' && member.base.k === 'deref' ? member.base.base : undefined;
  if (parent?.k !== 'field' || member?.k !== 'field' || data?.k !== 'container') return false;
  const own = data.base;
  const isOfOwn = own.k === 'field' && own.name === parent.name && rootOf(own).key === parameter(0, '').key;
  return isOfOwn && own.base.k === 'deref' && isMadeWith(program, file, member.name, data.member);
}

/**
 * Whether a function of the file stores in one member what a call returns that gets the address of another one, by itself or
 * in a variable.
 */
function isMadeWith(program: Program, file: string, member: string, parent: string): boolean {
  return functionsOf(program, file).some((skeleton) => {
    const { exprs } = skeleton;
    return [...memberStores(skeleton)].some(({ event, target }) => {
      const value = exprs[event.value];
      if (target.name !== member || value?.k !== 'result') return false;
      const made = eventAt(skeleton, value.event);
      const args = made !== undefined && 'args' in made ? made.args : [];
      return args.some((arg) => {
        const { names = [] } = placeBehind(skeleton, arg) ?? {};
        return names.at(-1) === parent;
      });
    });
  });
}
