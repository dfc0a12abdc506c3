import type { Exit } from '../types.js';

/** The successors of an exit: block ids, or the blocks themselves while the skeleton is open. */
export function successors<To>(exit: Exit<To>): readonly To[] {
  switch (exit.k) {
    case 'goto':
      return [exit.to];
    case 'branch':
      return [exit.whenTrue, exit.whenFalse];
    case 'switch':
      return [...exit.cases.map((one) => one.block), exit.otherwise];
    default:
      return [];
  }
}
