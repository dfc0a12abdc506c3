import type { Exit } from './types.js';

/** Where control can go next: ids of blocks, or the blocks of a skeleton that is not closed yet. */
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
