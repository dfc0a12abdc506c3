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

/** The exit with other successors. */
export function redirected<From, To>(exit: Exit<From>, to: (old: From) => To): Exit<To> {
  switch (exit.k) {
    case 'goto':
      return { ...exit, to: to(exit.to) };
    case 'branch':
      return { ...exit, whenTrue: to(exit.whenTrue), whenFalse: to(exit.whenFalse) };
    case 'switch': {
      const cases = exit.cases.map((one) => ({ ...one, block: to(one.block) }));
      return { ...exit, cases, otherwise: to(exit.otherwise) };
    }
    default:
      return exit;
  }
}
