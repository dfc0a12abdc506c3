import type { FunctionRef } from './types.js';

/**
 * Whether a function of a header calls nothing and takes no lock: it is there for configurations without the function of
 * that name, whose body may not be visible.
 */
export function isEmptyStub({ file, item }: FunctionRef): boolean {
  if (!file.endsWith('.h') || item?.isStatic !== true) return false;
  return item.calls.length + item.indirectCalls.length + item.lockSites === 0;
}
