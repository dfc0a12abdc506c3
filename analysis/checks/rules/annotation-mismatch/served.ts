import type { OutsideEntry } from '../../../graph/contexts/contexts.js';
import { keyOf } from '../../../graph/events/collect.js';
import type { FunctionRef, Program } from '../../../link/types.js';
import type { VariableItem } from '../../../outline/types.js';
import type { LockRef } from '../../../summaries/state/types.js';
import type { CheckContext } from '../../engine/check.js';

/**
 * Whether the kernel core enters a function for a request, and the lock is one of its own file: the core does not know such
 * a lock. Other members of the same table may take it for the function, as the first of a sequence does for the rest.
 */
export function isServed(
  { around, collected }: CheckContext,
  { file, name, item }: FunctionRef,
  { context, holds }: OutsideEntry,
  lock: LockRef,
): boolean {
  const key = keyOf(lock);
  // A section such as __init limits when the code exists, not who calls it.
  if (context !== 'process' || holds !== undefined || key === undefined || item?.section !== '') return false;
  if (around.classes.info(key)?.declaredAt?.file !== file) return false;
  const { program } = around;
  const isKept = (other: FunctionRef): boolean =>
    collected.summaries
      .get(other)
      ?.rawExits.some(({ acquired, released }) =>
        [...acquired, ...released].some((one) => keyOf(one) === key),
      ) === true;
  return !tablesWith(program, { file, name }).some(({ members }) =>
    members.some(({ value }) => value !== name && program.resolveCall(value, file).some(isKept)),
  );
}

/** The tables of functions in a function's file that have it. */
export function tablesWith(
  program: Program,
  { file, name }: Pick<FunctionRef, 'file' | 'name'>,
): readonly VariableItem[] {
  const variables = program.outline(file)?.variables ?? [];
  return variables.filter(({ members }) => members.some(({ value }) => value === name));
}

/** Whether a table or a member in the function's file holds it, for other code to call. A cookie is only passed. */
export function isStored(program: Program, fn: FunctionRef): boolean {
  const functions = program.outline(fn.file)?.functions ?? [];
  return (
    tablesWith(program, fn).length > 0 ||
    functions.some(({ fills }) => fills.some(({ field, value }) => field !== '' && value === fn.name))
  );
}
